from datetime import date
from decimal import Decimal

from goals.metrics import readings
from goals.metrics.query import Query
from tests.fakes.hubspot.limits import Limits
from tests.support.crm import NOW, Office, changes, counts, stream

DEALS = "/crm/objects/2026-09/deals"


def searches(hub, kind="deals"):
    return hub.calls(f"/crm/objects/2026-09/{kind}/search")


def test_a_second_sync_changes_nothing(offices):
    hub = offices.hub
    for n in range(60):
        hub.add_deal(f"Deal {n}", amount=n, owner=hub.add_owner("Ann", f"Lee {n}"))
    hub.add_lead("Lead", contact=hub.add_contact("a@b.example", firstname="A", lastname="B"))
    hub.add_company("Acme", annualrevenue="10.50", numberofemployees=3)
    offices.done()
    before = offices.everything()
    assert changes(offices.later()) == 0
    assert offices.everything() == before
    assert offices.versions() == []


def test_a_second_sync_asks_for_changes_and_lists_no_living_row(office):
    office.hub.add_deal("Deal")
    office.done()
    office.hub.requests.clear()
    office.later()
    for kind in ("deals", "contacts", "companies", "leads"):
        listed = office.hub.calls(f"/crm/objects/2026-09/{kind}")
        assert {call.query["archived"][0] for call in listed if call.method == "GET"} == {"true"}
        assert len(searches(office.hub, kind)) == 1


def test_only_rows_that_changed_are_read_again(office):
    hub = office.hub
    keys = [hub.add_deal(f"Deal {n}", amount=1) for n in range(120)]
    office.clock.advance(3600)
    hub.add_deal("The newest, which is looked at twice")
    office.done()
    office.clock.advance(3600)
    for key in keys[:3]:
        hub.update("deals", key, amount="7.25")
    run = office.done()
    assert counts(run, "deals") == {"read": 4, "updated": 3, "unchanged": 1}
    assert office.rows("deal")[keys[0]].amount == Decimal("7.25")


def test_a_change_keeps_what_was_known_before(office):
    key = office.hub.add_deal("Deal", amount=100)
    office.done()
    office.clock.advance(3600)
    office.hub.update("deals", key, amount=250)
    office.done()
    (old,) = office.versions()
    assert (old.record, old.record_id) == ("deal", office.rows("deal")[key].id)


def test_a_new_stage_extends_the_history(offices):
    hub = offices.hub
    key = hub.add_deal("Deal", created="2026-10-01T03:00:00Z")
    offices.done()
    offices.clock.advance(3600)
    hub.move(key, "Engaging", at="2026-10-09T03:00:00Z")
    hub.move(key, "Lost", at="2026-11-01T03:00:00Z")
    offices.done()
    deal = offices.rows("deal")[key]
    assert (deal.status, deal.closed_on) == ("lost", date(2026, 11, 1))
    assert offices.visits(deal) == [
        ("Prospecting", "2026-10-01"),
        ("Engaging", "2026-10-09"),
        ("Lost", "2026-11-01"),
    ]


def test_a_deal_that_is_opened_again_is_no_longer_won(office):
    key = office.hub.add_deal("Deal", stage="Won", closed="2026-10-01")
    office.done()
    office.clock.advance(3600)
    office.hub.move(key, "Engaging", closed=None)
    office.done()
    deal = office.rows("deal")[key]
    assert (deal.status, deal.closed_on) == ("open", None)
    assert [stage for stage, _ in office.visits(deal)] == ["Won", "Engaging"]


def test_values_that_were_cleared_are_gone(office):
    hub = office.hub
    hub.define_property("deals", "contract")
    hub.define_property("deals", "term")
    ann, acme = hub.add_owner("Ann", "Lee"), hub.add_company("Acme")
    key = hub.add_deal("Deal", amount=5, owner=ann, company=acme, contract="yearly", term="one")
    office.done()
    office.clock.advance(3600)
    hub.update("deals", key, amount=None, hubspot_owner_id=None, contract=None)
    hub.dissociate("deals", key, "companies", acme)
    office.done()
    deal = office.rows("deal")[key]
    assert (deal.amount, deal.owner_id, deal.account_id) == (None, None, None)
    assert deal.custom == {"term": "one"}


def test_a_deal_may_change_its_company(office):
    hub = office.hub
    first, second = hub.add_company("First"), hub.add_company("Second")
    key = hub.add_deal("Deal", company=first)
    office.done()
    office.clock.advance(3600)
    hub.dissociate("deals", key, "companies", first)
    hub.associate("deals", key, "companies", second, primary=True)
    hub.touch("deals", [key])
    office.done()
    names = {one.id: one.name for one in office.rows("account").values()}
    assert names[office.rows("deal")[key].account_id] == "Second"


