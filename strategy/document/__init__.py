"""The strategy as one document: a neutral model, and one small writer for each format."""
