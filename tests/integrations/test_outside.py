"""Where sources outside may be, beside what tests of their requests show."""

import pytest

from integrations.crm.sql import databases


@pytest.mark.parametrize("port", ["", ":5432", ":6543", ":25060"])
def test_a_database_of_a_provider_may_be_at_its_own_port_or_a_high_one(port):
    url = databases.read(f"postgresql://u:secret@8.8.8.8{port}/x")
    # Nothing is asked yet: an engine connects when it is used.
    databases.opened(url, own="", allow_private=False).dispose()
