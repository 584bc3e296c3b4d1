"""Parts that the diagrams of the lint rules' cases are made of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.bpmn.diagrams import END, START, diagram, extensions, flows, simple, user

SUB_START, SUB_END = '<startEvent id="ss"/>', '<endEvent id="se"/>'
MESSAGE = '<message id="m" name="回复">' + extensions('<zeebe:subscription correlationKey="=订单"/>') + "</message>"
BARE_MESSAGE = '<message id="m" name="回复"/>'
TIMER = "<timerEventDefinition><{0}>{1}</{0}></timerEventDefinition>"
CATCH = '<intermediateCatchEvent id="{0}"><messageEventDefinition messageRef="m"/></intermediateCatchEvent>'
PACK_TOML = '[pack]\nkey = "p"\nname = "包"\n[[role]]\nkey = "staff"\nname = "职员"\n'
RECORD = '[[record]]\nkey = "customer"\nname = "客户"\nform = "f"\n'
FORM = json.dumps({"type": "default", "id": "f", "components": [{"type": "textfield", "key": "name", "label": "名称"}]}).encode()


@dataclass(frozen=True)
class Case:
    """`code` is found in `invalid` and not in `valid`, which has no error at all."""

    code: str
    valid: bytes
    invalid: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    invalid_files: Mapping[str, bytes] = field(default_factory=dict)


def sub_process(*inner: str) -> str:
    return f'<subProcess id="u">{"".join(inner)}</subProcess>'


def boundary(event: str, attributes: str = "", host: str = "u", id: str = "b") -> str:
    return f'<boundaryEvent id="{id}" attachedToRef="{host}" {attributes}>{event}</boundaryEvent>' + flows(f"{id}>e")


def job(type: str, inner: str) -> str:
    definition = f'<zeebe:taskDefinition type="{type}"/>'
    return f'<serviceTask id="u">{extensions(definition + inner)}</serviceTask>'


def catch_timer(kind: str, value: str) -> bytes:
    return simple(f'<intermediateCatchEvent id="u">{TIMER.format(kind, value)}</intermediateCatchEvent>')


def call(key: str, id: str = "u") -> str:
    called = f'<zeebe:calledElement processId="{key}"/>'
    return f'<callActivity id="{id}">{extensions(called)}</callActivity>'


def gateway(kind: str, *chains: str, attributes: str = "") -> bytes:
    return diagram(START, user(), user("v"), f'<{kind} id="g" {attributes}/>', END, flows("s>g", "u>e", "v>e", *chains))


def joined(split: str, join: str) -> bytes:
    """Two branches between two gateways."""
    gateways = f'<{split} id="g"/><{join} id="j"/>'
    return diagram(START, user(), user("v"), gateways, END, flows("s>g", "g>u:=x", "g>v:=y", "u>j", "v>j", "j>e"))


FORM_TASK = '<zeebe:formDefinition formId="{0}"/><zeebe:assignmentDefinition candidateGroups="staff"/>{1}'
FIELDS = '<zeebe:properties><zeebe:property name="tuoke.fields" value="{0}"/></zeebe:properties>'
OUTCOME = '<zeebe:properties><zeebe:property name="tuoke.outcome" value="{0}"/></zeebe:properties>'
GLANCE = '<extensionElements><zeebe:properties><zeebe:property name="tuoke.glance" value="{0}"/></zeebe:properties></extensionElements>'
DECIDES = [{"type": "radio", "key": "verdict", "label": "结论", "values": [{"label": "同意", "value": "yes"}]}]
CHOICE = {"pack.toml": PACK_TOML.encode(), "f.form": json.dumps({"type": "default", "id": "f", "components": DECIDES}).encode()}
HEADERS = '<zeebe:taskHeaders><zeebe:header key="recordType" value="{0}"/></zeebe:taskHeaders>'
INPUTS = '<zeebe:ioMapping><zeebe:input source="={{&quot;name&quot;: 客户}}" target="values"/></zeebe:ioMapping>'.replace("{{", "{").replace(
    "}}", "}"
)
GOOD = simple(user())
TOML = {"pack.toml": PACK_TOML.encode(), "f.form": FORM}
RECORDS = {"pack.toml": (PACK_TOML + RECORD).encode(), "f.form": FORM}


def settings(extra: str) -> dict[str, bytes]:
    return {"pack.toml": (PACK_TOML + extra).encode(), "f.form": FORM}


def chooses(**names: str) -> dict[str, bytes]:
    """A pack with the register `customer`, and a form that chooses from it."""
    custom = {f"values.{name}": text for name, text in names.items()}
    field = {"type": "select", "key": "who", "label": "客户", "properties": custom}
    form = json.dumps({"type": "default", "id": "g", "components": [{"type": "group", "components": [field]}]}).encode()
    register = [
        {"type": "textfield", "key": "name", "label": "名称"},
        {"type": "textfield", "key": "code", "label": "代码"},
        {"type": "number", "key": "size", "label": "规模"},
        {"type": "textfield", "key": "place.town", "label": "城市"},
    ]
    fields = json.dumps({"type": "default", "id": "f", "components": register}).encode()
    return {"pack.toml": (PACK_TOML + RECORD + 'unique = ["code"]\n').encode(), "f.form": fields, "g.form": form}


EVENT_GATEWAY = '<eventBasedGateway id="g"/>'
WAITS = f'<intermediateCatchEvent id="t">{TIMER.format("timeDuration", "P1D")}</intermediateCatchEvent>' + CATCH.format("c")
