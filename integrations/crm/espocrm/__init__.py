"""EspoCRM as a source of records."""
