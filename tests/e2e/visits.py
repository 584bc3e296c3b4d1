"""A small process whose form has a field of every kind, for those who work without a mouse or without scripts."""

from __future__ import annotations

import json
import re
from typing import Any

from engine import SYSTEM, DeployPack, ProcessEngine
from tests.commands.packs import END, START_WITH_FORM, flows, process, user_task

VISITS = process(
    "visits",
    "走访",
    START_WITH_FORM,
    user_task("report", "写走访报告", groups="marketing_specialist", form="visit_report"),
    user_task("read", "阅读报告", groups="marketing_supervisor"),
    END,
    flows("start>report>read>end"),
    title="customer",
)
SETTINGS = """
[pack]
key = "visits"
name = "走访"
name_en = "Visits"
[[role]]
key = "marketing_specialist"
name = "营销专员"
name_en = "Marketing specialist"
can_start = ["visits"]
[[role]]
key = "marketing_supervisor"
name = "营销主管"
name_en = "Marketing supervisor"
"""
CITIES = [{"label": f"城市{number}", "value": f"c{number}"} for number in range(1, 31)]


def field(kind: str, key: str, label: str, *, required: bool = False, **more: Any) -> dict[str, Any]:
    return {"id": f"field_{key}", "type": kind, "key": key, "label": label, **({"validate": {"required": True}} if required else {}), **more}


def form(form_id: str, *components: dict[str, Any]) -> bytes:
    return json.dumps({"type": "default", "id": form_id, "schemaVersion": 18, "components": components}).encode()


REPORT = form(
    "visit_report",
    field("textfield", "topic", "谈了什么", required=True),
    field("datetime", "day", "哪一天", required=True, subtype="date", dateLabel="哪一天"),
    field("select", "city", "城市", required=True, searchable=True, values=CITIES),
    field("radio", "wanted", "有没有意向", required=True, values=[{"label": "有", "value": "yes"}, {"label": "没有", "value": "no"}]),
    field("number", "amount", "预计金额", decimalDigits=2),
    field("checkbox", "again", "还要再去"),
    field("filepicker", "minutes", "会议记录"),
    {
        "id": "list_people",
        "type": "dynamiclist",
        "path": "people",
        "label": "见了谁",
        "allowAddRemove": True,
        "defaultRepetitions": 0,
        "components": [field("textfield", "name", "姓名", required=True)],
    },
    field("textarea", "words", "详细情况"),
)


def drawn(diagram: bytes) -> bytes:
    """With its elements in a row, as an editor would have kept it."""
    text = diagram.decode()
    flows = re.findall(r'<(?:bpmn:)?sequenceFlow id="([^"]+)" sourceRef="([^"]+)" targetRef="([^"]+)"', text)
    places = {name: 100 + 200 * at for at, name in enumerate(dict.fromkeys(end for _, *ends in flows for end in ends))}
    shapes = [
        f'<di:BPMNShape id="{name}_di" bpmnElement="{name}"><dc:Bounds x="{x}" y="100" width="100" height="80"/></di:BPMNShape>'
        for name, x in places.items()
    ]
    edges = [
        f'<di:BPMNEdge id="{name}_di" bpmnElement="{name}"><dd:waypoint x="{places[source] + 100}" y="140"/>'
        f'<dd:waypoint x="{places[target]}" y="140"/></di:BPMNEdge>'
        for name, source, target in flows
    ]
    spaces = (
        'xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
        'xmlns:dd="http://www.omg.org/spec/DD/20100524/DI"'
    )
    [key] = re.findall(r'<(?:bpmn:)?process id="([^"]+)"', text)
    plane = f'<di:BPMNPlane id="plane" bpmnElement="{key}">{"".join(shapes + edges)}</di:BPMNPlane>'
    end = text.rindex("</")
    return f'{text[:end]}<di:BPMNDiagram id="drawing" {spaces}>{plane}</di:BPMNDiagram>{text[end:]}'.encode()


def deploy_visits(engine: ProcessEngine) -> None:
    start = form("visit_start", field("textfield", "customer", "客户", required=True))
    files = {"visits.bpmn": drawn(VISITS), "visit_start.form": start, "visit_report.form": REPORT, "pack.toml": SETTINGS.encode()}
    engine.run(DeployPack(files), SYSTEM)
