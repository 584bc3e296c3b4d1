"""The table of messages: complete, in both languages, with the same values."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

import engine.bpmn
from engine.bpmn.lint import finding, finding_text, proposal_text
from engine.bpmn.lint.messages import TEXTS
from engine.bpmn.lint.timer_values import problem_of
from engine.model.findings import Finding
from engine.model.values import Value

SOURCES = "".join(path.read_text("utf-8") for folder in ("dialect", "lint") for path in (Path(engine.bpmn.__path__[0]) / folder).rglob("*.py"))
SOURCES += "".join((Path(engine.bpmn.__path__[0]) / name).read_text("utf-8") for name in ("pack.py", "readable.py"))


def fields(template: str) -> set[str]:
    return {name.removesuffix("_zh").removesuffix("_en") for _, name, _, _ in Formatter().parse(template) if name}


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_both_languages_say_the_same(code: str) -> None:
    text = TEXTS[code]
    assert re.search(r"[一-鿿]", text.zh)
    assert not re.search(r"[一-鿿]", text.en)
    assert not re.search(r"[一-鿿]", text.proposal_en)
    assert bool(text.proposal_zh) == bool(text.proposal_en)
    assert fields(text.zh) == fields(text.en)
    assert code in ("bpmn_foreign_extension",) or text.proposal_zh


@pytest.mark.parametrize("code", sorted(TEXTS))
def test_every_message_is_used(code: str) -> None:
    assert SOURCES.count(f'"{code}"') > 1


def test_texts_in_a_language() -> None:
    found = finding("bpmn_unknown_form", "p.bpmn", 3, "u", "办理", form="f")
    assert finding_text(found, "zh") == found.message == "表单 f 不在流程包中"
    assert finding_text(found, "en") == "The form f is not in the pack"
    assert proposal_text(found, "en") == "Add the .form file"
    other = Finding(code="form_thing", file="f.form", message="表单有误", proposal="改正")
    assert (finding_text(other, "en"), proposal_text(other, "en")) == ("表单有误", "改正")
    same_code = Finding(code="bpmn_unknown_form", file="f.form", message="另一种")
    assert finding_text(same_code, "en") == "另一种"


@pytest.mark.parametrize(
    "kind, value",
    [("duration", text) for text in ("P1D", "PT0S", "P2W", "P1Y6M", "PT1.5S", "P100Y")]
    + [("cycle", text) for text in ("R/P1D", "R3/PT1H", "R1/P1M")]
    + [("date", text) for text in ("2026-12-01", "2026-12-01T09:00:00+08:00", "2026-12-01T09:00:00Z")],
)
def test_timers_that_come_to_pass(kind: str, value: Value) -> None:
    assert problem_of(kind, value) is None


@pytest.mark.parametrize(
    "kind, value",
    [
        ("duration", value)
        for value in ("", "P", "PT", "P1DT", "1D", "P-1D", "-P1D", "P101Y", "P9999999999Y", "P1Y1D", "P0.5Y", "PT99999999H", None, True)
    ]
    + [
        ("cycle", value)
        for value in ("R/PT0S", "R/P0M", "R0/P1D", "R-1/P1D", "R9999999/P1D", "R/PT0.5S", "R/P200Y", "P", "R/", "0 0 9 ? * MON", "@daily", 3)
    ]
    + [("date", value) for value in ("tomorrow", "2026-13-01", "2026-12-01T99:00:00Z", "", 5)],
)
def test_timers_that_never_come_to_pass(kind: str, value: Value) -> None:
    problem = problem_of(kind, value)
    assert problem is not None
    assert all(problem)


def test_where_nothing_could_be_used_instead_nothing_is_listed() -> None:
    none = finding("bpmn_unknown_record_type", "a.bpmn", record="customer", known="-")
    assert (none.proposal, proposal_text(none, "en")) == ("这里还没有可用的,请先加上", "There is none yet; add it first")
    rest = finding("bpmn_no_outcome_field", "a.bpmn", field="x", known="-")
    assert (rest.proposal, proposal_text(rest, "en")) == ("改为表单中的单选或下拉字段，或删除", "Name a radio or select of the form, or remove it")
    some = finding("bpmn_unknown_record_type", "a.bpmn", record="customer", known="supplier")
    assert (some.proposal, proposal_text(some, "en")) == ("可用:supplier", "Possible: supplier")
