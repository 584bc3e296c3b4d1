"""Which fields a form has, for checks of tuoke.fields and pack.toml."""

from __future__ import annotations

from engine.forms import Form
from engine.forms.plan import all_slots


def field_keys(form: Form) -> frozenset[str]:
    """Paths under which rights may name fields of the form: groups, lists and the fields inside them, dots between the names."""
    return frozenset(name for slot in all_slots(form.level) for name in slot.rights_names) - {"*"}
