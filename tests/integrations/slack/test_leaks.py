"""Nobody gets to see a goal that is not for them, whoever they are and whatever they do."""

import pytest

from tests.support.leaks.stage import Stage
from tests.support.leaks.verbs import VERBS
from tests.support.slack import Desk


@pytest.mark.parametrize("seed", range(3))
def test_whatever_people_do_gives_away_nothing_that_is_not_for_them(
    slack_desk: Desk, seed: int
) -> None:
    stage = Stage(slack_desk, seed)
    for _ in range(150):
        stage.act(VERBS)
    assert {"command", "mention", "direct", "button"} <= set(stage.done)
