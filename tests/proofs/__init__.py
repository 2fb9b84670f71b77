"""Full-size proofs: real processes, real kills, the numbers printed."""
