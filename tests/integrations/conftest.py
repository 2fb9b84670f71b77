from tests.support.crm import clock, hub, office, offices, postgres_shop, shop

__all__ = ["clock", "hub", "office", "offices", "postgres_shop", "shop"]
