"""How good forecast and status are: measured on real series kept apart, and on made-up quarters."""
