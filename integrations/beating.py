"""Saying that a run is alive while something else holds it up, as a database's long query."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

#: Seconds between two signs of life.
EVERY = 5.0


@contextmanager
def beating(alive: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """Call `alive` again and again from a thread of its own for the length of a block.

    Gives what raises whatever `alive` raised, to be called before something is kept; what
    nobody asked for is raised at the end.
    """
    ended = threading.Event()
    raised: list[Exception] = []

    def beat() -> None:
        while not ended.wait(EVERY):
            try:
                alive()
            except DBAPIError:
                # We are writing ourselves, which keeps everybody else away as well (SQLite), or
                # the database is gone for a moment: the next sign of life may come through.
                continue
            except Exception as error:  # noqa: BLE001
                raised.append(error)
                return

    def check() -> None:
        if raised:
            raise raised[0]

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield check
    finally:
        ended.set()
        thread.join()
    check()
