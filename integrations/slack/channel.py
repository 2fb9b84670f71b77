"""The channel through which alerts reach Slack: each posted once, in order, in its thread."""

import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from sqlmodel import col, select

from goals.alerts import audiences
from goals.alerts.channel import GONE, CannotTell, Outgoing, Preview, TooLate
from goals.alerts.outbox import CHART, SUMMARY, Outbox
from goals.errors import DeliveryError
from goals.words import N_, Message, Reader
from integrations.slack import calls, direct, links, pictures, posting, roots, teams
from integrations.slack.blocks import alerts, checkins
from integrations.slack.blocks.acts import Taken
from integrations.slack.blocks.mrkdwn import Picture, Post
from integrations.slack.parts import Parts
from integrations.slack.posting import ALERT, Mark, NotSure
from integrations.slack.teams import Installed

log = structlog.get_logger()

#: After Slack refused our token, messages wait this long before the next look.
PAUSE = timedelta(minutes=5)
#: A thread whose first message is gone is not continued.
_NO_THREAD = frozenset(("thread_not_found", "cannot_reply_to_message", "message_not_found"))
#: The place may be in another of the Slack workspaces.
_ELSEWHERE = frozenset(("channel_not_found", "not_linked"))
_ONE_A_SECOND = 1.0
NOT_THERE = N_("The message is not there any more. It is posted anew.")
NO_CHART = N_("The chart could not be shown; the answer stands without it.")
UNREADABLE = N_("What this message should say cannot be read.")
#: Our clock and Slack's may differ by this many seconds: a machine may be set to a wrong day.
CLOCKS_DIFFER = 26 * 3600


