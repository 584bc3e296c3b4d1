"""Decision sheets, drawings with faults, and English of findings: the parts that need no database."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import DefinitionRejected, Finding, draw_findings, files_of, finding_words, pack_zip
from engine.bpmn.finding_words import ENGLISH
from engine.bpmn.pack import load_pack
from engine.bpmn.svg import diagram_keys, draw, sub_process_planes
from engine.dmn.sheet import read_sheets
from engine.feel import FeelError, compile, reason_en

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "processes" / "customer_development"
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
<decision id="price" name="价格">
 <variable name="价格"/><informationRequirement><requiredDecision href="#level"/></informationRequirement>
 <context>
  <contextEntry><variable name="基数"/><literalExpression><text>100</text></literalExpression></contextEntry>
  <contextEntry><literalExpression><text>基数 * 2</text></literalExpression></contextEntry>
 </context>
</decision>
<decision id="level" name="级别">
 <variable name="级别"/>
 <decisionTable hitPolicy="COLLECT" aggregation="SUM">
  <input label="数量"><inputExpression typeRef="number"><text>count</text></inputExpression></input>
  <output name="points"/><annotation name="说明"/>
  <rule>
   <inputEntry><text>&gt; 1</text></inputEntry><outputEntry><text>2</text></outputEntry>
   <annotationEntry><text>多</text></annotationEntry>
  </rule>
  <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
 </decisionTable>
</decision></definitions>"""
BOUNDS = '<dc:Bounds x="0" y="0" width="100" height="80"/>'
COLLAPSED = f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="d" targetNamespace="t">
<process id="p" isExecutable="true"><subProcess id="sub" name="子"><task id="inner" name="里面"/></subProcess></process>
<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">
 <bpmndi:BPMNShape bpmnElement="sub">{BOUNDS}</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="sub">
 <bpmndi:BPMNShape bpmnElement="inner">{BOUNDS}</bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>""".encode()


def test_sheets_keep_the_cells_as_written():
    price, level = read_sheets(DMN.encode(), "d.dmn")
    assert (price.hit_policy, price.requires) == (None, ("级别",))
    assert [text for _, _, text in price.lines if text] == ["100", "基数 * 2"]
    assert "基数" in [label for _, label, _ in price.lines]
    assert (level.hit_policy, level.aggregation) == ("COLLECT", "SUM")
    assert [(column.label, column.expression, column.type) for column in level.inputs] == [("数量", "count", "number")]
    assert [(rule.number, rule.inputs, rule.outputs, rule.note) for rule in level.rules] == [(1, ("> 1",), ("2",), "多"), (2, ("-",), ("1",), "")]


def test_the_inside_of_a_collapsed_sub_process_is_drawn_by_itself():
    assert sub_process_planes(COLLAPSED) == {"sub"}
    assert diagram_keys(COLLAPSED) == ("p", "sub")
    assert 'data-element="inner"' in draw(COLLAPSED, "sub")
    assert 'data-element="inner"' not in draw(COLLAPSED, "p")


def test_faults_are_marked_where_they_can_be_drawn():
    findings = [Finding("x", "a.bpmn", "错", element_id="inner"), Finding("x", "b.bpmn", "错", element_id="inner"), Finding("x", "a.bpmn", "错")]
    drawings = draw_findings({"a.bpmn": COLLAPSED, "b.bpmn": b"<broken"}, findings)
    assert drawings.keys() == {"a.bpmn"}
    assert len(drawings["a.bpmn"]) == 1
    assert "有问题:里面" in drawings["a.bpmn"][0]
    assert "at fault: 里面" in draw_findings({"a.bpmn": COLLAPSED}, findings, "en")["a.bpmn"][0]
    assert draw_findings({"a.bpmn": COLLAPSED}, [Finding("x", "a.bpmn", "错", element_id="nowhere")]) == {}


def test_english_by_code_is_english():
    assert not any(CHINESE.search(message + proposal) for message, proposal in ENGLISH.values())


@pytest.mark.parametrize("file, old, new", [
    ("contact_plan.form", b'"type": "default"', b'"type": "strange"'),
    ("contact_plan.form", b'"components"', b'"komponents"'),
    ("enterprise_customer_class.dmn", b'&gt;= 5000000', b'&gt;= 5000000 ('),
    ("customer_development.bpmn", b'processId="', b'processId="no_'),
])  # fmt: skip
def test_findings_of_every_part_speak_english(file: str, old: bytes, new: bytes):
    files = {path.name: path.read_bytes() for path in PACK.iterdir() if path.is_file()}
    assert old in files[file]
    with pytest.raises(DefinitionRejected) as caught:
        load_pack(files | {file: files[file].replace(old, new)})
    for finding in caught.value.findings:
        message, proposal = finding_words(finding, "en")
        names = finding.element_name or ""
        assert not CHINESE.search(message.replace(names, "").replace("“", "").replace("”", "")) or "(" in message, message
        assert not CHINESE.search(proposal), proposal
        assert finding_words(finding, "zh")[0] == finding.message


def test_reasons_of_feel_are_words():
    with pytest.raises(FeelError) as caught:
        compile("1 +")
    found = Finding("bpmn_feel_syntax", "a.bpmn", "条件的 FEEL 表达式 1 + 不正确", values={
        "place_zh": "条件", "place_en": "condition", "expression": "1 +", "reason_zh": "缺", "reason_en": reason_en(caught.value),
    })  # fmt: skip
    assert finding_words(found, "en")[0] == (
        "The FEEL expression 1 + (condition) is wrong: line 1, character 4: an expression is expected here, not the end of the expression"
    )


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\:~."), min_size=1, max_size=20).map(lambda name: f"{name}.bpmn")


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=5))
def test_what_is_zipped_is_unpacked_unchanged(files: dict[str, bytes]):
    assert files_of([("pack.zip", pack_zip(files))]) == files
    assert pack_zip(files) == pack_zip(dict(reversed(files.items())))


def unpacked_or_refused(data: bytes) -> bool:
    try:
        return all(isinstance(content, bytes) for content in files_of([("x.zip", data)]).values())
    except DefinitionRejected as error:
        return bool(error.findings)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 600), st.binary(min_size=1, max_size=6))
def test_no_bytes_do_more_than_be_refused(noise: bytes, place: int, patch: bytes):
    good = pack_zip({"a.bpmn": b"<a/>" * 20, "b/c.form": b"{}"})
    for data in (b"PK\x03\x04" + noise, good[:place] + patch + good[place + len(patch) :], good[:place]):
        assert unpacked_or_refused(data)


def test_sizes_that_a_zip_states_are_not_believed():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(30_000_000))
    data = target.getvalue().replace((30_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    with pytest.raises(DefinitionRejected) as caught:
        files_of([("bomb.zip", data)])
    assert caught.value.findings[0].code in ("archive_too_large", "archive_unreadable")
