"""What stands around the content of a page, kept as drawn: it is the same on every visit.

Two gaps are left in it: one for the content, and one for the token of the reader's forms, which
belongs to one browser and is never kept.
"""

import re
import secrets
from typing import Any

from flask import current_app, render_template, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from app.web import frame

#: Drawn surroundings kept in a process.
MOST = 200
#: Nobody knows them before they are drawn, so no name or address can be taken for a gap.
_CONTENT, _TOKEN = (Markup(secrets.token_hex(16)) for _ in range(2))
_GAPS = re.compile(f"({_CONTENT}|{_TOKEN})".encode())
_FILLED = (_CONTENT.encode(), _TOKEN.encode())


def around(template: str, content: bytes) -> bytes:
    """Return a page with its content, which its template must not look into.

    Both are as they are sent: turning a long page into bytes takes longer than all else here.
    """
    if "_flashes" in session:
        # What is told once is not kept.
        return render_template(template, content=Markup(content.decode())).encode()
    kept: dict[Any, list[bytes]] = current_app.extensions.setdefault("headway_surroundings", {})
    key = (template, *_facts())
    parts = kept.get(key)
    if parts is None:
        if len(kept) >= MOST:
            kept.clear()
        drawn = render_template(template, content=_CONTENT, csrf_token=lambda: _TOKEN)
        parts = kept[key] = _GAPS.split(drawn.encode())
    given = dict(zip(_FILLED, (content, generate_csrf().encode()), strict=True))
    return b"".join([given.get(part, part) for part in parts])


def _facts() -> tuple[Any, ...]:
    """Return everything that the surroundings of a page show or depend on."""
    found = frame.signed_in()
    person = found.person if found is not None else None
    workspace = found.workspace if found is not None else None
    member = found.member if found is not None else None
    return (
        request.script_root,
        frame.address(),
        frame.reader(),
        frame.theme(),
        person and person.name,
        workspace and (workspace.name, workspace.is_sample),
        member and member.role,
    )
