"""The check of every statement: rows of a workspace are reached only by a session bound to it."""
