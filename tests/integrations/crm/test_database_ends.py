"""A database that ends its connections in the middle of a pull, as a restart does."""

import psycopg
import pytest
from sqlalchemy.exc import DBAPIError

from tests.support.crm import Office

ENDED = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
)


@pytest.mark.parametrize("step", [1, 3, 7])
def test_what_was_kept_stays_and_the_next_pull_has_all(
    postgres_shop, hub, clock, page_by_page, step
):
    company = hub.add_company("อัคมี")
    for number in range(120):
        hub.add_deal(f"Deal {number}", amount=number, company=company)
    clean = Office(postgres_shop, hub, clock)
    clean.done()
    whole = clean.everything_named()
    office, left = Office(postgres_shop, hub, clock), step
    url = postgres_shop.engine.url.set(drivername="postgresql")

    def alive():
        nonlocal left
        left -= 1
        if left == 0:
            with psycopg.connect(url.render_as_string(hide_password=False)) as other:
                other.execute(ENDED)

    try:
        office.pull(alive=alive)
    except DBAPIError as error:
        assert error.connection_invalidated or "terminating connection" in str(error.orig)
    assert left <= 0, "the pull ended before its connections did"
    clock.advance(60)
    office.done()
    assert office.everything_named() == whole
