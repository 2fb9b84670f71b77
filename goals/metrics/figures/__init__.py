"""How each metric comes from what is counted, family by family."""
