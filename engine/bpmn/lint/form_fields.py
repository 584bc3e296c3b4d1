"""Which field keys a form has, for checks of tuoke.fields and pack.toml."""

from __future__ import annotations

from engine.forms import Form


def field_keys(form: Form) -> frozenset[str]:
    """Keys of all fields of the form, those inside groups and lists too."""
    return form.keys
