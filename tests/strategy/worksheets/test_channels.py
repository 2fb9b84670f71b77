"""Sales channels: shares that add up, who has the data, and what a way of selling proposes."""

import pytest

from strategy.worksheets import library, setting
from strategy.worksheets.rules import channels, every

CHANNELS = "channels.channels"
WEIGH = "channels.weigh"


def add(desk, name, route="direct", **values):
    return desk.add(CHANNELS, name=name, customer_type="business", route=route, **values)


def found(desk):
    with desk.session() as session:
        about = setting.of(session)
    return {one.rule: one for one in every.findings(desk.book(), about, channels.SECTION)}


def test_nothing_is_said_before_anything_is_written(desk):
    assert found(desk) == {}


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        (("60%", "40%"), None),
        (("60", "40"), None),
        (("33.3%", "33.3%", "33.3%"), None),
        (("60%", "30%"), "60% + 30% = 90%"),
        (("60%", "60%", ""), "60% + 60% = 120%"),
        # Somebody is still writing.
        (("60%", ""), None),
        (("", ""), None),
    ],
)
def test_shares_make_up_the_whole(desk, shares, said):
    for number, share in enumerate(shares):
        item = add(desk, f"Channel {number}")
        desk.save("channels.share", item, share_of_sales_now=share, wanted="")
    finding = found(desk).get("channel-now")
    assert (finding.evidence if finding else None) == said
    if finding:
        assert (finding.severity, finding.item, finding.question) == ("warn", None, CHANNELS)
    assert "channel-wanted" not in found(desk)


def test_wanted_shares_are_added_up_by_themselves(desk):
    item = add(desk, "Shops")
    desk.save("channels.share", item, share_of_sales_now="100%", wanted="80%")
    assert "channel-now" not in found(desk)
    assert found(desk)["channel-wanted"].evidence == "80% = 80%"


def test_a_share_is_no_more_than_all(desk):
    item = add(desk, "Shops")
    desk.save("channels.share", item, share_of_sales_now="120%")
    assert found(desk)["channel-share"].severity == "fail"


@pytest.mark.parametrize("name", ["Dealers", "ตัวแทนจำหน่าย", "经销商"])
def test_a_channel_through_partners_says_who_has_the_customers_data(desk, name):
    item = add(desk, name, "indirect")
    add(desk, "Shops")
    finding = found(desk)["channel-data"]
    assert (finding.item, finding.evidence, finding.severity) == (item, name, "weak")
    desk.save("channels.customer", item, who_owns_customer_data="partner")
    assert "channel-data" not in found(desk)


def test_selling_to_businesses_is_not_selling_through_partners(desk):
    desk.save("channels.model", model="direct")
    add(desk, "Sales team")
    assert "channel-way" not in found(desk)
    item = add(desk, "Dealers", "indirect")
    assert found(desk)["channel-way"].item == item
    desk.save("channels.model", model="partners")
    assert found(desk)["channel-way"].evidence == "Sales team"
    desk.save("channels.model", model="both")
    assert "channel-way" not in found(desk)


def test_who_sells_in_both_ways_has_channels_of_both(desk):
    add(desk, "Shops")
    assert "channel-model" in found(desk)
    desk.save("channels.model", model="both")
    assert "channel-both" not in found(desk)
    add(desk, "Web shop")
    assert found(desk)["channel-both"].evidence == "Shops, Web shop"
    add(desk, "Dealers", "indirect")
    assert "channel-both" not in found(desk)


# --- What a way of selling proposes ----------------------------------------------------------


def proposed(route, key, language="en"):
    field = library.worksheets().find(WEIGH).field(key)
    return [list(one.entries) for one in field.proposals if route in one.any_of][0]


def test_the_chosen_way_fills_in_its_advantages_and_drawbacks(desk):
    item = add(desk, "Shops")
    value = desk.value(CHANNELS, item)
    assert value["advantages"] == proposed("direct", "advantages")
    assert len(value["advantages"]) == 3
    assert value["drawbacks"] == proposed("direct", "drawbacks")
    page = desk.page("channels", "weigh", item)
    assert all(one.is_default and not one.is_example for one in page.fields)
    assert page.state == "done"


def test_another_way_brings_its_own_as_long_as_nothing_was_changed(desk):
    item = add(desk, "Dealers")
    desk.save(WEIGH, item, drawbacks=["They want 30 days to pay"])
    desk.save(CHANNELS, item, route="indirect")
    value = desk.value(CHANNELS, item)
    assert value["advantages"] == proposed("indirect", "advantages")
    assert value["drawbacks"] == ["They want 30 days to pay"]


def test_what_was_deleted_stays_deleted(desk):
    item = add(desk, "Shops")
    desk.save(WEIGH, item, advantages=[], drawbacks=[])
    desk.save(CHANNELS, item, name="Our shops")
    assert "advantages" not in desk.value(CHANNELS, item)


def test_no_way_proposes_nothing(desk):
    item = add(desk, "Shops")
    desk.save(CHANNELS, item, route="", autosave=True)
    assert "advantages" not in desk.value(CHANNELS, item)


def test_partners_are_asked_for_only_where_there_are_some(desk):
    direct, indirect = add(desk, "Shops"), add(desk, "Dealers", "indirect")
    shown = {
        item: {one.key for one in desk.page("channels", "channels", item).fields if one.shown}
        for item in (direct, indirect)
    }
    assert shown[indirect] - shown[direct] == {"intermediaries"}
