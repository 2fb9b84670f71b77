"""Salesforce: what is read from it, and how."""
