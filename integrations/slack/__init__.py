"""Slack: inbound requests, listeners, blocks and messages."""
