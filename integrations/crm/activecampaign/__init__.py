"""ActiveCampaign as a source of records."""
