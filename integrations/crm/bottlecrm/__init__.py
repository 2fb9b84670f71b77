"""BottleCRM over its REST API: read whole each time, with a stage history of our own."""
