from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest

from goals.words import Reader
from strategy.document import build
from strategy.worksheets import approval, fields, library
from strategy.worksheets import setting as settings
from strategy.worksheets.fields import LONGEST
from strategy.worksheets.tables import Answer
from tests.strategy.desk import Desk


@dataclass
class Paper:
    """A desk whose strategy becomes a document."""

    desk: Desk

    def made(self, lang="en", **more: Any):
        with self.desk.session() as session:
            reader = Reader(lang, zone="Asia/Bangkok", currency="THB")
            return build.build(session, reader, now=self.desk.now, **more)

    def approve(self, name="", note=None):
        with self.desk.session() as session:
            approval.approve(
                session, name, note, by=self.desk.dana, now=self.desk.now, allow_open=True
            )

    def fill(self, *texts, rows=2):
        """Write texts in turn into every box for words, in so many rows where they repeat.

        At once and not as pages do it, which would read the whole strategy for each answer.
        """
        turn = cycle(texts)
        found: dict[tuple[str, str, int], dict[str, Any]] = {}
        with self.desk.session() as session:
            about = settings.of(session)
            for asked in library.worksheets().asked.values():
                repeated = library.worksheets().find(asked.store).question.repeat
                count = 1 if repeated is None else min(rows, repeated.most)
                for number in range(count):
                    item = "" if repeated is None else f"row{number}"
                    value = found.setdefault((asked.store, item, number), {})
                    for field in asked.question.typed:
                        text = next(turn)[: field.longest or LONGEST.get(field.kind, 0)]
                        if text:
                            given = [text, text] if field.kind == "texts" else text
                            value[field.key] = fields.clean(field, given, {}, about, {}).value
            for (store, item, number), value in found.items():
                if value:
                    answer = Answer(
                        workspace_id=self.desk.workspace_id,
                        question=store,
                        item=item,
                        position=number,
                        value=value,
                        version=1,
                        updated_at=self.desk.now,
                    )
                    session.add(answer)


@pytest.fixture
def paper(desk):
    return Paper(desk)
