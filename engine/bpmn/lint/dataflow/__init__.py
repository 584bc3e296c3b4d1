"""Checking before running: what names and types are known at each element, and whether expressions, forms and decisions fit them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from engine.bpmn.elements import ProcessModel
from engine.bpmn.lint.dataflow import expressions
from engine.bpmn.lint.dataflow.decision_checks import check_decisions
from engine.bpmn.lint.dataflow.form_checks import check_forms
from engine.bpmn.lint.dataflow.parts import FlowParts
from engine.bpmn.lint.dataflow.solve import Flow, solve
from engine.bpmn.lint.dataflow.wording import problem_words
from engine.dmn.analysis import ModelShape, read_shape
from engine.feel.inference import Type
from engine.forms import Form
from engine.model.findings import Finding
from engine.model.pack import PackSettings


def flow_parts(
    settings: PackSettings,
    processes: Mapping[str, ProcessModel],
    forms: Mapping[str, Form],
    form_files: Mapping[str, str],
    files: Mapping[str, bytes],
) -> FlowParts:
    """The parts of a pack without errors; `form_files` says in which file each form stands, `files` holds the decisions' texts."""
    decisions: dict[str, ModelShape] = {}
    for name, data in files.items():
        model = read_shape(data, name) if name.lower().endswith(".dmn") else None
        if model is not None:
            decisions |= {identifier: model for identifier in model.decisions if identifier not in decisions}
    return FlowParts(settings, processes, forms, form_files, decisions)


def check(parts: FlowParts) -> list[Finding]:
    """All findings about names, types and rules of a pack that has no other errors."""
    flow = solve(parts)
    findings = [found for variables in flow.processes.values() for found in expressions.check(flow, variables)]
    return findings + check_forms(flow) + check_decisions(flow)


class CheckedPack(Protocol):
    """What is needed of engine.bpmn.pack.Pack."""

    @property
    def settings(self) -> PackSettings: ...
    @property
    def processes(self) -> Mapping[str, ProcessModel]: ...
    @property
    def forms(self) -> Mapping[str, Form]: ...
    @property
    def files(self) -> Mapping[str, bytes]: ...


def names_in_pack(pack: CheckedPack, process_key: str, element_id: str, *, at_exit: bool = False) -> dict[str, Type]:
    """Names and types at an element of a pack, for editors. Raises KeyError for a process or element that the pack does not have."""
    return names_at(solve(flow_parts(pack.settings, pack.processes, pack.forms, {}, pack.files)), process_key, element_id, at_exit=at_exit)


def names_at(flow: Flow, process_key: str, element_id: str, *, at_exit: bool = False) -> dict[str, Type]:
    """Names and types that expressions of an element may use: before its work, or with `at_exit` in its output mappings."""
    variables = flow.processes[process_key]
    return dict(flow.view(variables, variables.process.elements[element_id], at_exit=at_exit).types)


__all__ = ["Flow", "FlowParts", "check", "flow_parts", "names_at", "names_in_pack", "problem_words", "solve"]
