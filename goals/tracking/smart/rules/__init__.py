"""The SMART rules (pure); the ids are those of the domain's rule table, a module per letter."""
