"""What the connect page shows of a vendor asks for exactly what a connection takes."""

from importlib import import_module

import pytest

from integrations.crm import PROVIDERS

GUIDED = {name: one for name, one in PROVIDERS.items() if one.guide is not None}


@pytest.mark.parametrize("name", GUIDED)
def test_a_guide_asks_for_all_that_is_needed_and_for_nothing_unknown(name):
    provider = GUIDED[name]
    assert provider.guide is not None
    guide = import_module(provider.guide).GUIDE
    known = {*provider.settings, *provider.optional, *provider.secrets}
    for way in guide.ways:
        asked = {one.name for one in way.asks}
        assert asked <= known
        assert set(provider.settings) <= asked
        # What an own page of the vendor's gives need not be filled in.
        if provider.ways and way.oauth is None:
            assert any(asked.issuperset(one) for one in provider.ways)
        for one in way.asks:
            assert one.is_secret == (one.name in provider.secrets)
        assert way.steps or not way.asks
    assert guide.reads
    assert guide.history
