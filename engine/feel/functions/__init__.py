"""The built-in functions of FEEL 1.5, one module for each family; `load` registers them all."""
