"""Packs tried by hand before they are released."""
