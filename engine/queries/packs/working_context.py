"""What an editor of one file needs to know of the rest of a working copy: forms, decisions, processes and roles to choose from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.bpmn.dialect import read_file
from engine.bpmn.dialect.settings import SettingsReader
from engine.bpmn.readable import SETTINGS_FILE
from engine.bpmn.settings_edit import edited
from engine.dmn import DmnRejected
from engine.dmn import load as load_decisions
from engine.forms import Form, FormDefinitionRejected
from engine.forms import load as load_form
from engine.model.errors import NotFoundError
from engine.model.findings import Finding
from engine.model.identity import Actor
from engine.model.pack import PackSettings
from engine.queries.labels import field_labels
from engine.queries.packs.pack_views import FormUse
from engine.queries.packs.working_copies import WorkingFile, WorkingFiles
from engine.queries.reading import Query, Reading

if TYPE_CHECKING:
    from engine.bpmn.elements import ProcessModel


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be named in a diagram; `file` is where it is defined, empty for roles and registers."""

    id: str
    name: str
    name_en: str
    file: str = ""


@dataclass(frozen=True, slots=True)
class FormChoice(Choice):
    """`fields` are (key, label, English label) at the top of the form."""

    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WorkChoice(Choice):
    """Something that people do: a task, or a process that they start. `process` is the name of the process around it."""

    process: str = ""
    process_en: str = ""


@dataclass(frozen=True, slots=True)
class WorkingChoices:
    """What can be chosen; files that cannot be read at the moment are left out. `work` is what can be the duty of a role."""

    forms: tuple[FormChoice, ...]
    decisions: tuple[Choice, ...]
    processes: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    record_types: tuple[Choice, ...]
    work: tuple[WorkChoice, ...]


@dataclass(frozen=True, slots=True)
class WorkingContext(Query[WorkingChoices]):
    """Raises NotFoundError without an open working copy."""

    pack_key: str

    def answer(self, reading: Reading, actor: Actor) -> WorkingChoices:
        files = WorkingFiles(self.pack_key).answer(reading, actor)
        settings = SettingsReader().read(files.get(SETTINGS_FILE, b""))
        processes = _processes(files)
        return WorkingChoices(
            forms=tuple(_form_choice(name, form) for name, form in _forms(files)),
            decisions=tuple(_decisions(files)),
            processes=tuple(Choice(one.key, one.name or one.key, one.name_en, one.file) for one in processes),
            roles=tuple(Choice(role.key, role.name, role.name_en) for role in settings.roles),
            record_types=tuple(Choice(one.key, one.name, one.name_en) for one in settings.record_types),
            work=tuple(_work(processes)),
        )


@dataclass(frozen=True, slots=True)
class WorkingNames(Query[dict[str, tuple[str, str]]]):
    """What people call the files of an open working copy: file -> (name, English name). Files that cannot be read or have no name are left out."""

    pack_key: str

    def answer(self, reading: Reading, actor: Actor) -> dict[str, tuple[str, str]]:
        files = WorkingFiles(self.pack_key).answer(reading, actor)
        found = [(one.file, one.name, one.name_en) for one in _processes(files)]
        found += [(one.file, one.name, one.name_en) for one in _decisions(files)]
        found += [(name, form.name, form.name_en or "") for name, form in _forms(files)]
        found += [(name, text, "") for name in files if name.startswith("scenarios/") and (text := _scenario_name(files[name]))]
        names: dict[str, tuple[str, str]] = {}
        for file, name, name_en in found:
            if name:
                before = names.get(file)
                names[file] = (f"{before[0]}、{name}", f"{before[1]}, {name_en or name}") if before else (name, name_en)
        return names


@dataclass(frozen=True, slots=True)
class EditedSettings:
    """pack.toml after edits of its form. `settings` is what it says, without what has the wrong kind; None: it is no TOML, `problem` says where."""

    text: str
    settings: PackSettings | None
    problem: Finding | None = None


@dataclass(frozen=True, slots=True)
class WorkingSettings(Query[EditedSettings]):
    """A pack.toml as it is being written, with edits (see engine.bpmn.settings_edit); nothing is stored.

    Raises NotFoundError, InputRejected("settings_edit" | "settings_unreadable").
    """

    pack_key: str
    text: str
    edits: tuple[Mapping[str, Any], ...] = ()

    def answer(self, reading: Reading, actor: Actor) -> EditedSettings:
        WorkingFile(self.pack_key, SETTINGS_FILE).answer(reading, actor)
        text = edited(self.text, self.edits) if self.edits else self.text
        reader = SettingsReader()
        settings = reader.read(text.encode())
        broken = next((one for one in reader.findings if one.code == "pack_toml_syntax"), None)
        return EditedSettings(text, None if broken else settings, broken)


@dataclass(frozen=True, slots=True)
class WorkingForm:
    form: Form
    uses: tuple[FormUse, ...]


@dataclass(frozen=True, slots=True)
class WorkingFormPreview(Query[WorkingForm]):
    """A form of an open working copy, as saved or as `unsaved` says, and where it is filled in. Raises NotFoundError, DefinitionRejected."""

    pack_key: str
    name: str
    unsaved: bytes | None = None

    def answer(self, reading: Reading, actor: Actor) -> WorkingForm:
        files = WorkingFiles(self.pack_key).answer(reading, actor)
        if self.name not in files:
            raise NotFoundError("no_such_file", name=str(self.name)[:200])
        form = load_form(files[self.name] if self.unsaved is None else self.unsaved, self.name, files)
        return WorkingForm(form, tuple(_uses(_processes(files), form.id)))


def _forms(files: Mapping[str, bytes]) -> Iterator[tuple[str, Form]]:
    for name, content in sorted(files.items()):
        if name.lower().endswith(".form"):
            try:
                yield name, load_form(content, name, files)
            except FormDefinitionRejected:
                continue


def _scenario_name(content: bytes) -> str:
    try:
        name = tomllib.loads(content.decode("utf-8-sig")).get("name")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return ""
    return name if isinstance(name, str) else ""


def _form_choice(file: str, form: Form) -> FormChoice:
    fields = tuple((key, *labels) for key, labels in field_labels(form).items())
    return FormChoice(form.id, form.name, form.name_en or "", file, fields)


def _decisions(files: Mapping[str, bytes]) -> Iterator[Choice]:
    for file, content in sorted(files.items()):
        if file.lower().endswith(".dmn"):
            try:
                model = load_decisions(content, file, files)
            except DmnRejected:
                continue
            yield from (Choice(one.id, one.name, "", file) for one in model.decisions.values())


def _processes(files: Mapping[str, bytes]) -> list[ProcessModel]:
    names = sorted(name for name in files if name.lower().endswith(".bpmn"))
    return [process for name in names for process in read_file(files[name], name).processes]


def _work(processes: Iterable[ProcessModel]) -> Iterator[WorkChoice]:
    for process in processes:
        for one in process.elements.values():
            has_form = one.assignment is not None and bool(one.assignment.form_id)
            if one.kind in ("user_task", "manual_task") or (one.kind == "start_event" and has_form):
                yield WorkChoice(one.id, one.name or one.id, one.name_en, process.file, process.name or process.key, process.name_en)


def _uses(processes: Iterable[ProcessModel], form_id: str) -> Iterator[FormUse]:
    for process in processes:
        for element in process.elements.values():
            if element.assignment is not None and element.assignment.form_id == form_id:
                yield FormUse(process.key, element.id, element.name or element.id, element.name_en, element.assignment.field_rights)
