"""When a delivery that is answered later has its turn."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Turn:
    """In which conversation a delivery stands, and whether it goes before questions."""

    place: str
    is_urgent: bool = False
