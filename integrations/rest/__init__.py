"""The engine of sources that list their records over HTTP: streams, places, fields."""
