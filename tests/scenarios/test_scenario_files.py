"""Scenario files: what is read, and what is refused with which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.model.values import YearsMonths
from engine.trial import ScenarioError, load_scenarios

HEAD = 'name = "拜访"\nprocess = "visit"\nas = "sales"\nclock = 2026-11-23T09:00:00+08:00\n'
EXPECT = '[expect]\nend = "end"\n'
PART = '[[step]]\nadvance = "P1M"\n[[step]]\nsignal = "alarm"\n'


def load(text, **parts):
    files = {"scenarios/main.toml": text.encode(), "pack.toml": b"", **{f"scenarios/{name}.toml": part.encode() for name, part in parts.items()}}
    return load_scenarios(files)


def test_everything_that_a_scenario_can_say():
    steps = (
        '[[step]]\ntask = "plan"\nas = "sales:2"\ndata = { aim = "见面" }\n'
        '[[step]]\nuse = "part"\n'
        '[[step]]\nmessage = "payment"\nkey = "A-1"\ndata = { amount = 1 }\n'
    )
    expect = '[expect]\npath = ["start"]\nopen = []\nrecords = [{ type = "customer", count = 1 }]\n[expect.variables]\nok = true\n'
    record = '[[record]]\ntype = "customer"\nvalues = { code = "A" }\n'
    (scenario,) = load(HEAD + 'business_key = "K"\nstart = { customer = "甲" }\n' + record + steps + expect, part=PART)
    assert (scenario.file, scenario.clock, scenario.business_key) == ("scenarios/main.toml", datetime(2026, 11, 23, 1, tzinfo=UTC), "K")
    assert [(step.place, step.kind, step.target) for step in scenario.steps] == [
        ("第 1 步", "task", "plan"),
        ("第 2 步（part 第 1 步）", "advance", ""),
        ("第 2 步（part 第 2 步）", "signal", "alarm"),
        ("第 3 步", "message", "payment"),
    ]
    assert (scenario.steps[0].as_, scenario.steps[1].duration, scenario.steps[3].key) == ("sales:2", YearsMonths(1), "A-1")
    assert (scenario.expected.path, scenario.expected.open, scenario.expected.end) == (("start",), (), None)
    assert scenario.records == (("customer", {"code": "A"}),)


def test_days_and_hours():
    (scenario,) = load(HEAD + '[[step]]\nadvance = "P1DT2H"\n' + EXPECT)
    assert scenario.steps[0].duration == timedelta(days=1, hours=2)


REFUSED = {
    "not TOML": ("name =", "不是正确的 TOML"),
    "no name": (HEAD.replace("name", "title") + EXPECT, "不认识 title"),
    "no clock": (HEAD.replace("clock = 2026-11-23T09:00:00+08:00\n", "") + EXPECT, "缺少 clock"),
    "clock without zone": (HEAD.replace("+08:00", "") + EXPECT, "应带时区"),
    "clock as text": (HEAD.replace("2026-11-23T09:00:00+08:00", '"x"') + EXPECT, "clock 的类型不对"),
    "no expectation": (HEAD, "缺少 expect"),
    "empty expectation": (HEAD + "[expect]\n", "什么也没有检查"),
    "unknown expectation": (HEAD + "[expect]\nresult = 1\n", "expect：不认识 result"),
    "two kinds": (HEAD + '[[step]]\ntask = "a"\nsignal = "b"\n' + EXPECT, "第 1 步：应有且只有"),
    "no kind": (HEAD + '[[step]]\nas = "sales"\n' + EXPECT, "第 1 步：应有且只有"),
    "nobody": (HEAD + '[[step]]\ntask = "a"\n' + EXPECT, "第 1 步：缺少 as"),
    "unknown key": (HEAD + '[[step]]\nadvance = "P1D"\nas = "sales"\n' + EXPECT, "第 1 步：不认识 as"),
    "bad duration": (HEAD + '[[step]]\nadvance = "1 day"\n' + EXPECT, "ISO 8601"),
    "backwards": (HEAD + '[[step]]\nadvance = "-P1D"\n' + EXPECT, "ISO 8601"),
    "no such part": (HEAD + '[[step]]\nuse = "other"\n' + EXPECT, "没有可用的片段 scenarios/other.toml"),
    "a scenario as part": (HEAD + '[[step]]\nuse = "whole"\n' + EXPECT, "没有可用的片段 scenarios/whole.toml"),
    "a circle": (HEAD + '[[step]]\nuse = "round"\n' + EXPECT, "绕回了自己"),
    "a count that is none": (HEAD + '[expect]\nrecords = [{ type = "customer", count = true }]\n', "count 的类型不对，应为整数"),
}


@pytest.mark.parametrize("text, reason", REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_meant_is_refused_with_file_and_place(text, reason):
    with pytest.raises(ScenarioError) as refusal:
        load(text, whole=HEAD + EXPECT, round='[[step]]\nuse = "round"\n')
    assert str(refusal.value).startswith("scenarios/main.toml：")
    assert reason in str(refusal.value)
