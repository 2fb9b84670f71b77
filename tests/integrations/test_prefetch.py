"""Reading ahead: in order, not too far, and over when its reader is."""

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from integrations.prefetch import Prefetched


class Wanted(Exception):
    """What ends the waiting in these tests."""


def test_everything_comes_in_its_order() -> None:
    with closing(Prefetched(iter(range(500)), size=lambda one: 1, most=7)) as ahead:
        assert list(ahead) == list(range(500))


def test_the_next_is_made_while_nobody_asks_for_it() -> None:
    made = [threading.Event() for _ in range(3)]

    def things() -> Iterator[int]:
        for number, one in enumerate(made):
            one.set()
            yield number

    with closing(Prefetched(things(), size=lambda one: 1, most=10)) as ahead:
        assert next(ahead) == 0
        assert made[2].wait(10)


def test_no_more_is_ready_than_was_said() -> None:
    made: list[int] = []

    def things() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            yield 10

    with closing(Prefetched(things(), size=lambda one: one, most=30)) as ahead:
        next(ahead)
        for _ in range(50):
            threading.Event().wait(0.002)
        # One is taken, three are ready, and one is made and waits.
        assert len(made) <= 5
        assert next(ahead) == 10


def test_one_that_is_larger_than_all_that_may_be_ready_still_comes() -> None:
    with closing(Prefetched(iter([100, 200]), size=lambda one: one, most=1)) as ahead:
        assert list(ahead) == [100, 200]


def test_trouble_comes_after_what_came_before_it() -> None:
    def things() -> Iterator[int]:
        yield 1
        yield 2
        raise ValueError("broken")

    with closing(Prefetched(things(), size=lambda one: 1, most=10)) as ahead:
        assert [next(ahead), next(ahead)] == [1, 2]
        with pytest.raises(ValueError, match="broken"):
            next(ahead)


def test_who_waits_does_meanwhile_what_must_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.prefetch.BREATH", 0.01)
    go_on = threading.Event()
    calls: list[int] = []

    def things() -> Iterator[int]:
        go_on.wait(10)
        yield 1

    def meanwhile() -> None:
        calls.append(1)
        if len(calls) == 3:
            go_on.set()

    with closing(Prefetched(things(), size=lambda one: 1, most=1, meanwhile=meanwhile)) as ahead:
        assert list(ahead) == [1]
    assert len(calls) >= 3


def test_what_is_raised_meanwhile_ends_the_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integrations.prefetch.BREATH", 0.01)
    go_on = threading.Event()

    def things() -> Iterator[int]:
        go_on.wait(10)
        yield 1

    def meanwhile() -> None:
        raise Wanted

    ahead = Prefetched(things(), size=lambda one: 1, most=1, meanwhile=meanwhile)
    with pytest.raises(Wanted):
        next(ahead)
    go_on.set()
    ahead.close()


def test_once_closed_nothing_more_is_made() -> None:
    made: list[int] = []

    def things() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    ahead = Prefetched(things(), size=lambda one: 1, most=2)
    next(ahead)
    ahead.close()
    count = len(made)
    threading.Event().wait(0.02)
    assert len(made) == count <= 4
