"""The files of the pack 客户开发 by themselves: every reference resolves, everything is named in both languages, the words are the procedure's."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from engine.bpmn.pack import load_pack
from engine.forms import load as load_form
from engine.forms import view

PACK = Path(__file__).resolve().parents[2] / "processes" / "customer_development"
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
MODELER = "{http://camunda.org/schema/modeler/1.0}"
KINDS = ("Event", "Task", "Gateway", "callActivity", "subProcess")
ASCII_NAME = re.compile(r"[a-z][a-z0-9_]*").fullmatch
Element = ElementTree.Element

DIAGRAMS = {path.stem: ElementTree.parse(path).getroot() for path in sorted(PACK.glob("*.bpmn"))}
TABLES = {path.stem: ElementTree.parse(path).getroot() for path in sorted(PACK.glob("*.dmn"))}
FORMS: dict[str, Any] = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(PACK.glob("*.form"))}
SETTINGS = tomllib.loads((PACK / "pack.toml").read_text(encoding="utf-8"))
SCENARIOS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((PACK / "scenarios").glob("*.toml"))}
WHOLE = {name: scenario for name, scenario in SCENARIOS.items() if "process" in scenario}
ROLES = {role["key"]: role for role in SETTINGS["role"]}

diagram = pytest.mark.parametrize("root", DIAGRAMS.values(), ids=list(DIAGRAMS))


def nodes(root: Element) -> list[Element]:
    return [element for element in root.iter() if element.tag.startswith(BPMN) and element.tag.endswith(KINDS)]


ELEMENTS = {node.get("id", ""): node for root in DIAGRAMS.values() for node in nodes(root)}
TASKS = {id: node for id, node in ELEMENTS.items() if node.tag == BPMN + "userTask"}


def zeebe(node: Element, name: str, attribute: str) -> list[str]:
    """Values of an attribute of the zeebe: elements of that name, of the node itself."""
    return [each.get(attribute, "") for each in node.findall(f"{BPMN}extensionElements//{ZEEBE}{name}")]


def properties(node: Element) -> dict[str, str]:
    return {each.get("name", ""): each.get("value", "") for each in node.findall(f"{BPMN}extensionElements/{ZEEBE}properties/{ZEEBE}property")}


def components(form: Any) -> Iterator[dict[str, Any]]:
    for component in form["components"]:
        yield component
        if "components" in component:
            yield from components(component)


def steps(scenario: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in scenario["step"]:
        if "use" in step:
            yield from steps(SCENARIOS[step["use"]])
        else:
            yield step


def rights(task: Element) -> dict[str, str]:
    pairs = properties(task).get("tuoke.fields", "*:write").split(",")
    return {key.strip(): right.strip() for key, right in (pair.split(":") for pair in pairs)}


# The whole


def test_the_engine_has_nothing_to_say_about_the_pack():
    files = {str(path.relative_to(PACK)): path.read_bytes() for path in PACK.rglob("*") if path.is_file()}
    pack = load_pack(files)
    assert pack.warnings == ()
    assert set(pack.processes) == set(DIAGRAMS)


def test_ids_are_unique_over_all_diagrams_and_ascii():
    ids = Counter(node.get("id", "") for root in DIAGRAMS.values() for node in nodes(root))
    assert [id for id, count in ids.items() if count > 1 or not ASCII_NAME(id)] == []


def test_references_resolve():
    decisions = {decision.get("id") for root in TABLES.values() for decision in root.iter(DMN + "decision")}
    for id, node in ELEMENTS.items():
        assert set(zeebe(node, "formDefinition", "formId")) <= set(FORMS), id
        assert set(zeebe(node, "calledDecision", "decisionId")) <= decisions, id
        assert set(zeebe(node, "calledElement", "processId")) <= set(DIAGRAMS), id
        assert set(zeebe(node, "assignmentDefinition", "candidateGroups")) <= set(ROLES), id
        assert {value for key, value in headers(node) if key == "recordType"} <= {record["key"] for record in SETTINGS["record"]}, id


def headers(node: Element) -> list[tuple[str, str]]:
    return list(zip(zeebe(node, "header", "key"), zeebe(node, "header", "value"), strict=True))


def test_every_part_is_used():
    shown = {name for node in ELEMENTS.values() for name in zeebe(node, "formDefinition", "formId")}
    used = shown | {record["form"] for record in SETTINGS["record"]}
    called = {name for node in ELEMENTS.values() for name in zeebe(node, "calledElement", "processId")}
    parts = {step["use"] for scenario in SCENARIOS.values() for step in scenario["step"] if "use" in step}
    assert used == set(FORMS)
    assert called | {"customer_development"} == set(DIAGRAMS)
    assert parts == set(SCENARIOS) - set(WHOLE)


def test_duties_name_elements_and_every_user_task_is_a_duty_of_its_lane():
    for role in ROLES.values():
        assert [id for id in role["duties"] if id not in ELEMENTS] == []
    for id, task in TASKS.items():
        (group,) = zeebe(task, "assignmentDefinition", "candidateGroups")
        assert id in ROLES[group]["duties"], id


def test_the_record_type_names_fields_of_its_form():
    for record in SETTINGS["record"]:
        keys = {component.get("key") for component in components(FORMS[record["form"]])}
        named = {record["title"], *record["unique"], *record["search"], *record["list"]}
        assert named - keys == set()
        assert {*record["view"], *record["edit"]} <= set(ROLES)


# Diagrams


@diagram
def test_a_diagram_opens_as_a_camunda_8_file(root):
    assert root.get(MODELER + "executionPlatform") == "Camunda Cloud"
    assert root.get(MODELER + "executionPlatformVersion")
    (process,) = root.findall(BPMN + "process")
    assert process.get("isExecutable") == "true"
    assert process.find(f"{BPMN}extensionElements/{ZEEBE}versionTag") is not None
    assert {"tuoke.name.en", "tuoke.documentation.en"} <= set(properties(process))


@diagram
def test_everything_has_its_names_and_every_activity_its_documentation(root):
    for node in nodes(root):
        joins = node.tag.endswith("Gateway") and len(node.findall(BPMN + "outgoing")) == 1
        parallel = node.tag == BPMN + "parallelGateway"
        assert node.get("name") or joins or parallel, node.get("id")
        assert not ASCII_NAME(node.get("name") or "客"), node.get("id")
        assert properties(node).get("tuoke.name.en"), node.get("id")
        if node.tag.endswith(("Task", "Activity", "Process")):
            assert (node.findtext(BPMN + "documentation") or "").strip(), node.get("id")
            assert properties(node).get("tuoke.documentation.en"), node.get("id")


@diagram
def test_lanes_are_roles_and_hold_their_tasks(root):
    lanes = {ref.text: lane.get("name") for lane in root.iter(BPMN + "lane") for ref in lane.iter(BPMN + "flowNodeRef")}
    assert set(lanes.values()) <= {role["name"] for role in ROLES.values()}
    for node in root.findall(f"{BPMN}process/{BPMN}userTask"):
        (group,) = zeebe(node, "assignmentDefinition", "candidateGroups")
        assert ROLES[group]["name"] == lanes[node.get("id")], node.get("id")


@diagram
def test_decisions_of_gateways_are_complete(root):
    flows = {flow.get("id"): flow for flow in root.iter(BPMN + "sequenceFlow")}
    for gateway in root.iter(BPMN + "exclusiveGateway"):
        out = [flows[each.text] for each in gateway.findall(BPMN + "outgoing")]
        without = [flow.get("id") for flow in out if flow.find(BPMN + "conditionExpression") is None]
        assert len(out) == 1 or without == [gateway.get("default")], gateway.get("id")
        assert len(out) == 1 or all(flow.get("name") for flow in out), gateway.get("id")


def test_every_end_of_the_main_process_has_a_name_and_a_reason():
    ends = list(DIAGRAMS["customer_development"].iter(BPMN + "endEvent"))
    assert {end.get("name") for end in ends} == {"开发成功", "申请未批准", "开发失败", "主动放弃", "审批否决", "已是现有客户"}
    assert [end.get("id") for end in ends if not properties(end).get("tuoke.reason", "").startswith("=")] == []


# Decision tables and forms, word for word


INDIVIDUALS = """
政府行政机关|政府及行政机关官员|高消费层
政府行政机关|政府及行政机关公务员(中等职位)|较高消费层
政府行政机关|普通公务员|中等消费层
企事业单位|高层管理人员|高消费层
企事业单位|中层管理人员|较高消费层
企事业单位|普通管理人员|中等消费层
私营企业|私企业主|高消费层
外资企业|中高管理人士|较高消费层
个体工商户|商贸个体户|高消费层
城市新兴白领中产阶层|职业经理人|较高消费层
城市新兴白领中产阶层|外企或大型企业员工|中等消费层
城市新兴白领中产阶层|专业人士|较高消费层
城市新兴白领中产阶层|知识型自由职业者|中等消费层
"""


def test_the_table_for_individuals_is_that_of_the_procedure():
    rules = TABLES["individual_customer_class"].iter(DMN + "rule")
    rows = [tuple((text.text or "").strip('"') for text in rule.iter(DMN + "text")) for rule in rules]
    assert rows == [tuple(line.split("|")) for line in INDIVIDUALS.split()]


def test_the_form_offers_exactly_the_attributes_of_the_table():
    fields = {component.get("key"): component for component in components(FORMS["target_customer"])}
    offered = {option["value"] for option in fields["customer_attribute"]["values"]}
    assert offered == {line.split("|")[0] for line in INDIVIDUALS.split()}
    below = fields["customer_sub_attribute"]["valuesExpression"]
    assert re.findall(r'value: "([^"]*)"', below) == [line.split("|")[1] for line in INDIVIDUALS.split()]


def test_the_report_of_a_new_customer_is_that_of_the_procedure():
    named = [component.get("label") or component.get("dateLabel") for component in components(FORMS["new_customer_report"])]
    prescribed = (
        "客户名称 联系电话 公司地址 E-mail 客户联系人 联系人电话 客户生产工厂地址 客户首次购买产品情况 "
        "产品名称 产品型号 交易额 签约时间 交易经过 客户开发人员 主管审核意见 部门经理审核意见 备注"
    )
    assert [label for label in prescribed.split() if label not in named] == []


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_a_form_is_complete_in_both_languages(form):
    assert (form["type"], form["executionPlatform"], form["schemaVersion"]) == ("default", "Camunda Cloud", 19)
    assert form["properties"]["name.en"]
    parts = list(components(form))
    assert len({part["id"] for part in parts}) == len(parts)
    for part in parts:
        english = part["properties"]
        assert part.get("label") is None or english["label.en"], part["id"]
        assert english.get("label.en") or english.get("dateLabel.en") or english.get("text.en"), part["id"]
        assert ("description" in part) == ("description.en" in english), part["id"]
        assert all(ASCII_NAME(part[name]) for name in ("key", "path") if name in part), part["id"]
        assert all(option["label_en"] for option in part.get("values", ())), part["id"]


# Scenarios


@pytest.mark.parametrize("scenario", WHOLE.values(), ids=list(WHOLE))
def test_a_scenario_completes_tasks_that_exist_by_those_who_may(scenario):
    assert scenario["process"] in ROLES[scenario["as"]]["can_start"]
    for step in steps(scenario):
        if "task" not in step:
            continue
        task = TASKS[step["task"]]
        owned = zeebe(task, "assignmentDefinition", "assignee") == ["=starter"]
        assert step["as"] == (scenario["as"] if owned else zeebe(task, "assignmentDefinition", "candidateGroups")[0]), step["task"]
        (form,) = zeebe(task, "formDefinition", "formId")
        allowed, keys = rights(task), {part.get("key") or part.get("path") for part in components(FORMS[form]) if part.get("readonly") is not True}
        for key in step.get("data", {}):
            assert key in keys, (step["task"], key)
            assert allowed.get(key, allowed.get("*", "write")) == "write", (step["task"], key)


def test_scenarios_reach_every_end_of_the_main_process_by_its_name():
    ends = {end.get("id"): end.get("name") for end in DIAGRAMS["customer_development"].iter(BPMN + "endEvent")}
    reached = {scenario["expect"]["end"]: scenario["expect"]["outcome"] for scenario in WHOLE.values()}
    assert reached == ends
    for scenario in WHOLE.values():
        path = scenario["expect"]["path"]
        assert path[-1] == scenario["expect"]["end"]
        done = [step["task"] for step in steps(scenario) if "task" in step]
        assert [id for id in path if id in TASKS] == done


@pytest.mark.parametrize("code, warned", [("91330200MA2AFU3X7K", True), ("91440606MA4XXXXX00", False)])
def test_the_same_code_in_the_register_is_pointed_out_where_duplicates_are_judged(code, warned):
    form = load_form((PACK / "duplicate_check.form").read_bytes(), "duplicate_check.form")
    shown = view(form, {}, {"customer_code": "91330200MA2AFU3X7K", "duplicates": [{"customer_code": code, "customer_name": "海川"}]})
    assert ("更新台账中原有的记录" in str(shown)) is warned
