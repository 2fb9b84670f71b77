"""Odoo as a source: its calls and its lists together."""

from integrations.crm.odoo import lists
from integrations.crm.odoo.calls import Calls


class Source(Calls):
    """A database of Odoo."""

    table = lists.TABLE
