"""FakeSlack: the server that answers the Web API, response_urls and uploads."""

from __future__ import annotations

import json
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING
from urllib.parse import SplitResult

from . import api, chat, directory, exchange, hooks, surfaces, workflows
from .faults import Fault, Faults
from .http_server import Handler, Outcome, Server
from .inspection import Inspection
from .limits import Limits
from .world import Call, Finding, Json, SlackError

if TYPE_CHECKING:
    from .socketmode import FakeSocketMode

# Importing these modules enters their methods.
METHOD_MODULES = (chat, directory, exchange, surfaces, workflows)
# What Slack refuses whoever sends it, wherever and whenever.
_MALFORMED = frozenset(
    {
        *("invalid_blocks", "invalid_blocks_format", "invalid_arguments", "invalid_arg_name"),
        *("invalid_payload", "invalid_json", "json_not_object", "unknown_method", "no_text"),
        *("msg_too_long", "markdown_text_conflict", "too_many_attachments", "alt_txt_too_large"),
        *("invalid_metadata_format", "metadata_too_large", "view_too_large", "invalid_limit"),
        "parameter_validation_failed",
    }
)
_UNPROCESSED = {"lose_before", "http_500", "http_503", "html_200", "error"}


class FakeSlack(Inspection):
    """A Slack on 127.0.0.1; see the package's documentation for a worked example.

    `rate_limits` turns on Slack's tiers, a mapping sets calls a minute for single methods.
    `log_path` names a JSONL file to which every call is added. With `strict_args` unknown arguments
    are refused. `dedupe_client_msg_id` lets a repeated client_msg_id return the first message.
    `edit_window` are the seconds within which messages may be updated (None: for ever).
    `token_rotation` gives out tokens that expire. `files_ready_after` are the seconds until an
    upload may be shown in a block. `now` is the clock, in seconds since 1970. With `tells_scopes`
    every answer names the scopes of its token (X-OAuth-Scopes), as the real one's do. Unless it is
    told not to be `strict`, it fails at its end when the audit has found anything.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        rate_limits: bool | Mapping[str, int] = False,
        log_path: str | Path | None = None,
        strict_args: bool = True,
        dedupe_client_msg_id: bool = False,
        edit_window: float | None = None,
        token_rotation: bool = False,
        files_ready_after: float = 0.0,
        now: Callable[[], float] = time.time,
        strict: bool = True,
    ) -> None:
        self._port = port
        self.strict = strict
        self._server: Server | None = None
        self._log_path = log_path
        self._log: IO[str] | None = None
        self._ended = threading.Event()
        self.strict_args = strict_args
        self.dedupe_client_msg_id = dedupe_client_msg_id
        self.edit_window = edit_window
        self.token_rotation = token_rotation
        self.files_ready_after = files_ready_after
        #: How many requests are being carried out.
        self.in_hand = 0
        self.should_escape = True
        self.tells_scopes = False
        self.faults = Faults()
        self.limits = Limits(
            bool(rate_limits), rate_limits if isinstance(rate_limits, Mapping) else None
        )
        self.calls: list[Call] = []
        self.crashes: list[str] = []
        self.socket_mode: FakeSocketMode | None = None
        super().__init__(now)

    # Life

    def start(self) -> FakeSlack:
        """Listen on a free port of 127.0.0.1 (or the one asked for)."""
        self._ended.clear()
        if self._log_path is not None:
            self._log = Path(self._log_path).open("a", encoding="utf-8")  # noqa: SIM115
        self._server = Server(self, self._port)
        return self

    def stop(self) -> None:
        """Close every connection and wait for the threads."""
        self._ended.set()
        if self._server is not None:
            self._server.close()
            self._server = None
        if self._log is not None:
            self._log.close()
            self._log = None

    def reset(self) -> None:
        """Forget all but settings and address; the first workspace gets the same ids again."""
        self._fail_for_what_was_found()
        with self.lock:
            self.clear()
            self.faults.clear()
            self.limits.clear()
            self.calls.clear()
            self.crashes.clear()

    def __enter__(self) -> FakeSlack:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        if kind is None and self.crashes:
            raise AssertionError("the fake itself failed:\n" + "\n".join(self.crashes))
        if kind is None:
            self._fail_for_what_was_found()

    def _fail_for_what_was_found(self) -> None:
        if self.strict and self.audit:
            raise AssertionError("\n".join(f"{one.kind}: {one.text}" for one in self.audit))

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        if self._server is None:
            raise RuntimeError("the fake is not started")
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def api_url(self) -> str:
        """What a Slack client takes as its base URL."""
        return f"{self.url}/api/"

    # What the network asks

    def upgrade(self, handler: Handler) -> None:
        """Hand a websocket to Socket Mode."""
        if self.socket_mode is None:
            handler.send_error(404)
        else:
            self.socket_mode.serve(handler)

    def handle(self, where: SplitResult, body: bytes, headers: dict[str, str]) -> Outcome:
        """Answer one HTTP request."""
        with self.lock:
            self.in_hand += 1
        try:
            return self._handle(where, body, headers)
        finally:
            with self.lock:
                self.in_hand -= 1

    def _handle(self, where: SplitResult, body: bytes, headers: dict[str, str]) -> Outcome:
        headers = {name.lower(): value for name, value in headers.items()}
        kind = headers.get("content-type", "")
        _, _, rest = where.path.partition("/")
        head, _, tail = rest.partition("/")
        if head == "api":
            args = _peek(where.query, body, kind)
            return self._answer(tail, args, lambda: self._web_api(tail, where.query, body, headers))
        if head == "hooks" and tail.startswith("response/"):
            args = _payload(body, kind)
            return self._answer("hooks.response", args, lambda: self._hook(tail[9:], args))
        if head == "upload":
            return self._answer("upload", {"file": tail}, lambda: self._upload(tail, body, kind))
        return Outcome(404, b"not found", "text/plain")

    def _answer(self, name: str, args: Json, run: Callable[[], Call]) -> Outcome:
        delay = self.faults.next(name, args, latency=True)
        if delay is not None:
            end = time.monotonic() + delay.seconds
            while not (self._ended.is_set() or time.monotonic() > end or delay.over.wait(0.01)):
                pass
        fault = self.faults.next(name, args)
        if fault is not None and fault.kind in _UNPROCESSED:
            result = {"ok": False, "error": fault.code} if fault.kind == "error" else {}
            call = self._call(name, args, result)
        else:
            call = self._guarded(name, run, args)
        call.fault = fault.kind if fault else "latency" if delay else None
        outcome = self._outcome(call, fault)
        self._record(call)
        return outcome

    def _call(self, name: str, args: Json, result: Json, status: int = 200) -> Call:
        return Call(name, "none", args, result, status, self.clock(), time.monotonic())

    def _guarded(self, name: str, run: Callable[[], Call], args: Json) -> Call:
        try:
            return run()
        except SlackError as error:
            result = {"ok": False, "error": error.code, **error.extra}
            call = self._call(name, args, result, error.status)
            self._note_refusal(call)
            return call
        except Exception:  # noqa: BLE001 - whatever breaks here is shown to the test at the end
            self.crashes.append(traceback.format_exc())
            return self._call(name, args, {"ok": False, "error": "fatal_error"}, 500)

    def _web_api(self, name: str, query: str, body: bytes, headers: dict[str, str]) -> Call:
        raw = api.read_args(query, body, headers.get("content-type", ""))
        call = self._call(name, _public(raw), {})
        try:
            method = api.METHODS.get(name)
            if method is None:
                raise SlackError("unknown_method")
            with self.lock:
                value = headers.get("authorization", "").removeprefix("Bearer ").strip()
                if method.name == "oauth.v2.access":
                    pair = exchange.basic_credentials(headers.get("authorization", ""))
                    raw |= {"client_id": pair[0], "client_secret": pair[1]} if pair else {}
                token, team = api.authenticate(self, method, str(raw.get("token") or value))
                call.token = token.label
                if self.tells_scopes and token.kind == "bot":
                    call.scopes = ",".join(sorted(token.scopes))
                wait = self.limits.wait(team.id, name, method.tier, str(raw.get("channel") or ""))
                if wait:
                    raise SlackError("ratelimited", 429, retry_after=wait)
                ask = api.Ask(self, token, team, {})
                if method.scope:
                    ask.need(method.scope)
                ask.args = api.typed(method, raw, self.strict_args)
                call.args = _public(ask.args)
                call.result = {"ok": True, **method.run(ask)}
        except SlackError as error:
            call.status = error.status
            call.result = {"ok": False, "error": error.code, **error.extra}
            self._note_refusal(call)
        return call

    def _note_refusal(self, call: Call) -> None:
        """Take note of what Slack refuses because of what was said, not of when or where."""
        said = call.result.get("errors") or [""]
        # Nobody can know when a file that was uploaded is ready.
        waits = self.files_ready_after > 0 and all("invalid slack file" in one for one in said)
        if call.result["error"] in _MALFORMED and call.method != "blocks.validate" and not waits:
            with self.lock:
                self.audit.append(Finding("refused", call.method, "", f"{call.result} {call.args}"))

    def _hook(self, hook_id: str, args: Json) -> Call:
        with self.lock:
            hooks.follow_up(self, hook_id, args)
        return self._call("hooks.response", args, {"ok": True})

    def _upload(self, file_id: str, body: bytes, kind: str) -> Call:
        with self.lock:
            file = self.files.get(file_id)
            if file is None or file.ready_at is not None:
                raise SlackError("file_not_found", 404)
            size = len(hooks.receive_bytes(file, body, kind))
        return self._call("upload", {"file": file_id, "size": size}, {"ok": True})

    def _record(self, call: Call) -> None:
        with self.lock:
            self.calls.append(call)
            if self._log is not None:
                self._log.write(json.dumps(call.__dict__, ensure_ascii=False, default=str) + "\n")
                self._log.flush()
            self.wake()

    def _outcome(self, call: Call, fault: Fault | None) -> Outcome:
        kind = fault.kind if fault else None
        if kind in ("lose_before", "lose_after"):
            return Outcome(drop=True)
        if kind in ("http_500", "http_503"):
            call.status = int(kind[-3:])
            return Outcome(call.status, b"upstream error", "text/plain")
        if kind == "html_200":
            return Outcome(
                200, b"<!DOCTYPE html><html><body>Sign in to the network</body></html>", "text/html"
            )
        if call.method == "hooks.response":
            said = "ok" if call.ok else str(call.result.get("error"))
            return Outcome(call.status, said.encode(), "text/plain")
        if call.method == "upload" and call.ok:
            return Outcome(200, f"OK - {call.args['size']}".encode(), "text/plain")
        headers = {"X-OAuth-Scopes": call.scopes} if call.scopes else {}
        if call.result.get("error") == "ratelimited":
            call.status = 429
            seconds = call.result.pop("retry_after", fault.retry_after if fault else 1)
            headers["Retry-After"] = str(seconds)
        body = json.dumps(call.result).encode()
        if kind == "truncated_json":
            body = body[: max(2, len(body) // 2)]
        return Outcome(call.status, body, headers=headers)


def _public(args: Json) -> Json:
    """Arguments without anything secret."""
    hidden = ("token", "client_secret", "refresh_token", "code")
    return {name: value for name, value in args.items() if name not in hidden}


def _peek(query: str, body: bytes, kind: str) -> Json:
    """Arguments read well enough to be matched against a fault's `where`."""
    try:
        return _public(api.read_args(query, body, kind))
    except SlackError:
        return {}


def _payload(body: bytes, kind: str) -> Json:
    try:
        found = api.read_args("", body, kind)
        return dict(json.loads(found["payload"])) if "payload" in found else found
    except (SlackError, ValueError):
        return {}
