"""Tryton over JSON-RPC: opportunities with their whole history, parties, employees and sales."""
