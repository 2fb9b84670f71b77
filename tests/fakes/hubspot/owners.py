"""Owners and their teams."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.hubspot import stamps


@dataclass(slots=True)
class Team:
    """A team of users."""

    id: str
    name: str


@dataclass(slots=True)
class Owner:
    """A user that can own records; stamps in epoch milliseconds, the first team is the main one."""

    id: int
    user: int
    email: str
    first: str
    last: str
    created: int
    updated: int
    archived: bool = False
    teams: list[Team] = field(default_factory=list)

    def body(self) -> dict[str, Any]:
        """The owner as GET /crm/owners shows it; an archived one has no user id any more."""
        body: dict[str, Any] = {
            "id": str(self.id),
            "email": self.email,
            "type": "PERSON",
            "firstName": self.first,
            "lastName": self.last,
            "userIdIncludingInactive": self.user,
            "createdAt": stamps.iso(self.created),
            "updatedAt": stamps.iso(self.updated),
            "archived": self.archived,
        }
        if not self.archived:
            body["userId"] = self.user
        if self.teams:
            body["teams"] = [
                {"id": team.id, "name": team.name, "primary": place == 0}
                for place, team in enumerate(self.teams)
            ]
        return body
