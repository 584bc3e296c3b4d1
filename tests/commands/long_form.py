"""A process whose task has a form of 300 fields: six kinds, a condition and a computed value in every group of six."""

from __future__ import annotations

import json
from typing import Any

from engine import SYSTEM, DeployPack, ProcessEngine
from tests.commands.packs import END, extensions, flows, process, user_task

FIELDS, GROUP = 300, 6
WITH_FORM = extensions('<zeebe:formDefinition formId="long_start"/>')
START = f'<startEvent id="start" name="开始">{WITH_FORM}</startEvent>'
LONG = process(
    "long", "长表", START, user_task("fill", "填长表", groups="marketing_specialist", form="long_form"), END, flows("start>fill>end"), title="name"
)
SETTINGS = """
[pack]
key = "long"
name = "长表"
name_en = "Long form"
[[role]]
key = "marketing_specialist"
name = "营销专员"
name_en = "Marketing specialist"
can_start = ["long"]
"""


def group(number: int) -> list[dict[str, Any]]:
    """`note` is there for amounts from 100 on; `twice` is computed."""
    few = f"=amount_{number} = null or amount_{number} < 100"
    row = {"layout": {"row": f"r{number}", "columns": None}}
    choices = [{"label": name, "value": name} for name in ("A", "B", "C")]
    return [
        {"type": "textfield", "key": f"name_{number}", "label": f"名称 {number}", "validate": {"maxLength": 60}, **row},
        {"type": "number", "key": f"amount_{number}", "label": f"金额 {number}", "decimalDigits": 2, "validate": {"min": 0}, **row},
        {"type": "datetime", "key": f"day_{number}", "dateLabel": f"日期 {number}", "subtype": "date", **row},
        {"type": "select", "key": f"level_{number}", "label": f"等级 {number}", "values": choices, **row},
        {"type": "expression", "key": f"twice_{number}", "label": f"两倍 {number}", "expression": f"=amount_{number} * 2", **row},
        {"type": "textarea", "key": f"note_{number}", "label": f"备注 {number}", "conditional": {"hide": few}, **row},
    ]


def form(form_id: str, components: list[dict[str, Any]]) -> bytes:
    named = [{"id": f"field_{component['key']}", **component} for component in components]
    return json.dumps({"type": "default", "id": form_id, "schemaVersion": 18, "components": named}).encode()


def deploy_long_form(engine: ProcessEngine, diagram: bytes = LONG) -> None:
    fields = [field for number in range(FIELDS // GROUP) for field in group(number)]
    start = form("long_start", [{"type": "textfield", "key": "name", "label": "名称", "validate": {"required": True}}])
    files = {"long.bpmn": diagram, "long_start.form": start, "long_form.form": form("long_form", fields), "pack.toml": SETTINGS.encode()}
    engine.run(DeployPack(files), SYSTEM)
