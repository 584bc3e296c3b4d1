"""A company in the middle of its work: something of every kind that a page can show, so that every page has something to be looked at."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from flask import Flask

from engine import (
    SYSTEM,
    Actor,
    BeginSandbox,
    CompleteTask,
    DeployPack,
    FindAccount,
    ImportRecords,
    ImportRow,
    KeepFile,
    KeepScenarioRun,
    Notifications,
    OpenWorkingCopy,
    ProcessEngine,
    SaveDepartment,
    SaveDraft,
    SaveList,
    SaveRecord,
    SaveUser,
    SendCopy,
    SetSubstitute,
    StartInstance,
    TaskRow,
    Worklist,
)
from tests.commands.packs import END, START, flows, process, user_task
from tests.webui.website import PACK_FOLDER, PASSWORD, PEOPLE, PERSON_OF, Visitor, furnish, start_of, steps, submitted, walk
from webui.sandbox.mount import EXTENSION

KEY = "customer_development"
FINISHED = "application_refused"
LATEST = "individual_success"
STUCK = process(
    "stuck",
    "卡住",
    START,
    '<exclusiveGateway id="choose" name="选择"/>',
    END,
    '<endEvent id="other" name="另一种"/>',
    flows("start>choose", "choose>end:=answer = 1", "choose>other:=answer = 2"),
)
BARE = process("bare", "随手办", START, user_task("work", "办理", assignee="=starter"), END, flows("start>work>end"))
RECORD = {
    "customer_kind": "个人",
    "customer_level": "一般客户",
    "contact_name": "张经理",
    "contact_phone": "13811112222",
    "phone": "13800138000",
    "company_address": "杭州市西湖区",
    "developed_by": "王芳",
}

# What has no English because somebody wrote it so: names of people, what they typed, diagrams without English names, decision tables, scenarios.
OTHERS = ["宁波海川机械有限公司", "（企业）", "绍兴宏远-全程", "绍兴宏远-confirm_target", "个人-", "营销主管不同意：年交易额过低"]
OTHERS += ["张三", "张 三", "李四", "新来的", "管理员", "分析员", "审计员", "请知悉", "前年询过价", "去年扩建了厂房。", "出差"]
OTHERS += ["加急的", "合同.pdf", "营销部", "客户.xlsx", "带场景", "卡住", "随手办", "办理", "选择", "另一种"]
# Whoever tries a process acts under the name of a role.
ROLES = ["营销专员", "营销主管"]


@dataclass(frozen=True, slots=True)
class World:
    """`objects`: argument of an address -> what exists under that name; `offered` is an address."""

    objects: Mapping[str, Any]
    finished_id: str
    offered: str


@cache
def typed() -> list[str]:
    """Longest first, so that no part of a text is taken for the whole."""
    options = {each["value"] for text in _files("*.form") for each in _objects(json.loads(text)) if "value" in each}
    data = [start_of(FINISHED), *(step.get("data") for step in steps(FINISHED)), RECORD]
    tables = [re.findall(r'>([^<]+)<|\b(?:name|label)="([^"]+)"', text) for text in _files("*.dmn")]
    scenarios = [str(tomllib.loads(text).get("name", "")) for text in _files("scenarios/*.toml")]
    own = [*OTHERS, *(name for name, _ in PEOPLE.values()), *_texts(data), *_texts(tables), *scenarios]
    return sorted({text.strip() for text in own if text.strip() and text not in options}, key=len, reverse=True)


def _files(pattern: str) -> Iterator[str]:
    return (path.read_text(encoding="utf-8") for path in PACK_FOLDER.glob(pattern))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, Mapping):
        yield value
        value = list(value.values())
    for each in value if isinstance(value, list) else ():
        yield from _objects(each)


def actor_of(engine: ProcessEngine, user_id: str) -> Actor:
    account = engine.read(FindAccount(user_id), SYSTEM)
    assert account
    return account.actor


def furnish_world(engine: ProcessEngine, app: Flask) -> World:
    """Cases in hand, finished, stuck and offered; a draft, a copy, files, records that look alike, an import, a substitute, a working copy."""
    furnish(engine)
    scenarios = {f"scenarios/{path.name}": path.read_bytes() for path in (PACK_FOLDER / "scenarios").iterdir()}
    flat = {path.name: path.read_bytes() for path in PACK_FOLDER.iterdir() if path.is_file()}
    engine.run(DeployPack({**flat, **scenarios}, "带场景"), SYSTEM)
    engine.run(DeployPack({"stuck.bpmn": STUCK}), SYSTEM)
    engine.run(DeployPack({"bare.bpmn": BARE}), SYSTEM)
    wang, manager = actor_of(engine, "wangfang"), actor_of(engine, "zhaomin")
    cases = _cases(engine, app)
    engine.run(StartInstance("stuck"), actor_of(engine, "admin"))
    engine.run(StartInstance("bare"), actor_of(engine, "admin"))
    prospect = {"customer_name": "宁波海川机械有限公司", "customer_kind": "企业", "channels": ["公司内部", "客户方面"]}
    started = engine.run(StartInstance(KEY, prospect), wang)
    task, earlier = _one_done(engine, wang)
    engine.run(SaveDraft(task.task_id, {"internal_findings": "前年询过价"}), wang)
    engine.run(SendCopy(started.instance_id, ["wangfang", "admin"], "请知悉"), SYSTEM)
    file = engine.run(KeepFile("合同.pdf", b"%PDF-1.4 private"), wang)
    return World(
        {
            "instance_id": started.instance_id,
            "task_id": task.task_id,
            "earlier_number": earlier,
            "activity_instance_id": task.task_id.rpartition(".")[2],
            "record_type": "customer",
            "file_id": file.id,
            "notification_id": engine.read(Notifications(), wang).rows[0].notification_id,
            "list_id": engine.run(SaveList("加急的", {"tab": "mine", "priority": "high"}), wang).list_id,
            "process_key": KEY,
            "version": 1,
            "key": KEY,
            "sandbox_id": _sandbox(engine, app),
            **_registers(engine, manager),
            **_people(engine),
        },
        *cases,
    )


def _one_done(engine: ProcessEngine, actor: Actor) -> tuple[TaskRow, int]:
    """The task that is open, and the number of the one that was done before it."""
    rows = {row.element_id: row for row in engine.read(Worklist("mine", "海川"), actor).rows}
    done = rows["collect_from_customer"]
    engine.run(CompleteTask(done.task_id, {"customer_side_sources": ["年度报告"], "customer_side_findings": "去年扩建了厂房。"}), actor)
    return rows["collect_internal"], done.activity_instance_id


def _sandbox(engine: ProcessEngine, app: Flask) -> str:
    """An analyst tries what runs, and has begun."""
    analyst = actor_of(engine, "analyst")
    begun = engine.run(BeginSandbox(KEY, released=True), analyst)
    with app.extensions[EXTENSION].open(begun.sandbox_id, analyst) as opened:
        opened.role = "marketing_specialist"
        opened.run(StartInstance(KEY, start_of(FINISHED)), opened.actor)
    return begun.sandbox_id


def _scenario_run(engine: ProcessEngine) -> None:
    """What scenarios said once: green, red, and something that none passes."""
    red = {"text": "结束事件应为 end", "text_en": "End event: expected end", "element_id": "end"}
    told: tuple[tuple[str, list[Any]], ...] = ((FINISHED, []), (LATEST, [red, red]))
    results = [{"file": f"scenarios/{name}.toml", "name": name, "seconds": 0.5, "differences": found} for name, found in told]
    missing = [["flow_that_no_scenario_of_this_pack_has_ever_passed_through", ""]]
    covered: dict[str, Any] = {"process_key": KEY, "name": "客户开发", "elements": ["prospect_registered"], "flows": []}
    covered["missing_elements"] = [["end_development_failed", "失败"]]
    engine.run(KeepScenarioRun(KEY, 1, "0" * 64, False, results, [covered | {"missing_flows": missing}]), actor_of(engine, "analyst"))


def _cases(engine: ProcessEngine, app: Flask) -> tuple[str, str]:
    """(id of a finished instance, address of a task that is offered to the supervisors)"""
    browsers = {role: Visitor(app) for role in PERSON_OF}
    for role, browser in browsers.items():
        assert browser.sign_in(PERSON_OF[role]).status_code == 303
    specialist, supervisor = browsers["marketing_specialist"], browsers["marketing_supervisor"]
    addresses = []
    for scenario, until in ((FINISHED, None), (FINISHED, "confirm_target")):
        begun = specialist.post(f"/start/{KEY}", submitted(start_of(scenario) | {"customer_name": f"绍兴宏远-{until or '全程'}"}))
        assert begun.status_code == 303, begun.text[-2000:]
        engine.run_due_jobs()
        walk(engine, browsers, scenario, f"绍兴宏远-{until or '全程'}", until)
        addresses.append(specialist.page("/instances").xpath("string(//a[@data-row]/@href)").rpartition("/")[2])
    return addresses[0], supervisor.task_address("confirm_target")


def _registers(engine: ProcessEngine, manager: Actor) -> dict[str, Any]:
    """Two that look like one, and what came from a table of which a row was refused."""
    alike = (("A-1", "张三"), ("A-2", "张 三"))
    saved = [engine.run(SaveRecord("customer", None, {**RECORD, "customer_code": code, "customer_name": name}), SYSTEM) for code, name in alike]
    rows = [ImportRow(number, {**RECORD, "customer_code": f"I-{number}", "customer_name": "李四" if number else ""}) for number in range(2)]
    imported = engine.run(ImportRecords("customer", rows, "客户.xlsx"), manager)
    assert imported.import_id
    return {"record_id": saved[0].record_id, "other_id": saved[1].record_id, "import_id": imported.import_id}


def _people(engine: ProcessEngine) -> dict[str, Any]:
    engine.run(SaveDepartment("sales", "营销部", "Sales"), SYSTEM)
    engine.run(SaveUser("newcomer", "新来的", PASSWORD, department_id="sales"), SYSTEM)
    now = engine.now()
    engine.run(SetSubstitute("wangfang", "sunlei", now - timedelta(days=1), now + timedelta(days=3), (), "出差"), SYSTEM)
    engine.run(OpenWorkingCopy(KEY), actor_of(engine, "analyst"))
    _scenario_run(engine)
    return {"user_id": "newcomer", "department_id": "sales", "substitution_id": 1, "session_id": "0" * 32}
