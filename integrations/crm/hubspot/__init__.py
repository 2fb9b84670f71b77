"""HubSpot as a source of records."""
