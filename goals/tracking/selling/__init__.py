"""What a sales director steers by: attainment of each person, coverage, deals that close a gap."""
