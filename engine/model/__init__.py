"""Records and the rules on them. Pure: standard library only, no clock, no I/O."""
