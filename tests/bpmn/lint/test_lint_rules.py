"""Every lint rule finds what it looks for, says where and how to mend it, and leaves a sound diagram alone."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from engine.bpmn import lint
from engine.bpmn.lint import rules
from tests.bpmn.diagrams import findings
from tests.bpmn.lint.rule_cases import CASES
from tests.bpmn.lint.rule_parts import Case

RULES = sorted(path.stem for path in Path(rules.__path__[0]).glob("[a-z]*.py"))
ALL = [pytest.param(case, id=f"{rule}-{case.code}-{number}") for rule, cases in CASES.items() for number, case in enumerate(cases)]


@pytest.mark.parametrize("case", ALL)
def test_valid_diagram_passes(case: Case) -> None:
    found = findings({"p.bpmn": case.valid, **case.files})
    assert [str(each) for each in found if each.severity == "error" or each.code == case.code] == []


@pytest.mark.parametrize("case", ALL)
def test_invalid_diagram_is_found_with_place_and_proposal(case: Case) -> None:
    found = [each for each in findings({"p.bpmn": case.invalid, **case.files, **case.invalid_files}) if each.code == case.code]
    assert found
    for each in found:
        assert each.file
        assert each.message
        assert each.proposal
        assert each.element_id or each.file == "pack.toml"


def test_every_rule_has_cases_and_is_run() -> None:
    assert sorted(CASES) == RULES
    run = {rule.__module__.rpartition(".")[2] for rule in (*lint.PROCESS_RULES, *lint.FORM_RULES, *lint.PACK_RULES)}
    assert run == set(RULES)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_one_documented_function(name: str) -> None:
    module = import_module(f"engine.bpmn.lint.rules.{name}")
    public = [
        key for key, value in vars(module).items() if inspect.isfunction(value) and value.__module__ == module.__name__ and not key.startswith("_")
    ]
    assert public == ["check"]
    assert len(module.check.__doc__.split()) >= 10
