"""Workspaces, members, roles, sign-in and sessions."""
