"""Whether bytes can be opened in an editor at all. A file that is not finished yet is fine here; the checks of a pack come later."""

from __future__ import annotations

import tomllib
from typing import Any

from engine.bpmn.dialect.names import BPMN, local, namespace
from engine.bpmn.dialect.settings import FILE as SETTINGS_FILE
from engine.bpmn.dialect.xml import MAXIMUM_FILE_BYTES, parse
from engine.bpmn.lint import finding
from engine.bpmn.pack import file_name_problem
from engine.dmn import DmnRejected
from engine.dmn import load as load_decisions
from engine.forms import FormDefinitionRejected
from engine.forms import load as load_form
from engine.model.findings import Finding

_NO_DMN = frozenset({"broken_xml", "doctype", "not_dmn", "file_too_large", "nested_too_deep"})
_NO_FORM = frozenset({"form_too_big", "form_encoding", "form_json"})


def unreadable(name: str, content: bytes) -> tuple[Finding, ...]:
    """Why a file of a pack cannot be kept under that name: a bad name, too large, no XML or JSON of its kind, no text. Empty: it can."""
    problem = file_name_problem(name)
    if problem is not None:
        return (finding(problem, "", name=ascii(name)[:120]),) if problem == "pack_bad_file_name" else (finding("pack_file_kind", name),)
    if len(content) > MAXIMUM_FILE_BYTES:
        return (finding("file_too_large", name, size_bytes=len(content), limit_bytes=MAXIMUM_FILE_BYTES),)
    ending = name.lower().rpartition(".")[2]
    check = {"bpmn": _diagram, "dmn": _decisions, "form": _form, "toml": _text, "md": _text, "txt": _text}.get(ending)
    return tuple(check(name, content)) if check else ()


def _diagram(name: str, content: bytes) -> list[Finding]:
    parsed = parse(content, name)
    if parsed.root is None:
        return list(parsed.findings)
    if namespace(parsed.root) != BPMN or local(parsed.root) != "definitions":
        return [finding("xml_not_bpmn", name, root=str(parsed.root.tag))]
    return []


def _decisions(name: str, content: bytes) -> list[Finding]:
    try:
        load_decisions(content, name)
    except DmnRejected as error:
        return [one for one in error.findings if one.code in _NO_DMN]
    return []


def _form(name: str, content: bytes) -> list[Finding]:
    try:
        load_form(content, name)
    except FormDefinitionRejected as error:
        return [one for one in error.findings if one.code in _NO_FORM]
    return []


def _text(name: str, content: bytes) -> list[Finding]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [finding("xml_undecodable", name)]
    return [finding("xml_undecodable", name)] if "\x00" in text else []


def pack_key_of(settings: bytes) -> str | None:
    """The key that a pack.toml gives the pack, None where it cannot be read."""
    key = _head(settings).get("key")
    return key if isinstance(key, str) else None


def pack_names_of(settings: bytes) -> tuple[str, str]:
    """(name, English name) that a pack.toml gives the pack; empty where they cannot be read."""
    name, name_en = (_head(settings).get(field) for field in ("name", "name_en"))
    return name if isinstance(name, str) else "", name_en if isinstance(name_en, str) else ""


def _head(settings: bytes) -> dict[str, Any]:
    try:
        head = tomllib.loads(settings.decode("utf-8-sig")).get("pack")
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError):
        return {}
    return head if isinstance(head, dict) else {}


__all__ = ["SETTINGS_FILE", "pack_key_of", "pack_names_of", "unreadable"]
