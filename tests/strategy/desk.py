"""A workspace with people and teams, in which answers are written one transaction at a time."""

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

from app.db import Database
from goals.workspace import Member, Person, Team, Workspace
from strategy.worksheets import book, examples, hub, items, library, pages, saving

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
TODAY = date(2026, 11, 2)


class Desk:
    """Dana and Nok write a strategy; each call is a transaction one minute after the last."""

    def __init__(self, url, currency="THB"):
        self.database = Database(url)
        self.now = NOW
        with self.database.system() as session:
            place = Workspace(name="Northbay", currency=currency, created_at=NOW)
            people = [
                Person(name=name, email=f"{name}@northbay.example".lower(), created_at=NOW)
                for name in ("Dana", "Nok")
            ]
            session.add_all([place, *people])
        self.workspace_id = place.id
        with self.database.session(place.id) as session:
            members = [
                Member(workspace_id=place.id, person_id=one.id, role="editor", created_at=NOW)
                for one in people
            ]
            teams = [Team(workspace_id=place.id, name=name) for name in ("Sales", "Service")]
            session.add_all([*members, *teams])
        self.dana, self.nok = (one.id for one in members)
        self.sales, self.service = (str(one.id) for one in teams)

    def dispose(self):
        self.database.dispose()

    @contextmanager
    def session(self):
        self.now += timedelta(minutes=1)
        with self.database.session(self.workspace_id) as session:
            yield session

    def save(self, question, item="", version=None, by=None, autosave=False, writer=None, **values):
        with self.session() as session:
            expected = self.version(question, item) if version is None else version
            return saving.save_answer(
                session,
                question,
                item,
                values,
                expected,
                by=by or self.dana,
                now=self.now,
                autosave=autosave,
                writer=writer,
            )

    def version(self, question, item=""):
        row = self.book().row(library.worksheets().find(question), item)
        return 0 if row is None else row.version

    def add(self, question, **values):
        with self.session() as session:
            item = items.add_item(session, question, by=self.dana, now=self.now)
        if values:
            self.save(question, item, autosave=True, **values)
        return item

    def begin(self, question):
        """Return the first row of a list ("" for a question without), filled with an example.

        A question without examples is left as it is.
        """
        lead = library.worksheets().sharing(library.worksheets().find(question).store)[0]
        rows = self.book().of(lead.address)
        item = (rows[0].item if rows else self.add(lead.address)) if lead.has_rows else ""
        if not library.worksheets().find(question).question.examples:
            return item
        with self.session() as session:
            examples.use_example(
                session, question, item, 0, reader="en", by=self.dana, now=self.now
            )
        return item

    def make_shown(self, asked):
        """Answer the last row of a list so that a question that depends on it is asked."""
        condition = asked.question.show_if
        if condition is None or asked.question.of is None or not condition.any_of:
            return
        holder = next(
            one
            for one in library.worksheets().sharing(asked.store)
            if one.field(condition.field) is not None
        )
        for row in self.book().of(asked.store)[-1:]:
            values = {field.key: row.value.get(field.key) for field in holder.question.fields}
            values[condition.field] = condition.any_of[0]
            self.save(holder.address, row.item, autosave=True, **values)

    def remove(self, question, item):
        with self.session() as session:
            items.remove_item(session, question, item, by=self.dana, now=self.now)

    def page(self, section, question, item=None, **more):
        with self.database.session(self.workspace_id) as session:
            return pages.page(session, section, question, item, **more)

    def hub(self):
        with self.database.session(self.workspace_id) as session:
            return hub.hub(session)

    def book(self):
        with self.database.session(self.workspace_id) as session:
            return book.load(session)

    def value(self, question, item=""):
        rows = self.book().of(question)
        return next((dict(row.value) for row in rows if row.item == item), None)

    def section(self, key):
        rows = [row for group in self.hub().groups for row in group.sections]
        return next(row for row in rows if row.key == key)

    # --- A strategy that is complete ------------------------------------------------------------

    def write_period(self):
        self.save(
            "business_goals.period",
            name="Strategy 2027",
            first_day="1 Jan 2027",
            last_day="31 Dec 2027",
        )

    def write_goal(self, statement="Sales end a tenth above last year", **values):
        item = self.add("business_goals.goals", statement=statement, kind="metric")
        terms = {"metric": "revenue", "direction": "up", "change": "relative", "number": "10%"}
        self.save("business_goals.measure", item, **{**terms, **values})
        self.save("business_goals.deadline", item, deadline="31/12/2027", owner=str(self.dana))
        self.save(
            "business_goals.reason", item, why="It pays for the new plant", actions=["Call leads"]
        )
        return item

    def write_team_goal(self, parent, goal="Sales wins more offers", **values):
        item = self.add(
            "team_goals.goals", whose="team", team=self.sales, goal=goal, parent=parent, **values
        )
        self.save("team_goals.lead", item, owner=str(self.nok), why="Offers are forgotten")
        return item

    def write_kpi(self, goal, name="Win rate of offers", **values):
        item = self.add("team_goals.kpis", name=name, **({"goal": goal} if goal else {}))
        terms = {"metric": "win_rate", "direction": "up", "change": "points", "number": "5"}
        self.save("team_goals.measure", item, **{**terms, **values})
        self.save("team_goals.due", item, due="31 Dec 2027", cadence="weekly")
        self.save("team_goals.plan", item, why="Too many are lost", actions=["Call after an offer"])
        return item

    def write_proposition(self):
        self.save("proposition.strengths", what_we_do_well=["We measure every line"])
        self.save("proposition.wants", what_customers_want=["Fewer stops"])
        self.save("proposition.overlap", overlap="Filters that fit")
        self.save("proposition.rivals", what_rivals_lack="Nobody else measures on site")
        usp = "The only supplier in the region that measures each line before it quotes."
        self.save("proposition.usp", usp_sentence=usp, proof="480 lines measured last year")
        self.save("proposition.customer", who_we_help="Food plants", problem="Filters clog")
        self.save(
            "proposition.result", result_with_number="Two stops a year", time_frame="in six months"
        )
        self.save("proposition.case", proof_kind="case", proof_case="A plant saved 2 million")
        value = "Food plants cut filter stops from nine to two a year within six months."
        self.save("proposition.sentence", sentence=value)
        self.save("proposition.pair", side_by_side="both")

    def write_everything(self):
        self.write_period()
        goal = self.write_goal()
        self.write_proposition()
        team_goal = self.write_team_goal(goal)
        return goal, team_goal, self.write_kpi(team_goal)
