"""Any Singer tap or Airbyte source: a program whose JSON lines are read."""
