"""Who may call a view: signed-in members only, unless a view says otherwise.

A new view is closed by default: it needs a member, and writing needs an editor or an owner.
"""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

#: Roles from least to most.
ORDER = ("viewer", "commenter", "editor", "owner")


def public(view: View) -> View:
    """Let anybody call a view, signed in or not."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def person(view: View) -> View:
    """Let any signed-in person call a view, member of a workspace or not."""
    view.access = "person"  # type: ignore[attr-defined]
    return view


def needs(role: str) -> Callable[[View], View]:
    """Let members with this role or a greater one call a view."""

    def mark(view: View) -> View:
        view.access = role  # type: ignore[attr-defined]
        return view

    return mark


def required(view: Callable[..., Any] | None, *, writes: bool) -> str:
    """Return what a view asks for: "public", "person" or the least role."""
    return str(getattr(view, "access", "editor" if writes else "viewer"))


def allows(role: str, least: str) -> bool:
    """Tell whether a role is at least another."""
    return ORDER.index(role) >= ORDER.index(least)
