"""The drawing on the server: well-formed, escaped, accessible, and never upset by odd layouts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.bpmn.svg import draw
from engine.bpmn.svg_text import fit, width_of, wrap
from engine.model.errors import DefinitionRejected
from tests.bpmn.diagrams import HEAD, extensions

SVG = "{http://www.w3.org/2000/svg}"
DI = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
ENGLISH = extensions('<zeebe:properties><zeebe:property name="tuoke.name.en" value="Fill in"/></zeebe:properties>')


def bounds(x: object, y: object, width: object, height: object) -> str:
    return f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'


def shape(id: str, x: object, y: object, width: object = 100, height: object = 80, more: str = "", attributes: str = "") -> str:
    return f'<bpmndi:BPMNShape id="{id}_di" bpmnElement="{id}" {attributes}>{bounds(x, y, width, height)}{more}</bpmndi:BPMNShape>'


def edge(id: str, *points: tuple[object, object]) -> str:
    ways = "".join(f'<di:waypoint x="{x}" y="{y}"/>' for x, y in points)
    return f'<bpmndi:BPMNEdge id="{id}_di" bpmnElement="{id}">{ways}</bpmndi:BPMNEdge>'


def drawing(elements: str, shapes: str, plane: str = "p", process: str = "p") -> bytes:
    head = HEAD.replace("<definitions", f"<definitions {DI}")
    plane_xml = f'<bpmndi:BPMNDiagram id="dg"><bpmndi:BPMNPlane id="pl" bpmnElement="{plane}">{shapes}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    return f'{head}<process id="{process}" name="客户开发" isExecutable="true">{elements}</process>{plane_xml}</definitions>'.encode()


ELEMENTS = (
    f'<startEvent id="s"/><userTask id="u" name="填写 &lt;b&gt; 表">{ENGLISH}</userTask><exclusiveGateway id="g" name="同意?" default="f3"/>'
    '<endEvent id="e" name="成功"><messageEventDefinition id="m"/></endEvent><sequenceFlow id="f1" sourceRef="s" targetRef="u"/>'
    '<sequenceFlow id="f2" sourceRef="u" targetRef="g"><conditionExpression>=x</conditionExpression></sequenceFlow>'
    '<sequenceFlow id="f3" name="是" sourceRef="g" targetRef="e"/>'
)
LABEL = f"<bpmndi:BPMNLabel>{bounds(200, 120, 90, 20)}</bpmndi:BPMNLabel>"
SHAPES = (
    shape("s", 100, 100, 36, 36)
    + shape("u", 200, 78, more=LABEL)
    + shape("g", 350, 93, 50, 50)
    + shape("e", 450, 100, 36, 36)
    + edge("f1", (136, 118), (200, 118))
    + edge("f2", (300, 118), (350, 118))
    + edge("f3", (400, 118), (425, 118), (425, 150), (450, 118))
)
XML = drawing(ELEMENTS, SHAPES)


def parsed(**options: object) -> etree._Element:
    return etree.fromstring(draw(XML, "p", **options))


def group(root: etree._Element, element: str) -> etree._Element:
    return next(node for node in root.iter(f"{SVG}g") if node.get("data-element") == element)


def texts(root: etree._Element) -> list[str]:
    return ["".join(span.text or "" for span in node.iter(f"{SVG}tspan")) for node in root.iter(f"{SVG}text")]


def test_names_are_drawn_once_and_escaped() -> None:
    root = parsed()
    assert texts(root).count("填写 <b> 表") == 1
    assert "<b>" not in draw(XML, "p")
    assert {"同意?", "成功", "是"} <= set(texts(root))


def test_states_are_classes_titles_and_tokens() -> None:
    root = parsed(done=["s"], active={"u": 3}, cancelled=["e"], flows=["f1"])
    assert "is-done" in (group(root, "s").get("class") or "").split()
    assert "is-active" in (group(root, "u").get("class") or "").split()
    assert "is-cancelled" in (group(root, "e").get("class") or "").split()
    assert "is-taken" in (group(root, "f1").get("class") or "").split()
    assert "is-taken" not in (group(root, "f2").get("class") or "").split()
    assert group(root, "u").findtext(f"{SVG}title") == "填写 <b> 表 · 进行中"
    assert "3" in [node.text for node in group(root, "u").iter(f"{SVG}text")]


def test_it_tells_what_it_shows() -> None:
    root = parsed(done=["e"], active={"u": 1})
    assert root.get("role") == "img"
    by_id = {node.get("id"): node.text for node in root if node.get("id")}
    assert by_id[str(root.get("aria-labelledby"))] == "流程图:客户开发"
    assert by_id[str(root.get("aria-describedby"))] == "进行中:填写 <b> 表。已完成:成功"


def test_english_names_and_words() -> None:
    root = parsed(active={"u": 1}, language="en")
    assert "Fill in" in texts(root)
    assert group(root, "u").findtext(f"{SVG}title") == "Fill in · in progress"


def test_default_and_conditional_flows_and_throwing_events_are_marked() -> None:
    root = parsed(standalone=True)
    assert len(list(group(root, "f1").iter(f"{SVG}path"))) == 1
    assert len(list(group(root, "f2").iter(f"{SVG}path"))) == 2  # the diamond of a conditional flow
    assert len(list(group(root, "f3").iter(f"{SVG}path"))) == 2  # the stroke of a default flow
    envelope = next(iter(group(root, "e").iter(f"{SVG}g")), None)
    inner = [node for node in group(root, "e").iter(f"{SVG}g") if node.get("transform")]
    assert envelope is not None
    assert inner[0].get("fill") == inner[0].get("stroke") != "none"


def test_colours_are_variables_unless_standalone() -> None:
    assert "var(--bpmn-line" in draw(XML, "p")
    assert "var(" not in draw(XML, "p", standalone=True)
    assert "<script" not in draw(XML, "p")
    assert "<style" not in draw(XML, "p")
    assert "style=" not in draw(XML, "p")


def test_a_process_without_drawing_says_so() -> None:
    xml = f'{HEAD}<process id="p" isExecutable="true"/></definitions>'.encode()
    assert "该流程没有图形" in texts(etree.fromstring(draw(xml, "p")))


def test_hostile_texts_and_states_stay_text() -> None:
    evil = '"/><script>alert(1)</script>'
    xml = XML.replace("客户开发".encode(), b"&quot;/>&lt;script>alert(1)&lt;/script>")
    root = etree.fromstring(draw(xml, "p", done=[evil], active={evil: 1}))
    assert not list(root.iter(f"{SVG}script"))
    with pytest.raises(DefinitionRejected):
        draw(b"<!DOCTYPE x><x/>", "p")


NUMBERS = st.sampled_from(["", "x", "NaN", "inf", "-inf", "1e400", "1e9", "-5", "0", "100", "10.5"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["s", "u", "g", "e", "f1", "nothing"]), NUMBERS, NUMBERS, NUMBERS, NUMBERS), max_size=8))
def test_odd_layouts_still_give_a_drawing(shapes: list[tuple[str, str, str, str, str]]) -> None:
    layout = "".join(shape(id, x, y, width, height) + edge("f3", (x, y), (width, height), (x, y)) for id, x, y, width, height in shapes)
    root = etree.fromstring(draw(drawing(ELEMENTS, layout), "p", active={"u": 1}))
    values = [float(part) for part in str(root.get("viewBox")).split()]
    assert all(abs(value) < 1e7 for value in values)
    assert values[2] > 0


@given(st.text(max_size=60), st.floats(20, 200), st.floats(9, 14))
def test_wrapping_loses_nothing(text: str, width: float, size: float) -> None:
    lines = wrap(text, width, size)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(line.strip() for line in lines)


def test_words_stay_whole_and_characters_break() -> None:
    assert wrap("Customer development application", 90, 12) == ["Customer", "development", "application"]
    assert wrap("新开发客户报告表，签字", 72, 12) == ["新开发客户报", "告表，签字"]
    assert all(width_of(line, 12) <= 60 for line in wrap("一二三四五六七八九十", 60, 12))
    assert fit("制定初步接触计划", 84, 60).lines == ("制定初步", "接触计划")
    assert fit("一" * 200, 80, 30).lines[-1].endswith("…")
