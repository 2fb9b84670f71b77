"""Goals as the rows of a file: what can be added by `goal add`, as columns."""
