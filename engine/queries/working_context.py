"""What an editor of one file needs to know of the rest of a working copy: forms, decisions, processes and roles to choose from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.bpmn.dialect import read_file
from engine.bpmn.dialect.settings import SettingsReader
from engine.bpmn.readable import SETTINGS_FILE
from engine.dmn import DmnRejected
from engine.dmn import load as load_decisions
from engine.forms import Form, FormDefinitionRejected
from engine.forms import load as load_form
from engine.model.errors import NotFoundError
from engine.model.identity import Actor
from engine.queries.labels import field_labels
from engine.queries.pack_views import FormUse
from engine.queries.reading import Query, Reading
from engine.queries.working_copies import WorkingFiles

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
class WorkingChoices:
    """What can be chosen; files that cannot be read at the moment are left out."""

    forms: tuple[FormChoice, ...]
    decisions: tuple[Choice, ...]
    processes: tuple[Choice, ...]
    roles: tuple[Choice, ...]
    record_types: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class WorkingContext(Query[WorkingChoices]):
    """Raises NotFoundError without an open working copy."""

    pack_key: str

    def answer(self, reading: Reading, actor: Actor) -> WorkingChoices:
        files = WorkingFiles(self.pack_key).answer(reading, actor)
        settings = SettingsReader().read(files.get(SETTINGS_FILE, b""))
        return WorkingChoices(
            forms=tuple(_form_choice(name, form) for name, form in _forms(files)),
            decisions=tuple(_decisions(files)),
            processes=tuple(Choice(one.key, one.name or one.key, one.name_en, one.file) for one in _processes(files)),
            roles=tuple(Choice(role.key, role.name, role.name_en) for role in settings.roles),
            record_types=tuple(Choice(one.key, one.name, one.name_en) for one in settings.record_types),
        )


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


def _uses(processes: Iterable[ProcessModel], form_id: str) -> Iterator[FormUse]:
    for process in processes:
        for element in process.elements.values():
            if element.assignment is not None and element.assignment.form_id == form_id:
                yield FormUse(process.key, element.id, element.name or element.id, element.name_en, element.assignment.field_rights)
