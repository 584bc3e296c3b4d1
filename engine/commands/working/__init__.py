"""Working copies: packs that analysts change before they release them."""
