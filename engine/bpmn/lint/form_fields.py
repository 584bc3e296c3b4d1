"""Which fields and components a form has, for checks of diagrams, pack.toml and registers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.forms import Component, Form
from engine.forms.plan import all_slots


def field_keys(form: Form) -> frozenset[str]:
    """Paths under which rights may name fields of the form: groups, lists and the fields inside them, dots between the names."""
    return frozenset(name for slot in all_slots(form.level) for name in slot.rights_names) - {"*"}


def components_of(components: Iterable[Component]) -> Iterator[Component]:
    """All components, those in groups and lists too, in document order."""
    for component in components:
        yield component
        yield from components_of(getattr(component, "components", ()))
