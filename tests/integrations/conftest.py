from tests.support.crm import clock, hub, office, offices, postgres_shop, shop
from tests.support.sources import page_by_page

__all__ = ["clock", "hub", "office", "offices", "page_by_page", "postgres_shop", "shop"]
