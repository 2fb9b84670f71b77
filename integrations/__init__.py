"""Adapters to the outside: CRMs come in, Slack and e-mail go out."""