def test_more_rows_on_one_stamp_than_a_page_holds_are_all_read(office):
    hub = office.hub
    keys = [hub.add_deal(f"Deal {n}", amount=1) for n in range(450)]
    office.done()
    office.clock.advance(3600)
    for key in keys:
        hub.update("deals", key, amount=2)
    run = office.done()
    assert counts(run, "deals") == {"read": 450, "updated": 450}
    assert {one.amount for one in office.rows("deal").values()} == {Decimal(2)}


def test_more_changes_than_a_search_may_reach_are_all_read(shop, hub, clock):
    hub.limits = Limits(search_cap=400)
    office = Office(shop, hub, clock, history="off")
    office.done()
    clock.advance(3600)
    # The ids cross a power of ten on the way.
    keys = {hub.add_deal(f"Deal {n}") for n in range(1001)}
    run = office.done()
    assert counts(run, "deals") == {"read": 1001, "created": 1001}
    assert set(office.rows("deal")) == keys
    assert {len(key) for key in keys} == {7, 8}


def test_a_change_that_the_search_index_learns_of_late_is_not_missed(shop, hub, clock):
    hub.search_lag = 60
    office = Office(shop, hub, clock)
    key = hub.add_deal("Deal", amount=1)
    clock.advance(120)
    office.done()
    clock.advance(900)
    hub.update("deals", key, amount=2)
    # What came later is found at once.
    hub.advance(10)
    hub.search_lag = 1
    new = hub.add_deal("New")
    clock.advance(5)
    office.done()
    assert new in office.rows("deal")
    office.later(900)
    assert office.rows("deal")[key].amount == Decimal(2)


def test_a_change_between_the_pages_of_the_first_listing_is_not_missed(office):
    hub = office.hub
    keys = [hub.add_deal(f"Deal {n}", amount=1) for n in range(120)]

    def change():
        hub.advance(30)
        hub.update("deals", keys[0], amount=99)
        hub.advance(3600)
        keys.append(hub.add_deal("New one"))

    hub.after_page(1, change)
    office.done()
    office.later()
    deals = office.rows("deal")
    assert set(deals) == set(keys)
    assert deals[keys[0]].amount == Decimal(99)


def test_a_row_deleted_between_the_pages_moves_no_other_out_of_sight(office):
    hub = office.hub
    keys = [hub.add_deal(f"Deal {n}") for n in range(120)]
    hub.after_page(1, lambda: hub.archive("deals", keys[3]))
    office.done()
    assert set(office.rows("deal")) == set(keys) - {keys[3]}


def test_archived_rows_of_all_kinds_are_deleted_and_their_parts_too(offices):
    hub = offices.hub
    kept = hub.add_deal("Kept")
    gone = {
        "deals": hub.add_deal("Gone", stage="Engaging"),
        "companies": hub.add_company("Gone"),
        "contacts": hub.add_contact("gone@example.com"),
        "leads": hub.add_lead("Gone"),
    }
    offices.done()
    offices.clock.advance(3600)
    for kind, key in gone.items():
        hub.archive(kind, key)
    run = offices.done()
    for kind in gone:
        assert counts(run, f"archived_{kind}") == {"read": 1, "deleted": 1}
    assert set(offices.rows("deal")) == {kept}
    assert len(offices.rows("stage_event")) == 1
    for record in ("account", "contact", "lead"):
        assert offices.rows(record) == {}
        assert len(offices.rows(record, living=False)) == 1


def test_what_was_deleted_once_is_not_deleted_again(office):
    key = office.hub.add_deal("Gone")
    office.done()
    office.hub.archive("deals", key)
    office.later()
    run = office.later()
    assert counts(run, "archived_deals") == {"read": 1, "unchanged": 1}


def test_a_row_taken_back_from_the_bin_lives_again(offices):
    hub = offices.hub
    key = hub.add_deal("Deal", amount=3)
    offices.done()
    hub.archive("deals", key)
    offices.later()
    assert offices.rows("deal") == {}
    offices.clock.advance(3600)
    hub.restore("deals", key)
    offices.done()
    assert offices.rows("deal")[key].amount == Decimal(3)
    assert [stage for stage, _ in offices.visits(offices.rows("deal")[key])] == ["Prospecting"]


