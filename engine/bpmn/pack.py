"""Files of a process pack -> Pack: read, linked, checked; refused as a whole, with every finding at once."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

from engine.bpmn.dialect.settings import FILE as SETTINGS_FILE
from engine.bpmn.dialect.settings import SettingsReader
from engine.bpmn.dialect.xml import MAXIMUM_FILE_BYTES
from engine.bpmn.elements import ProcessModel
from engine.bpmn.lint import PackParts, finding, run
from engine.bpmn.lint.dataflow import check, flow_parts
from engine.bpmn.readings import Readings
from engine.dmn import DecisionModel, DmnRejected
from engine.forms import Form, FormDefinitionRejected
from engine.model.errors import DefinitionRejected
from engine.model.findings import Finding
from engine.model.pack import PackSettings

MAXIMUM_PACK_BYTES = 20_000_000
MAXIMUM_FILES = 500
MAXIMUM_FINDINGS = 1000
_SILENT = re.compile(r"(scenarios/[^/]+\.toml|(.*/)?[^/]+\.(md|txt|png|svg|jpg|jpeg|pdf))", re.IGNORECASE)
_BAD_NAME = re.compile(r"[\x00-\x1f\x7f\\:\ud800-\udfff]|^/|(^|/)\.{1,2}(/|$)|//")
_DECISION_ID = re.compile(rb"""<(?:[\w.-]+:)?decision\s[^>]*?\bid\s*=\s*["']([^"'<>]{1,200})["']""")
Content = TypeVar("Content")


@dataclass(frozen=True, slots=True)
class Pack:
    """A checked pack, ready to deploy. `decisions` and `forms` are keyed by decision and form id, `warnings` did not refuse it."""

    settings: PackSettings
    processes: Mapping[str, ProcessModel]
    decisions: Mapping[str, DecisionModel]
    forms: Mapping[str, Form]
    files: Mapping[str, bytes]
    digest: str
    warnings: tuple[Finding, ...] = ()


def load_pack(files: Mapping[str, bytes], readings: Readings | None = None) -> Pack:
    """Read a pack; `readings` spare reading files that are known. Raises DefinitionRejected with all findings, and nothing else."""
    loader = _Loader(files, readings or Readings())
    pack = loader.load()
    if any(found.severity == "error" for found in loader.findings):
        raise DefinitionRejected(_sorted(loader.findings)[:MAXIMUM_FINDINGS])
    return pack


def file_name_problem(name: str) -> str | None:
    """Why no file of a pack may be called so: the code of a finding, None when it may."""
    if _BAD_NAME.search(name) or not 0 < len(name) <= 200:
        return "pack_bad_file_name"
    known = name == SETTINGS_FILE or name.lower().endswith((".bpmn", ".dmn", ".form")) or _SILENT.fullmatch(name)
    return None if known else "pack_unknown_file"


def digest_of(files: Mapping[str, bytes]) -> str:
    """SHA-256 over names and contents, in order of names; lengths keep neighbours apart."""
    hashed = sha256()
    for name in sorted(files):
        encoded = name.encode("utf-8", "surrogatepass")
        hashed.update(b"%d:%b%d:" % (len(encoded), encoded, len(files[name])))
        hashed.update(files[name])
    return hashed.hexdigest()


def _sorted(findings: list[Finding]) -> list[Finding]:
    """Errors first, then by file and line."""
    unique = {(found.code, found.file, found.line, found.element_id, found.message): found for found in findings}
    return sorted(unique.values(), key=lambda found: (found.severity, found.file, found.line or 0, found.element_id or "", found.code))


class _Loader:
    """Reads one pack; `findings` gathers everything on the way."""

    def __init__(self, files: Mapping[str, bytes], readings: Readings) -> None:
        self.findings: list[Finding] = []
        self._files = files
        self._readings = readings
        self._processes: dict[str, ProcessModel] = {}
        self._decisions: dict[str, DecisionModel] = {}
        self._forms: dict[str, Form] = {}
        self._home: dict[tuple[str, str], str] = {}
        self._refused: dict[str, frozenset[str]] = {}
        self._refused_decisions: set[str] | None = set()
        self._refused_forms: set[str] | None = set()

    def load(self) -> Pack:
        if self._fits():
            for name in sorted(self._files):
                self._read(name, self._files[name])
        settings = self._settings()
        if not self._processes and not any(found.severity == "error" for found in self.findings):
            self.findings.append(finding("pack_empty", ""))
        form_files = {identifier: name for (kind, identifier), name in self._home.items() if kind == "form"}
        self.findings += run(
            PackParts(
                settings,
                self._processes,
                self._forms,
                _ids(self._forms, self._refused_forms),
                _ids(self._decisions, self._refused_decisions),
                SETTINGS_FILE in self._files,
                self._refused,
                form_files,
            )
        )
        if not any(found.severity == "error" for found in self.findings):
            self.findings += check(flow_parts(settings, self._processes, self._forms, form_files, self._files))
        warnings = tuple(_sorted([found for found in self.findings if found.severity == "warning"]))
        return Pack(settings, self._processes, self._decisions, self._forms, dict(self._files), digest_of(self._files), warnings)

    def _fits(self) -> bool:
        """Is the pack small enough to be looked at?"""
        size = sum(len(data) for data in self._files.values())
        if len(self._files) > MAXIMUM_FILES:
            self.findings.append(finding("pack_too_many_files", "", count=len(self._files), limit=MAXIMUM_FILES))
        if size > MAXIMUM_PACK_BYTES:
            self.findings.append(finding("pack_too_large", "", size_bytes=size, limit_bytes=MAXIMUM_PACK_BYTES))
        return not self.findings

    def _read(self, name: str, data: bytes) -> None:
        problem = file_name_problem(name)
        if problem == "pack_bad_file_name":
            self.findings.append(finding(problem, "", name=ascii(name)[:120]))
        elif len(data) > MAXIMUM_FILE_BYTES:
            self.findings.append(finding("file_too_large", name, size_bytes=len(data), limit_bytes=MAXIMUM_FILE_BYTES))
        elif name.lower().endswith(".bpmn"):
            self._read_bpmn(name, data)
        elif name.lower().endswith(".dmn"):
            self._read_dmn(name, data)
        elif name.lower().endswith(".form"):
            self._read_form(name, data)
        elif problem is not None:
            self.findings.append(finding(problem, name))

    def _read_bpmn(self, name: str, data: bytes) -> None:
        reading = self._readings.diagram(data, name)
        self.findings += reading.findings
        self._refused[name] = reading.refused
        for process in reading.processes:
            other = self._processes.setdefault(process.key, process)
            if other is not process:
                self.findings.append(finding("pack_duplicate_process", name, None, process.key, process.name, process=process.key, other=other.file))

    def _read_dmn(self, name: str, data: bytes) -> None:
        try:
            model = self._readings.decisions(data, name, self._files)
        except DmnRejected as error:
            self.findings += error.findings
            found = {match.decode("utf-8", "replace") for match in _DECISION_ID.findall(data)}
            self._refused_decisions = self._refused_decisions | found if found and self._refused_decisions is not None else None
            return
        for decision in model.decisions:
            other = self._home.setdefault(("decision", decision), name)
            if other != name:
                self.findings.append(finding("pack_duplicate_decision", name, None, decision, decision=decision, other=other))
            self._decisions.setdefault(decision, model)

    def _read_form(self, name: str, data: bytes) -> None:
        try:
            form = self._readings.form(data, name, self._files)
        except FormDefinitionRejected as error:
            self.findings += error.findings
            found = _form_id(data)
            self._refused_forms = self._refused_forms | {found} if found and self._refused_forms is not None else None
            return
        self.findings += form.warnings
        other = self._home.setdefault(("form", form.id), name)
        if other != name:
            self.findings.append(finding("pack_duplicate_form", name, None, form.id, form=form.id, other=other))
        self._forms.setdefault(form.id, form)

    def _settings(self) -> PackSettings:
        """What pack.toml says; without one, the pack is named after its first process."""
        data = self._files.get(SETTINGS_FILE)
        if data is not None and len(data) <= MAXIMUM_FILE_BYTES:
            reader = SettingsReader()
            settings = reader.read(data)
            self.findings += reader.findings
            return settings
        first = next(iter(self._processes.values()), None)
        return PackSettings("", "") if first is None else PackSettings(first.key, first.name, first.name_en)


def _ids(read: Mapping[str, Content], refused: set[str] | None) -> frozenset[str] | None:
    return None if refused is None else frozenset(read) | refused


def _form_id(data: bytes) -> str | None:
    """The id of a form file that was refused, if it can be made out."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return None
    identifier = content.get("id") if isinstance(content, dict) else None
    return identifier if isinstance(identifier, str) else None
