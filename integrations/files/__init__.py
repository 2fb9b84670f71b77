"""Files: tables of text are read, mapped to records and imported."""
