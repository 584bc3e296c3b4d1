"""What the editors' libraries read and write again says the same: nothing of a diagram or a decision is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from lxml import etree

from tests.commands.packs import PACK
from tests.webui.website import PACK_FOLDER, ROOT

FRONTEND = ROOT / "webui" / "frontend"
SHIPPED = sorted(path for path in PACK_FOLDER.iterdir() if path.suffix in {".bpmn", ".dmn"})
# What a value is when it is not written; the libraries leave it out.
DEFAULTS = {("isInterrupting", "true"), ("cancelActivity", "true"), ("triggeredByEvent", "false"), ("retries", "3"), ("hitPolicy", "UNIQUE")}
Tree = tuple[str, tuple[tuple[str, str], ...], str, tuple["Tree", ...]]


def round_trip(paths: list[Path]) -> dict[str, dict]:
    folder = ROOT / ".venv" / "bin"
    node = shutil.which("node", path=f"{os.environ['PATH']}:{folder}")
    assert node, "make test installs Node"
    answer = subprocess.run([node, FRONTEND / "roundtrip.mjs", *paths], capture_output=True, text=True, check=True)
    return json.loads(answer.stdout)


def meaning(element: etree._Element) -> Tree:
    """A tree without prefixes, indentation and defaults; children of one name keep their order, names are sorted."""
    children = [meaning(child) for child in element if isinstance(child.tag, str)]
    attributes = tuple(sorted(pair for pair in ((str(key), str(value)) for key, value in element.attrib.items()) if pair not in DEFAULTS))
    return str(element.tag), attributes, (element.text or "").strip(), tuple(sorted(children, key=lambda child: child[0]))


@pytest.fixture(scope="module")
def written() -> dict[str, dict]:
    return round_trip(SHIPPED)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_shipped_files_come_back_the_same(written, path):
    answer = written[str(path)]
    assert answer["warnings"] == []
    assert meaning(etree.fromstring(answer["xml"].encode())) == meaning(etree.fromstring(path.read_bytes()))


def test_other_diagrams_come_back_the_same(tmp_path):
    paths = []
    for name, content in PACK.items():
        if name.endswith(".bpmn"):
            paths.append(tmp_path / name)
            paths[-1].write_bytes(content)
    for file, answer in round_trip(paths).items():
        assert answer["warnings"] == [], file
        assert meaning(etree.fromstring(answer["xml"].encode())) == meaning(etree.fromstring(Path(file).read_bytes())), file


UNKNOWN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:own="urn:own"
 id="d" targetNamespace="http://example.org/t"><process id="p" isExecutable="true"><startEvent id="s" own:mark="kept"><extensionElements>
 <own:note level="2"><own:text>保留</own:text></own:note></extensionElements></startEvent></process></definitions>"""
