"""Zoho CRM as a source."""
