"""Reading pages ahead: what comes next is asked for while what came is stored."""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextvars import copy_context
from typing import Generic, TypeVar

T = TypeVar("T")

#: Whoever waits for something is let go so often, in seconds, to do what must be done meanwhile.
BREATH = 5.0


class Prefetched(Generic[T]):
    """An iterator whose things are made by a thread of its own, so many ahead of their use.

    `size` tells how much a thing weighs, and `most` how much may be ready and not yet taken; one
    thing may always be. What making them raises is raised where the thing would have come, after
    all before it. `meanwhile` is called again and again while one waits; what it raises ends the
    waiting. Once it is closed nothing more is asked for, and what is being made then is thrown
    away.
    """

    def __init__(
        self,
        things: Iterator[T],
        *,
        size: Callable[[T], int],
        most: int,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        """Begin to make the first."""
        self._things = things
        self._size = size
        self._most = most
        self._meanwhile = meanwhile
        self._ready: deque[T] = deque()
        self._weight = 0
        self._end: BaseException | None = None
        self._closed = False
        self._turn = threading.Condition()
        context = copy_context()
        # A program that ends does not wait for an answer that nobody needs any more.
        self._thread = threading.Thread(
            target=context.run, args=(self._make,), name="prefetch", daemon=True
        )
        self._thread.start()

    def __iter__(self) -> "Prefetched[T]":
        """Return the iterator itself."""
        return self

    def __next__(self) -> T:
        """Return the next thing, once it is there."""
        while True:
            with self._turn:
                if not self._ready and self._end is None:
                    self._turn.wait(BREATH)
                if self._ready:
                    thing = self._ready.popleft()
                    self._weight -= self._size(thing)
                    self._turn.notify_all()
                    return thing
                if self._end is not None:
                    raise self._end
            self._meanwhile()

    def close(self) -> None:
        """Ask for nothing more; what is being made gets a moment to come to its end."""
        with self._turn:
            self._closed = True
            self._ready.clear()
            self._turn.notify_all()
        self._thread.join(BREATH)

    def _make(self) -> None:
        end: BaseException = StopIteration()
        try:
            for thing in self._things:
                with self._turn:
                    self._turn.wait_for(lambda: self._closed or self._weight < self._most)
                    if self._closed:
                        return
                    self._ready.append(thing)
                    self._weight += self._size(thing)
                    self._turn.notify_all()
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that takes
            end = error
        finally:
            with self._turn:
                self._end = end
                self._turn.notify_all()
