"""What if: where a goal ends when its drivers move, and scenarios kept to be compared."""
