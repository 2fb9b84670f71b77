"""One module for each CRM source, loaded by name on first use."""
