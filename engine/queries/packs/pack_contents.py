"""What is in a compiled pack, described for people."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from engine.bpmn.svg import sub_process_planes
from engine.forms import load
from engine.model.pack import RecordType
from engine.queries.labels import field_labels
from engine.queries.packs.pack_views import (
    FieldRight,
    FormUse,
    PackCall,
    PackFileRow,
    PackForm,
    PackProcess,
    PackRecordType,
    PackRole,
    PackScenario,
    PackVersionRow,
)

if TYPE_CHECKING:
    from engine.bpmn.elements import ProcessModel
    from engine.bpmn.pack import Pack

drawn_apart: Callable[[bytes], frozenset[str]] = sub_process_planes
Names = tuple[str, str]


def processes(pack: Pack, versions: Iterable[PackVersionRow]) -> tuple[PackProcess, ...]:
    """Those that nobody calls first, then in the order of the pack."""
    called = {element.called.process_key for process in pack.processes.values() for element in process.elements.values() if element.called}
    found = [_process(pack, version, version.key not in called) for version in versions if version.key in pack.processes]
    return tuple(sorted(found, key=lambda process: not process.top))


def _process(pack: Pack, version: PackVersionRow, top: bool) -> PackProcess:
    model = pack.processes[version.key]
    starters = [role for role in pack.settings.roles if version.key in role.can_start]
    return PackProcess(
        version=version,
        documentation=model.documentation,
        documentation_en=model.properties.get("tuoke.documentation.en", "").strip(),
        top=top,
        calls=tuple(_calls(model, drawn_apart(pack.files[model.file]))),
        starters=tuple(role.name for role in starters),
        starters_en=tuple(role.name_en or role.name for role in starters),
    )


def _calls(model: ProcessModel, apart: frozenset[str]) -> Iterator[PackCall]:
    for element in model.elements.values():
        if element.called is not None:
            yield PackCall(element.id, element.name or element.id, element.name_en, element.called.process_key)
        elif element.kind == "sub_process" and element.id in apart:
            yield PackCall(element.id, element.name or element.id, element.name_en, None)


def forms(pack: Pack) -> tuple[PackForm, ...]:
    """In the order in which processes use them, then registers, then those that nothing uses."""
    uses: dict[str, list[FormUse]] = {}
    for process in pack.processes.values():
        for element in process.elements.values():
            if element.assignment is not None and element.assignment.form_id:
                use = FormUse(process.key, element.id, element.name or element.id, element.name_en, element.assignment.field_rights)
                uses.setdefault(element.assignment.form_id, []).append(use)
    for record_type in pack.settings.record_types:
        uses.setdefault(record_type.form_id, []).append(FormUse(None, record_type.key, record_type.name, record_type.name_en, {}))
    order = [*(form_id for form_id in uses if form_id in pack.forms), *(form_id for form_id in pack.forms if form_id not in uses)]
    homes = _form_files(pack)
    return tuple(PackForm(pack.forms[form_id], homes.get(form_id, ""), tuple(uses.get(form_id, ()))) for form_id in order)


def _form_files(pack: Pack) -> dict[str, str]:
    """Form id -> file, read again: a form does not keep the name of its file."""
    return {load(data, name).id: name for name, data in sorted(pack.files.items()) if name.lower().endswith(".form")}


def record_types(pack: Pack) -> tuple[PackRecordType, ...]:
    return tuple(_record_type(pack, one) for one in pack.settings.record_types)


def _record_type(pack: Pack, one: RecordType) -> PackRecordType:
    form = pack.forms.get(one.form_id)
    labels = field_labels(form) if form else {}

    def named(keys: Iterable[str]) -> tuple[Names, ...]:
        return tuple(labels.get(key, (key, "")) for key in keys)

    return PackRecordType(
        one.key,
        one.name,
        one.name_en,
        one.form_id,
        named(one.list_columns),
        named(one.unique),
        named(one.search),
        _role_names(pack, one.view),
        _role_names(pack, one.edit),
        creators=None if one.create is None else _role_names(pack, one.create),
        archivers=None if one.archive is None else _role_names(pack, one.archive),
        sort=(*named((one.sort_field,))[0], one.sort.startswith("-")) if one.sort else None,
        filters=named(one.filters),
        people=named(one.people),
        duplicates=tuple((way, named(fields)) for way, fields in one.duplicates.items()),
        rights=tuple(
            FieldRight(*named((field,))[0], _role_names(pack, roles.write), _role_names(pack, roles.read)) for field, roles in one.rights.items()
        ),
    )


def _role_names(pack: Pack, keys: Iterable[str]) -> tuple[Names, ...]:
    found = [(pack.settings.role(key), key) for key in keys]
    return tuple((role.name, role.name_en) if role else (key, "") for role, key in found)


def roles(pack: Pack) -> tuple[PackRole, ...]:
    elements = {element.id: (element, process.key) for process in pack.processes.values() for element in process.elements.values()}
    found = []
    for role in pack.settings.roles:
        duties = [elements[duty] for duty in role.duties if duty in elements]
        starts = [pack.processes[key] for key in role.can_start if key in pack.processes]
        found.append(
            PackRole(
                role.key,
                role.name,
                role.name_en,
                role.department,
                tuple((element.name or element.id, element.name_en, process_key) for element, process_key in duties),
                tuple((process.name or process.key, process.name_en) for process in starts),
                role.department_en,
            )
        )
    return tuple(found)


def scenarios(pack: Pack) -> tuple[PackScenario, ...]:
    """Those that are whole runs; parts that others use have no expectation and are left out, as is what is no TOML."""
    found = []
    english = {one.name: one.name_en for model in pack.processes.values() for one in model.elements.values() if one.kind == "end_event"}
    for name in sorted(pack.files):
        if not (name.startswith("scenarios/") and name.endswith(".toml")):
            continue
        content = _toml(pack.files[name])
        if "expect" in content:
            expected = content["expect"] if isinstance(content["expect"], dict) else {}
            steps, outcome = content.get("step"), str(expected.get("outcome") or "")
            count = len(steps) if isinstance(steps, list) else 0
            found.append(PackScenario(name, str(content.get("name") or name), outcome, count, english.get(outcome, "")))
    return tuple(found)


def _toml(data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}


def files(pack: Pack) -> tuple[PackFileRow, ...]:
    return tuple(PackFileRow(name, len(pack.files[name])) for name in sorted(pack.files))
