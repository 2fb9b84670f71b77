"""Connecting a source: which there are, the steps of each, the test, and the vendor's own page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app import queue, work
from app.web import access, awaited, frame
from app.web.forms.connect import WayForm, form_for
from app.web.texts import gettext as _
from goals.errors import OutsideError, Refusal
from goals.records.connections import Connection
from goals.records.source import Check
from goals.words import N_, Message
from integrations import checking, connections, crm, oauth
from integrations.guide import Guide, Way
from integrations.rest.source import RestSource

#: Sources that are no vendors: they stand beside the cards.
BESIDE = ("sql", "singer")
_STATE = "oauth_state"
#: What a source says of a sign-in that does not work, and what is said where it never did.
REFUSED = "%(vendor)s no longer accepts the sign-in."
NOT_ACCEPTED = N_("%(vendor)s does not accept this sign-in.")
Page = Response | tuple[str, int] | str


@dataclass(frozen=True)
class Card:
    """A kind of source as the list of them shows it."""

    name: str
    title: str
    guide: Guide
    keeps_history: bool | None

    @property
    def has_sign_in(self) -> bool:
        """Tell whether somebody can agree on the vendor's own page."""
        return any(way.oauth is not None for way in self.guide.ways)


@access.needs("owner")
def grid() -> str:
    """Show every source that can be connected on a page."""
    cards = [_card(name) for name, one in crm.PROVIDERS.items() if one.guide is not None]
    return render_template(
        "data/connect.html",
        vendors=[one for one in cards if one.name not in (*BESIDE, "sample")],
        beside=[one for one in cards if one.name in BESIDE],
        sample=next((one for one in cards if one.name == "sample"), None),
    )


def _card(name: str) -> Card:
    guide = crm.guide(name)
    assert guide is not None
    return Card(name, _(crm.provider(name).title), guide, keeps_history(crm.kind(name)))


def keeps_history(kind: Any) -> bool | None:
    """Tell whether a kind of source tells stage histories itself, None where nobody does."""
    told: bool | None = getattr(kind, "keeps_history", None)
    if told is not None or not (isinstance(kind, type) and issubclass(kind, RestSource)):
        return told
    if any(one.histories is not None for one in kind.table):
        return True
    return False if any(one.stands is not None for one in kind.table) else None


# --- The steps -------------------------------------------------------------------------------


@access.needs("owner")
def connect(provider: str) -> Page:
    """Connect a source in numbered steps; the test runs before anything is kept."""
    return _Steps(provider).answer()


@access.needs("owner")
def reconnect(connection_id: int) -> Page:
    """Give a connection a new sign-in; it is tested before the old one is replaced."""
    found = connections.find(frame.session(), str(connection_id), even_removed=False)
    return _Steps(found.provider, found).answer()