class SlackChannel:
    """Posts messages of one workspace; implements goals.alerts.channel.AlertChannel."""

    def __init__(self, parts: Parts, workspace_id: int, installed: list[Installed]) -> None:
        """Take where the app is installed; nowhere means that everything waits."""
        self._parts = parts
        self._workspace_id = workspace_id
        self._teams = [teams.probed(parts, one) for one in installed]

    def send(self, message: Outgoing) -> str:
        """Post a message and return its id; raises DeliveryError."""
        if not message.destination:
            return Preview().send(message)
        self._keep_pace(message.destination)
        problem: DeliveryError | None = None
        for team in self._teams:
            try:
                sent = self._post(team, message)
                self._parts.recent[f"post:{message.destination}"] = time.monotonic()
                return sent
            except (SlackApiError, *calls.BROKEN) as failed:
                error = self._failure(team, failed)
            except DeliveryError as failed:
                error = failed
            if error.code not in _ELSEWHERE and not _is_out(team):
                raise error
            # What waits for one workspace may still arrive there, whatever the others say.
            if problem is None or problem.permanent:
                problem = error
        raise problem or self._waiting("not_connected")

    def find(self, message: Outgoing) -> str | None:
        """Return the id of a message that an earlier try posted, None if none did.

        Raises CannotTell where the app lacks the permission to look, DeliveryError where
        Slack does not answer.
        """
        if not message.destination:
            return Preview().find(message)
        if message.replaces is not None:
            # To change a message twice is the same as to change it once.
            return None
        mark = Mark(ALERT, message.dedupe_key)
        # Slack's times are real ones, whatever day we are told to live in.
        decided = (message.since or self._parts.clock()).timestamp()
        oldest = min(decided, self._parts.wall()) - CLOCKS_DIFFER
        is_person = message.channel_kind == direct.KIND
        is_looked_for, problem, doubt = False, None, False
        for team in self._teams:
            found = self._look(team, message, mark, oldest)
            if isinstance(found, Exception):
                problem, is_elsewhere = found, str(getattr(found, "code", found)) in _ELSEWHERE
                doubt = doubt or not is_elsewhere or isinstance(found, NotSure)
                # A person may have been told there before that workspace was paused.
                if not is_elsewhere and (is_person or not _is_out(team)):
                    break
                continue
            if found is not None or not is_person:
                return found
            # A person may have been told in another of their workspaces.
            is_looked_for = True
        if isinstance(problem, NotSure) or (is_looked_for and doubt):
            raise CannotTell(message.dedupe_key)
        if problem is not None and not is_looked_for:
            raise problem
        return None

    def _look(
        self, team: Installed, message: Outgoing, mark: Mark, oldest: float
    ) -> str | NotSure | DeliveryError | None:
        """Look for a message in one Slack workspace; returns what is in the way of looking, too.

        Raises DeliveryError where Slack does not answer.
        """
        try:
            client = self._client(team)
            return posting.find(
                client,
                direct.address(self._parts, team, client, message),
                mark,
                oldest=oldest,
                thread=message.thread,
                reads_metadata=not team.scopes or posting.READ_METADATA in team.scopes,
            )
        except (NotSure, DeliveryError) as error:
            return error
        except (SlackApiError, *calls.BROKEN) as error:
            raise self._failure(team, error) from error

    def withdraw(self, message: Outgoing, remote: str) -> None:
        """Delete a message of ours that another worker posted as well; one that stays is logged."""
        if remote.startswith("<"):
            return  # Where somebody is not in Slack, it went by mail.
        code = "not_connected"
        for team in self._teams:
            try:
                client = self._client(team)
                place = direct.address(self._parts, team, client, message)
                client.chat_delete(channel=place, ts=remote)
                return
            except (SlackApiError, *calls.BROKEN) as error:
                code = calls.code_of(error)
            except DeliveryError as error:
                code = error.code
        log.warning("slack_double_stays", key=message.dedupe_key, code=code)

    def _post(self, team: Installed, message: Outgoing) -> str:
        client = self._client(team)
        in_thread = message.thread is not None
        try:
            with self._parts.session(self._workspace_id) as session:
                reader, owner, taken = roots.facing(session, team, message)
            chart = self._chart(team, message, reader)
            if message.kind == CHART and chart is None:
                raise DeliveryError("no_chart", Message(NO_CHART), permanent=True)
            said = alerts.alert(
                message.kind,
                message.facts,
                reader,
                self._parts.config.base_url,
                in_thread=in_thread,
                owner=owner,
                taken=taken,
                owners=self._owners(team, message),
                is_repeat=message.is_repeat,
                chart=chart,
            )
        except alerts.UNREADABLE as error:
            # What can never be said must not be tried for ever.
            log.exception("slack_message_unreadable", key=message.dedupe_key)
            raise DeliveryError("unreadable", Message(UNREADABLE), permanent=True) from error
        mark = Mark(ALERT, message.dedupe_key)
        place = direct.address(self._parts, team, client, message)
        if message.is_too_late(self._parts.clock()):
            raise TooLate
        if message.replaces is not None:
            return self._change(client, place, said, mark, message.replaces)
        try:
            sent = posting.post(client, place, said, mark, message.thread)
        except SlackApiError as error:
            if not in_thread or calls.code_of(error) not in _NO_THREAD:
                raise
            return self._post(team, replace(message, thread=None))
        self._keep(message, chart)
        # Escalations and charts stand in the thread and say nothing new of the goal.
        is_state = "goal" in message.facts and message.kind not in ("escalation", CHART)
        if message.thread is not None and is_state and self._is_newest(message):
            self._renew(client, place, message.thread, message.facts, reader, owner, taken, chart)
        # What is told among others would have continued threads, whose first messages say it.
        for root in message.facts.get(SUMMARY, {}).get("roots", ()):
            with self._parts.session(self._workspace_id) as session:
                taken = roots.taken(session, root)
            self._renew(client, place, root["thread"], root, reader, None, taken)
        return sent

    def _keep(self, message: Outgoing, chart: Picture | None) -> None:
        """Keep with a message which picture it shows, if any, for when it is shown anew."""
        if chart is None:
            return
        statement = select(Outbox).where(
            col(Outbox.workspace_id) == self._workspace_id,
            col(Outbox.dedupe_key) == message.dedupe_key,
        )
        with self._parts.session(self._workspace_id) as session:
            row = session.exec(statement.with_for_update()).first()
            if row is not None:
                kept = {"file": chart.file_id, "words": chart.words}
                row.facts = {**row.facts, "chart": kept}
                session.add(row)

    def _change(self, client: WebClient, place: str, said: Post, mark: Mark, ts: str) -> str:
        """Let a message say something else and return its id; raises DeliveryError GONE."""
        try:
            posting.change(client, place, ts, said, mark)
        except SlackApiError as error:
            if calls.code_of(error) not in posting.UNCHANGEABLE:
                raise
            now = self._parts.clock()
            raise DeliveryError(GONE, Message(NOT_THERE), resume_after=now) from error
        return ts

    def _renew(
        self,
        client: WebClient,
        place: str,
        thread: str,
        facts: Mapping[str, Any],
        reader: Reader,
        owner: str | None,
        taken: Taken | None,
        chart: Picture | None = None,
    ) -> None:
        """Show the present state in the thread's first message."""
        base = self._parts.config.base_url
        now = alerts.root(facts, reader, base, owner, taken, chart)
        with self._parts.session(self._workspace_id) as session:
            if roots.may_be_repeat(session, thread):
                now = alerts.repeated(now, reader)
        try:
            client.chat_update(channel=place, ts=thread, **now.payload())
        except (SlackApiError, *calls.BROKEN) as error:
            log.info("slack_root_not_renewed", code=calls.code_of(error))

    def _is_newest(self, message: Outgoing) -> bool:
        """Tell whether nothing decided later about the goal arrived before this message."""
        here = (
            col(Outbox.workspace_id) == self._workspace_id,
            col(Outbox.destination) == message.destination,
        )
        mine = select(Outbox.id).where(*here, col(Outbox.dedupe_key) == message.dedupe_key)
        later = select(Outbox.id).where(
            *here,
            col(Outbox.goal_id) == int(message.facts["goal"]["id"]),
            col(Outbox.kind).not_in((checkins.KIND, "missed", "escalation", CHART)),
            col(Outbox.state).in_(("done", "told")),
            col(Outbox.id) > mine.scalar_subquery(),
        )
        with self._parts.session(self._workspace_id) as session:
            return session.exec(later.limit(1)).first() is None

    def _chart(self, team: Installed, message: Outgoing, reader: Reader) -> Picture | None:
        """Return the chart of a message's goal, None where it has none or goes without."""
        if message.kind not in pictures.KINDS or "goal" not in message.facts:
            return None
        if not pictures.may(team):
            return None
        with self._parts.session(self._workspace_id) as session:
            channel = audiences.channel_named(session, message.destination)
            if channel is not None and not channel.has_charts:
                return None
            found = pictures.planned(session, message.facts, reader, self._parts.clock())
        if found is None:
            return None
        hasty = calls.client(self._parts, team.token, calls.UPLOAD)
        return pictures.uploaded(self._parts, team, hasty, found, reader)

    def _owners(self, team: Installed, message: Outgoing) -> dict[str, str]:
        """Return the owners of the tasks in a message as mentions, those that are linked."""
        named = {one.get("owner_id") for one in message.facts.get("tasks", ())}
        found = {}
        with self._parts.session(self._workspace_id) as session:
            for owner in filter(None, named):
                user = links.user_of(session, team.team_id, int(owner))
                if user:
                    found[owner] = f"<@{user}>"
        return found

    def _client(self, team: Installed) -> WebClient:
        if team.token is None or _is_out(team):
            raise self._waiting(team.paused_reason or "no_token")
        return calls.client(self._parts, team.token)

    def _failure(self, team: Installed, error: Exception) -> DeliveryError:
        code = calls.code_of(error)
        if code in calls.SIGNED_OUT:
            self._pause(team, code)
            return self._waiting(code)
        return calls.failure(error, self._parts.clock())

    def _pause(self, team: Installed, reason: str) -> None:
        teams.pause(self._parts, team.team_id, reason)
        self._teams = [
            replace(one, paused_reason=reason) if one.team_id == team.team_id else one
            for one in self._teams
        ]

    def _waiting(self, reason: str) -> DeliveryError:
        return DeliveryError(
            reason,
            Message(N_("Slack does not take our token any more. Messages wait.")),
            fix=Message(N_("Connect Slack again on its page.")),
            resume_after=self._parts.clock() + PAUSE,
        )

    def _keep_pace(self, channel: str) -> None:
        """Leave a second between two messages for the same channel, as Slack asks."""
        last = self._parts.recent.get(f"post:{channel}", -_ONE_A_SECOND)
        rest = last + _ONE_A_SECOND - time.monotonic()
        if rest > 0:
            time.sleep(min(rest, _ONE_A_SECOND))


def _is_out(team: Installed) -> bool:
    """Tell whether nothing can be posted in a workspace at present."""
    return team.paused_reason is not None or team.token is None