def test_of_two_merged_rows_one_new_row_is_left(offices):
    hub = offices.hub
    first = hub.add_deal("First", amount=10)
    second = hub.add_deal("Second", amount=20)
    offices.done()
    offices.clock.advance(3600)
    left = hub.merge("deals", first, second)
    offices.done()
    assert set(offices.rows("deal")) == {left}
    assert offices.rows("deal")[left].amount == Decimal(10)


def test_of_two_merged_rows_the_winner_may_keep_its_id(office):
    hub = office.hub
    first, second = hub.add_company("First"), hub.add_company("Second")
    office.done()
    office.clock.advance(3600)
    hub.merge("companies", first, second, new_id=False)
    office.done()
    assert set(office.rows("account")) == {first}


def test_a_row_deleted_for_good_is_gone_after_a_full_sync(office):
    hub = office.hub
    kept, gone = hub.add_deal("Kept"), hub.add_deal("Gone")
    office.done()
    hub.delete("deals", gone)
    office.later(full=True)
    assert set(office.rows("deal")) == {kept}


def test_a_full_sync_reads_everything_and_changes_nothing(office):
    for n in range(120):
        office.hub.add_deal(f"Deal {n}")
    office.done()
    run = office.later(full=True)
    assert counts(run, "deals") == {"read": 120, "unchanged": 120}


def test_a_clock_that_is_ahead_of_the_vendors_loses_no_change(shop, hub, clock):
    hub.now = NOW.replace(hour=8)
    office = Office(shop, hub, clock)
    key = hub.add_deal("Deal", amount=1)
    office.done()
    clock.advance(60)
    hub.update("deals", key, amount=2)
    office.done()
    assert office.rows("deal")[key].amount == Decimal(2)


def test_a_former_owner_becomes_inactive_and_keeps_the_deals(office):
    hub = office.hub
    ann = hub.add_owner("Ann", "Lee")
    key = hub.add_deal("Deal", owner=ann)
    office.done()
    hub.archive_owner(ann)
    office.later()
    owner = office.rows("owner")[ann]
    assert not owner.is_active
    assert office.rows("deal")[key].owner_id == owner.id


def test_a_renamed_stage_keeps_its_row(office):
    office.done()
    before = office.stages()["Engaging"].id
    office.hub.pipelines["deals"][0].stages[1].label = "Talking"
    office.later()
    assert office.stages()["Talking"].id == before
    assert "Engaging" not in office.stages()


def test_an_edited_pipeline_touches_all_deals_and_changes_none(office):
    for n in range(30):
        office.hub.add_deal(f"Deal {n}")
    office.done()
    office.clock.advance(3600)
    office.hub.touch("deals")
    run = office.done()
    assert counts(run, "deals") == {"read": 30, "unchanged": 30}
    assert stream(run, "deals").cursor["mode"] == "changes"


def test_a_renamed_pipeline_leaves_nothing_behind(offices):
    hub = offices.hub
    key = hub.add_deal("Deal", created="2026-10-01T03:00:00Z", amount=100)
    hub.move(key, "Engaging", at="2026-10-09T03:00:00Z")
    offices.done()
    before = {name: one.id for name, one in offices.stages().items()}
    [pipeline] = hub.pipelines["deals"]
    gone = {"Engaging", pipeline.label}
    pipeline.label, pipeline.stages[1].label = "Europe", "Talking"
    # HubSpot stamps every deal of a pipeline that is edited.
    hub.touch("deals")
    offices.later()
    stages = offices.stages()
    renamed = before | {"Talking": before["Engaging"]}
    del renamed["Engaging"]
    assert {name: one.id for name, one in stages.items()} == renamed
    assert {one.pipeline for one in stages.values()} == {"Europe"}
    deal = offices.rows("deal")[key]
    assert (deal.stage, deal.pipeline) == ("Talking", "Europe")
    assert offices.visits(deal) == [("Prospecting", "2026-10-01"), ("Talking", "2026-10-09")]
    for dimension in ("stage", "pipeline"):
        found = open_by(offices, dimension)
        assert {name: one for name, one in found.items() if one} == {getattr(deal, dimension): 1}
        assert not gone & set(found)
    assert changes(offices.later()) == 0


def open_by(office, dimension):
    """Return how many deals are open today, by member."""
    day = NOW.date()
    query = Query("open_deals", day, day, by=dimension)
    with office.session() as session:
        read = readings.read(session, query, today=day, now=office.clock(), keep=False)
    return {name: int(figure.value or 0) for name, figure in read.segments}
