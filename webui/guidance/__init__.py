"""Help: first steps of a person, the page that explains everything."""
