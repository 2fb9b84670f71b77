"""A fake Salesforce organisation."""
