"""Two sources of one company side by side: what both hold, what one lacks, what differs."""
