"""Odoo as a source of records."""
