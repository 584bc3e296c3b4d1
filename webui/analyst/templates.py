"""New files of a pack: the least that an editor needs to begin with, marked so that the desktop Camunda Modeler opens them as Camunda 8."""

from __future__ import annotations

import json
import re
from uuid import uuid4
from xml.sax.saxutils import quoteattr

from flask_babel import gettext as _

from engine import InputRejected

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")
_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" \
xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" \
xmlns:di="http://www.omg.org/spec/DD/20100524/DI" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" \
xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="Definitions_{unique}" targetNamespace="http://bpmn.io/schema/bpmn" \
modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.7.0">
  <bpmn:process id="{id}" name={name} isExecutable="true">
    <bpmn:startEvent id="start_{unique}" name={start} />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="diagram_{unique}">
    <bpmndi:BPMNPlane id="plane_{unique}" bpmnElement="{id}">
      <bpmndi:BPMNShape id="shape_{unique}" bpmnElement="start_{unique}">
        <dc:Bounds x="180" y="160" width="36" height="36" />
        <bpmndi:BPMNLabel><dc:Bounds x="187" y="203" width="22" height="14" /></bpmndi:BPMNLabel>
      </bpmndi:BPMNShape>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
_DMN = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/" \
xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:modeler="http://camunda.org/schema/modeler/1.0" \
id="Definitions_{unique}" name={name} namespace="http://camunda.org/schema/1.0/dmn" \
modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.7.0">
  <decision id="{id}" name={name}>
    <decisionTable id="table_{unique}" hitPolicy="UNIQUE">
      <input id="input_{unique}" label={input}>
        <inputExpression id="expression_{unique}" typeRef="string"><text></text></inputExpression>
      </input>
      <output id="output_{unique}" label={output} name="result" typeRef="string" />
    </decisionTable>
  </decision>
  <dmndi:DMNDI>
    <dmndi:DMNDiagram id="diagram_{unique}">
      <dmndi:DMNShape id="shape_{unique}" dmnElementRef="{id}"><dc:Bounds height="80" width="180" x="160" y="100" /></dmndi:DMNShape>
    </dmndi:DMNDiagram>
  </dmndi:DMNDI>
</definitions>
"""


def new_file(kind: str, id: str, name: str) -> tuple[str, bytes]:
    """(file name, content) of a new diagram, decision, form or scenario. Raises InputRejected("bad_file_id" | "required" | "unknown_kind")."""
    if not _ID.fullmatch(id):
        raise InputRejected("bad_file_id", field="id", id=id[:100])
    if not name:
        raise InputRejected("required", field="name")
    unique = uuid4().hex[:7]
    shown = quoteattr(name)
    if kind == "bpmn":
        return f"{id}.bpmn", _BPMN.format(id=id, name=shown, unique=unique, start=quoteattr(_("开始"))).encode()
    if kind == "dmn":
        labels = {"input": quoteattr(_("输入")), "output": quoteattr(_("结果"))}
        return f"{id}.dmn", _DMN.format(id=id, name=shown, unique=unique, **labels).encode()
    if kind == "form":
        form = {"type": "default", "id": id, "name": name, "components": [], "schemaVersion": 19}
        form |= {"executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.8.0"}
        return f"{id}.form", (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode()
    if kind == "scenario":
        return f"scenarios/{id}.toml", f"name = {json.dumps(name, ensure_ascii=False)}\n".encode()
    raise InputRejected("unknown_kind", field="kind", kind=kind[:40])
