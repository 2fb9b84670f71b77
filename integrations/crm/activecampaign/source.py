"""ActiveCampaign as a source: its calls and its lists together."""

from integrations.crm.activecampaign import lists
from integrations.crm.activecampaign.calls import Calls


class Source(Calls):
    """An account of ActiveCampaign."""

    table = lists.TABLE
