"""What the tests lean on: databases, a browser, and the fixtures that lend them."""