class _Steps:
    """The page of one source, for a new connection or for one that is there."""

    def __init__(self, provider: str, connection: Connection | None = None) -> None:
        guide = crm.guide(provider)
        if guide is None:
            abort(404)
        self.provider, self.guide, self.connection = provider, guide, connection
        self.place = self._place()
        self.way: Way = guide.ways[self.place]
        self.checks: Sequence[Check] = ()
        self.title = _(crm.provider(provider).title)
        before = dict(connection.settings) if connection is not None else {}
        start = {"name": self.title, **before}
        if connection is None and request.method == "GET":
            start["name"] = connections.free_name(frame.session(), self.title)
        self.form: WayForm = form_for(self.way, named=connection is None)(data=start)
        self.form.prepare(self._stored() if self._same_place(before) else {})

    def _place(self) -> int:
        """Return which way of signing in the page shows: asked for, or the connection's own."""
        asked = request.values.get("way", type=int)
        if asked is not None and 0 <= asked < len(self.guide.ways):
            return asked
        if self.connection is not None:
            stored = {*self.connection.settings, *self._stored()}
            for place, way in enumerate(self.guide.ways):
                if all(ask.name in stored for ask in way.asks if not ask.is_optional):
                    return place
        return 0

    def _stored(self) -> dict[str, str]:
        if self.connection is None or not self.connection.secrets:
            return {}
        try:
            return frame.wiring().vault.open(self.connection.secrets)
        except Refusal:
            # The keys of the installation were changed: everything is typed again.
            return {}

    def _same_place(self, before: dict[str, Any]) -> bool:
        """Tell whether the form leads where the connection does: nothing else gets its secrets."""
        if request.method == "GET":
            return True
        given = {
            ask.name: str(self.form[ask.name].data or "").strip()
            for ask in self.way.asks
            if not ask.is_secret
        }
        return all(str(before.get(name, "")) == value for name, value in given.items())

    @property
    def redirect_uri(self) -> str:
        """Return the address to which the vendor sends the browser back."""
        base = frame.wiring().settings.base_url.rstrip("/")
        return f"{base}{url_for('data.returned', provider=self.provider)}"

    @property
    def has_more(self) -> bool:
        """Tell whether something that is rarely needed was filled in, or is wrong."""
        fields = [self.form[ask.name] for ask in self.way.asks if ask.is_optional]
        return any(one.data or one.errors for one in fields)

    def answer(self) -> Page:
        """Show the steps, or do what was sent."""
        if self.form.validate_on_submit():
            try:
                if self.way.oauth is not None:
                    return self._leave(self.way.oauth)
                made = self.keep(self.form.settings(), self.form.secrets())
                if made is not None:
                    return made
            except (Refusal, OutsideError) as error:
                self.form.refuse(error if isinstance(error, Refusal) else as_refusal(error))
        return self.page(422 if self.form.is_submitted() and not self._only_tested else 200)

    @property
    def _only_tested(self) -> bool:
        fine = not self.form.problems and checking.passed(self.checks)
        return request.form.get("do") == "test" and fine

    def page(self, status: int) -> tuple[str, int]:
        """Return the page of the steps."""
        base = frame.wiring().settings.base_url.rstrip("/")
        self.form.kept.data = self.form.seal()
        page = render_template(
            "data/connect_steps.html",
            steps=self,
            form=self.form,
            redirect_uri=self.redirect_uri if self.way.oauth is not None else "",
            elsewhere=request.host_url.rstrip("/") if request.host_url.rstrip("/") != base else "",
            base=base,
            removed=self._removed(),
            keeps_history=keeps_history(crm.kind(self.provider)),
        )
        return page, status

    def _removed(self) -> list[Connection]:
        """Return connections of this kind that were removed and could be brought back."""
        if self.connection is not None:
            return []
        every = connections.every(frame.session(), removed=True)
        return [one for one in every if one.provider == self.provider]

    def keep(self, settings: dict[str, Any], secrets: dict[str, str]) -> Response | None:
        """Test a sign-in and keep it if it works; None where it does not or was only tested."""
        session, wiring = frame.session(), frame.wiring()
        name = "" if self.connection is not None else str(self.form.name.data or "")
        if self.connection is None:
            connections.free(session, name)
        settings = self.whole(settings)
        # Nothing is written before the vendor has answered: others are not held up by it.
        self.checks, after = checking.tried(
            session,
            self.provider,
            settings=settings,
            secrets=secrets,
            clock=frame.now,
            allow_private=wiring.settings.allow_private_sources,
            allow_commands=wiring.settings.allow_commands,
        )
        self._renewed(secrets, after)
        fine = bool(self.checks) and checking.passed(self.checks)
        if not fine:
            self._failed()
        if not fine or request.form.get("do") == "test":
            return None
        told: dict[str, Any] = {
            "settings": settings,
            "secrets": secrets,
            "vault": wiring.vault,
            "now": frame.now(),
        }
        if self.connection is None:
            made = connections.add(session, self.provider, name, **told)
            flash(_("Connected. The first read starts in a moment."))
        else:
            made = self.connection
            connections.sign_in(session, made, **told)
            flash(_("%(name)s is connected again.", name=made.name))
        with connections.secrets_alone(session, made.id, wiring.vault) as kept:
            kept |= after
        work.plan(session, frame.now())
        queue.schedule(session, "sync", str(made.id), frame.now())
        return redirect(url_for("data.connection", connection_id=made.id), 303)

    def whole(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Return what was filled in, with the connection's settings that no form asks for."""
        if self.connection is None:
            return settings
        asked = {ask.name for way in self.guide.ways for ask in way.asks}
        rest = {n: one for n, one in self.connection.settings.items() if n not in asked}
        return {**rest, **settings}

    def _failed(self) -> None:
        """Say what the test found first: at the key if it is the key, at what else is wrong."""
        if self.connection is None:
            self.checks = [_for_the_first_time(one) for one in self.checks]
        failed = next((one for one in self.checks if one.needed and not one.ok), None)
        if failed is None:
            return
        secret = next((ask.name for ask in self.way.asks if ask.is_secret), None)
        is_sign_in = failed.message.id in (REFUSED, NOT_ACCEPTED)
        field = secret if is_sign_in else failed.field
        told = failed.message
        self.form.refuse(
            Refusal("test_failed", told.id, dict(told.params), fix=failed.fix, field=field)
        )

    def _renewed(self, before: dict[str, str], after: dict[str, str]) -> None:
        """Keep a token at once that the vendor gave in the stored one's place, which died with it.

        So the connection goes on even if the rest of what was sent is wrong or was only tested.
        """
        name = "refresh_token"
        old, new = before.get(name), after.get(name)
        if old == new:
            return
        if name in self.form:
            self.form[name].data = new
        if self.connection is None:
            return
        wiring = frame.wiring()
        with (
            wiring.database.session(frame.here().id) as session,
            connections.secrets_alone(session, self.connection.id, wiring.vault) as kept,
        ):
            if kept.get(name) == old:
                kept[name] = str(new)

    def _leave(self, asked: oauth.OAuth) -> Page:
        """Go on to the vendor's page; what was typed waits here, sealed, until it comes back."""
        settings, secrets = self.form.settings(), self.form.secrets()
        name = "" if self.connection is not None else str(self.form.name.data or "")
        told = {
            "provider": self.provider,
            "way": self.place,
            "connection": str(self.connection.id) if self.connection is not None else None,
            "name": name,
            "settings": settings,
            "typed": list(self.form.typed()),
        }
        state = awaited.new_ticket()
        start = oauth.begin(
            asked, self.whole(settings), settings.get("client_id", ""), self.redirect_uri, state
        )
        awaited.keep(_STATE, told, {**secrets, "verifier": start.verifier}, ticket=state)
        # A page of its own: browsers let no form lead to another site.
        return render_template("data/leaving.html", url=start.url, title=self.title)

    def refused(self, settings: dict[str, Any], name: str) -> Page:
        """Show the form again as it was filled in before the vendor's page."""
        if self.connection is None:
            self.form.name.data = name
        for ask in self.way.asks:
            if not ask.is_secret:
                self.form[ask.name].data = settings.get(ask.name, "")
        return self.page(422)

    def finish(self, settings: dict[str, Any], secrets: dict[str, str], name: str) -> Page:
        """Keep what came back from the vendor's page, or show what is wrong with it."""
        if self.connection is None:
            self.form.name.data = name
        try:
            made = self.keep(settings, secrets)
            if made is not None:
                return made
        except (Refusal, OutsideError) as error:
            self.form.refuse(error if isinstance(error, Refusal) else as_refusal(error))
        return self.refused(settings, name)


@access.needs("owner")
def returned(provider: str) -> Page:
    """Take what a vendor's page gave to the browser that asked, once only."""
    kept = awaited.take(_STATE, request.args.get("state", ""))
    if kept is None or kept[0].get("provider") != provider:
        text = _("This sign-in was not started here, or it took too long. Start once more.")
        return render_template("data/not_signed_in.html", text=text, provider=provider), 400
    told, secrets = kept
    session = frame.session()
    found = told["connection"]
    connection = connections.find(session, found) if found is not None else None
    steps = _Steps(provider, connection)
    steps.place = int(told["way"])
    steps.way = steps.guide.ways[steps.place]
    settings, wiring = dict(told["settings"]), frame.wiring()
    verifier = secrets.pop("verifier")
    steps.form = form_for(steps.way, named=connection is None)(data={})
    typed = {name: one for name, one in secrets.items() if name in told["typed"]}
    steps.form.prepare(secrets, typed)
    code = request.args.get("code", "")
    if not code:
        steps.form.form_errors.append(
            _("%(vendor)s sent you back without a sign-in: nobody agreed.", vendor=steps.title)
        )
        return steps.refused(settings, told["name"])
    assert steps.way.oauth is not None
    try:
        token = oauth.exchange(
            steps.way.oauth,
            steps.whole(settings),
            client_id=settings.get("client_id", ""),
            client_secret=secrets.get("client_secret", ""),
            code=code,
            verifier=verifier,
            redirect_uri=steps.redirect_uri,
            allow_private=wiring.settings.allow_private_sources,
        )
    except OutsideError as error:
        steps.form.refuse(as_refusal(error))
        return steps.refused(settings, told["name"])
    return steps.finish(settings, {**secrets, "refresh_token": token}, told["name"])


def _for_the_first_time(check: Check) -> Check:
    """Return what a test found as it is said to somebody who never was signed in."""
    if check.message.id != REFUSED:
        return check
    params = dict(check.message.params)
    fix = Message(N_("Copy it once more, whole, and see that it has the rights named above."))
    return replace(check, message=Message(NOT_ACCEPTED, params), fix=fix)


def as_refusal(error: OutsideError) -> Refusal:
    """Return an error of a vendor as one that a form can show."""
    told = error.message
    return Refusal(error.code, told.id, dict(told.params), fix=error.fix, field=error.field)
