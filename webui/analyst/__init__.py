"""Pages of process analysts: packs and what is deployed."""
