"""The sample company: a made-up firm whose records appear day by day."""
