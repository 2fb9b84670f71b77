"""Charts: numbers to SVG, and SVG to PNG."""