DANGLING = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://example.org/t">
<process id="p"><task id="t"><multiInstanceLoopCharacteristics><loopDataInputRef>items</loopDataInputRef></multiInstanceLoopCharacteristics></task>
</process></definitions>"""


def test_unknown_extensions_are_kept_and_what_would_be_lost_is_warned_of(tmp_path):
    kept, lost = tmp_path / "kept.bpmn", tmp_path / "lost.bpmn"
    kept.write_text(UNKNOWN, encoding="utf-8")
    lost.write_text(DANGLING, encoding="utf-8")
    answers = round_trip([kept, lost])
    assert answers[str(kept)]["warnings"] == []
    assert meaning(etree.fromstring(answers[str(kept)]["xml"].encode())) == meaning(etree.fromstring(UNKNOWN.encode()))
    assert answers[str(lost)]["warnings"] == ["unresolved reference <items>"]

BPMN = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:own="urn:own"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="http://example.org/t" own:a="1">%s</definitions>"""
DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:own="urn:own" id="d" name="n" namespace="x" own:a="1">
<extensionElements><own:x>1</own:x></extensionElements><decision id="a" name="b" own:k="v"><extensionElements><own:y/></extensionElements>
<variable id="v" name="b"/>%s</decision></definitions>"""
CELL = '<literalExpression id="l" own:z="1"><text>1</text></literalExpression>'
KEPT = {
    "everywhere.bpmn": BPMN % """<collaboration id="c"><extensionElements><own:x/></extensionElements><participant id="pa" processRef="p" own:k="v">
    <extensionElements><own:y a="1">t</own:y></extensionElements></participant></collaboration><process id="p"><laneSet id="ls">
    <lane id="l" own:z="1"><extensionElements><own:q/></extensionElements><flowNodeRef>s</flowNodeRef></lane></laneSet><startEvent id="s">
    <outgoing>f</outgoing></startEvent>
    <endEvent id="e"><incoming>f</incoming></endEvent><sequenceFlow id="f" sourceRef="s" targetRef="e" own:w="2"><extensionElements>
    <own:r><own:s>深</own:s></own:r></extensionElements><conditionExpression xsi:type="tFormalExpression" own:lang="x">=a</conditionExpression>
    </sequenceFlow></process><bpmndi:BPMNDiagram id="di"><bpmndi:BPMNPlane id="pl" bpmnElement="c"><bpmndi:BPMNShape id="sh" bpmnElement="pa"
    own:colour="red"><dc:Bounds x="1" y="2" width="3" height="4"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>""",
    "other_vendor.bpmn": BPMN % """<process id="p"><userTask id="t" camunda:assignee="${x}"><extensionElements><camunda:properties>
    <camunda:property name="a" value="b"/></camunda:properties></extensionElements></userTask></process>""",
    "texts.bpmn": BPMN % """<process id="p"><documentation>  two  spaces

 and lines </documentation><scriptTask id="s"><script><![CDATA[a < b && c]]></script></scriptTask></process>""",
    "own_namespace.bpmn": BPMN % """<process id="p"><startEvent id="s"><extensionElements><n xmlns="urn:o">x</n>
    </extensionElements></startEvent></process>""",
    "data.bpmn": BPMN % """<import importType="x" location="y" namespace="z"/><error id="er" errorCode="c" name="n"/><category id="ca">
    <categoryValue id="cv" value="v"/></category><dataStore id="ds"/><process id="p"><property id="pr" name="x"/><task id="t"/><dataObject id="o"/>
    <dataObjectReference id="dor" dataObjectRef="o"/><group id="g" categoryValueRef="cv"/></process>""",
    "context.dmn": DECISION % f'<context id="c"><contextEntry id="e"><variable id="x" name="x"/>{CELL}</contextEntry></context>',
    "list.dmn": DECISION % f'<list id="c">{CELL}</list>',
    "relation.dmn": DECISION % f'<relation id="c"><column id="c1" name="x"/><row id="r">{CELL}</row></relation>',
    "table.dmn": DECISION % """<decisionTable id="t" hitPolicy="COLLECT" aggregation="SUM" own:q="1">
    <input id="i" label="L" own:w="1"><inputExpression id="ie" typeRef="number"><text>x</text></inputExpression><inputValues id="iv">
    <text>1,2</text></inputValues></input>
    <output id="o" name="r" typeRef="number"><outputValues id="ov"><text>1</text></outputValues><defaultOutputEntry id="de"><text>1</text>
    </defaultOutputEntry></output><annotation name="n"/>
    <rule id="r1" own:e="1"><description>d</description><inputEntry id="i1"><text>1</text></inputEntry>
    <outputEntry id="o1"><text>2</text></outputEntry><annotationEntry><text>z</text></annotationEntry></rule></decisionTable>""",
}  # fmt: skip
WARNED = {
    "future.bpmn": BPMN % '<process id="p"><userTask id="t"><extensionElements><zeebe:future a="1"/></extensionElements></userTask></process>',
    "outside.bpmn": BPMN % '<process id="p"><own:thing a="b"/></process>',
    "fancy.bpmn": BPMN % '<process id="p"><fancyTask id="s"/></process>',
    "twice.bpmn": BPMN % '<process id="p"><startEvent id="s"/><startEvent id="s"/></process>',
    "attribute.bpmn": BPMN % '<process id="p"><startEvent id="s" fancy="1"/></process>',
    "markup.bpmn": BPMN % '<process id="p"><documentation>a <b>x</b></documentation></process>',
    "unit.dmn": (DECISION % CELL).replace("</definitions>", '<organizationUnit id="ou" name="u"/></definitions>'),
}


def test_foreign_content_at_every_place_is_kept_or_warned_of(tmp_path):
    for name, text in (KEPT | WARNED).items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    answers = round_trip([tmp_path / name for name in KEPT | WARNED])
    for name, text in KEPT.items():
        answer = answers[str(tmp_path / name)]
        assert answer["warnings"] == [], name
        assert meaning(etree.fromstring(answer["xml"].encode())) == meaning(etree.fromstring(text.encode())), name
    for name in WARNED:
        assert answers[str(tmp_path / name)]["warnings"], name
