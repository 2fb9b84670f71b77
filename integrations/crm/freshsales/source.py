"""Freshsales as a source: its calls and its lists together."""

from integrations.crm.freshsales import lists
from integrations.crm.freshsales.calls import Calls


class Source(Calls):
    """An account of Freshsales Suite."""

    table = lists.TABLE
