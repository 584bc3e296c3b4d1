"""A .form file (form-js schema, JSON) to a checked Form. All findings at once."""

from __future__ import annotations

from collections.abc import Mapping

from engine.forms.allowed import FORM_CUSTOM_PROPERTIES, FORM_PROPERTIES
from engine.forms.building import Builder
from engine.forms.components import Component, DynamicList, Field, Form, Group
from engine.forms.limits import LIMITS
from engine.forms.plan import build_level, names_of
from engine.forms.reading import Place, Reader, shown
from engine.forms.source import JsonObject, JsonProblem, read
from engine.model.errors import DefinitionRejected


class FormDefinitionRejected(DefinitionRejected):
    """The form cannot be used; `findings` say why."""

    default_code = "form_definition_rejected"


_NO_FILES: Mapping[str, bytes] = {}


def load(data: bytes, file: str, files: Mapping[str, bytes] = _NO_FILES) -> Form:
    """Read and check a form. `file` is the pack-relative name for findings, `files` are those of the pack, for images.

    Raises FormDefinitionRejected with every error at once.
    """
    reader = Reader(file)
    form = _form(data, reader, files)
    if form is None or any(finding.severity == "error" for finding in reader.findings):
        raise FormDefinitionRejected([finding for at, finding in enumerate(reader.findings) if finding not in reader.findings[:at]])
    return form


def _form(data: bytes, reader: Reader, files: Mapping[str, bytes]) -> Form | None:
    root = _root(data, reader)
    if root is None:
        return None
    place = Place(reader, root, title=str(root.get("id") or "") or None)
    place.only(FORM_PROPERTIES, ("表单", "A form"))
    _check_head(place)
    custom = place.below("properties")
    custom.only(FORM_CUSTOM_PROPERTIES, ("表单", "A form"))
    builder = Builder(reader, files)
    components = builder.components(place, 0)
    _check_paths(components, builder, ())
    level = build_level(components)
    _check_cycles(components, builder)
    form_id = place.text("id")
    if not form_id:
        place.add("form_missing_property.form_id", "id")
    name = place.text("name") or place.text("title") or custom.text("name") or custom.text("title") or form_id
    return Form(
        id=form_id,
        name=name,
        name_en=custom.text("name.en") or custom.text("title.en") or None,
        components=components,
        keys=frozenset(level.shape),
        level=level,
        version_tag=place.text("versionTag") or None,
        warnings=tuple(finding for finding in reader.findings if finding.severity == "warning"),
    )


def _root(data: bytes, reader: Reader) -> JsonObject | None:
    if len(data) > LIMITS.definition_bytes:
        reader.add("form_too_big", bytes=len(data), limit=LIMITS.definition_bytes)
        return None
    try:
        root = read(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        reader.add("form_encoding", at=error.start + 1)
        return None
    except JsonProblem as error:
        reader.add("form_json", line=error.line, column=error.column, reason=error.reason)
        return None
    if not isinstance(root, JsonObject):
        reader.add("form_json.root", line=1)
        return None
    return root


def _check_head(place: Place) -> None:
    kind = place.data.get("type")
    if kind != "default":
        place.add("form_property_value.form_type", "type", value=shown(kind))
    place.integer("schemaVersion", 1, 20)
    if not isinstance(place.data.get("components"), list):
        place.add("form_missing_property.form_components", "components")


def _check_paths(
    components: tuple[Component, ...], builder: Builder, path: tuple[str, ...], taken: dict[tuple[str, ...], Component] | None = None
) -> None:
    """No two values at one place of a level, and no value where a group puts a context."""
    taken = {} if taken is None else taken
    for component in components:
        if isinstance(component, Group):
            _check_paths(component.components, builder, path + names_of(component.path), taken)
            continue
        if not isinstance(component, (Field, DynamicList)):
            continue
        place = path + names_of(component.path if isinstance(component, DynamicList) else component.key)
        clash = next((other for used, other in taken.items() if used[: len(place)] == place[: len(used)]), None)
        if clash is not None:
            builder.clash(component, clash, ".".join(place))
        taken[place] = component
        if isinstance(component, DynamicList):
            _check_paths(component.components, builder, ())


def _check_cycles(components: tuple[Component, ...], builder: Builder) -> None:
    for level_components, cycle in _levels(components):
        if cycle:
            builder.cycle(level_components, cycle)


def _levels(components: tuple[Component, ...]) -> list[tuple[tuple[Component, ...], tuple[str, ...]]]:
    result = [(components, build_level(components).cycle)]
    waiting = list(components)
    while waiting:
        component = waiting.pop()
        if isinstance(component, Group):
            waiting.extend(component.components)
        elif isinstance(component, DynamicList):
            result.extend(_levels(component.components))
    return result
