"""A process pack for tests: people and forms, timers, messages, signals, connectors, records."""

from __future__ import annotations

import json

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="d" targetNamespace="http://example.org/t">'
)
START = '<startEvent id="start" name="开始"/>'
END = '<endEvent id="end" name="完成"/>'


def process(key: str, name: str, *parts: str, roots: str = "", title: str = "") -> bytes:
    """A file with one process; `roots` are messages and signals, `title` the FEEL of the instance's title."""
    properties = extensions(f'<zeebe:properties><zeebe:property name="tuoke.title" value="={title}"/></zeebe:properties>') if title else ""
    return f'{HEAD}{roots}<process id="{key}" name="{name}" isExecutable="true">{properties}{"".join(parts)}</process></definitions>'.encode()


def extensions(inner: str) -> str:
    return f"<extensionElements>{inner}</extensionElements>"


def flows(*chains: str) -> str:
    """`a>b>c`, or `a>b:=condition`; the ids are `a_b`."""
    text = ""
    for chain in chains:
        path, _, condition = chain.partition(":")
        ids = path.split(">")
        inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        for a, b in zip(ids, ids[1:], strict=False):
            text += f'<sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}">{inner}</sequenceFlow>'
    return text


def user_task(id: str, name: str, *, groups: str = "", assignee: str = "", form: str = "") -> str:
    who = f'<zeebe:assignmentDefinition candidateGroups="{groups}"/>' if groups else ""
    who += f'<zeebe:assignmentDefinition assignee="{assignee}"/>' if assignee else ""
    what = f'<zeebe:formDefinition formId="{form}"/>' if form else ""
    return f'<userTask id="{id}" name="{name}">{extensions("<zeebe:userTask/>" + what + who)}</userTask>'


def service_task(id: str, name: str, type: str, inputs: dict[str, str], outputs: dict[str, str], **headers: str) -> str:
    header = "".join(f'<zeebe:header key="{key}" value="{value}"/>' for key, value in headers.items())
    mapped = "".join(f'<zeebe:input source="={source}" target="{target}"/>' for target, source in inputs.items())
    mapped += "".join(f'<zeebe:output source="={source}" target="{target}"/>' for target, source in outputs.items())
    inner = f'<zeebe:taskDefinition type="{type}" retries="2"/><zeebe:taskHeaders>{header}</zeebe:taskHeaders>'
    inner += f"<zeebe:ioMapping>{mapped}</zeebe:ioMapping>"
    return f'<serviceTask id="{id}" name="{name}">{extensions(inner)}</serviceTask>'


def caught(kind: str, id: str, name: str, definition: str) -> str:
    return f'<{kind} id="{id}" name="{name}">{definition}</{kind}>'


def timer(type: str, text: str) -> str:
    return f"<timerEventDefinition><time{type}>{text}</time{type}></timerEventDefinition>"


def message(id: str, name: str, correlation_key: str = "") -> str:
    inner = extensions(f'<zeebe:subscription correlationKey="={correlation_key}"/>') if correlation_key else ""
    return f'<message id="{id}" name="{name}">{inner}</message>'


def form(id: str, *fields: tuple[str, str, bool]) -> bytes:
    """Fields as (type, key, required)."""
    components = [
        {"id": f"field_{key}", "type": type, "key": key, "label": key, **({"validate": {"required": True}} if required else {})}
        for type, key, required in fields
    ]
    return json.dumps({"type": "default", "id": id, "schemaVersion": 18, "components": components}).encode()


ON_PAYMENT = '<messageEventDefinition messageRef="m_payment"/>'
PAYMENT = message("m_payment", "payment", "order")
ON_ALARM, ALARM = '<signalEventDefinition signalRef="alarm"/>', '<signal id="alarm" name="alarm"/>'
START_FORM = extensions('<zeebe:formDefinition formId="visit_start"/>')
START_WITH_FORM = f'<startEvent id="start" name="开始">{START_FORM}</startEvent>'

VISIT = process(
    "visit",
    "拜访",
    START_WITH_FORM,
    user_task("plan", "制定计划", groups="sales", form="visit_plan"),
    user_task("review", "审核计划", groups="经理", form="visit_review"),
    '<exclusiveGateway id="agreed" name="同意?" default="agreed_plan"/>',
    END,
    flows("start>plan>review>agreed>plan", "agreed>end:=ok"),
    title="customer",
)
PLAIN = process("plain", "无表单", START, user_task("work", "办理", groups="sales"), END, flows("start>work>end"))
MINE = process("mine", "自己办", START, user_task("work", "办理", assignee="=starter"), END, flows("start>work>end"))
NAMED = process("named", "点名", START, user_task("work", "办理", assignee="=who"), END, flows("start>work>end"))
LATER = process(
    "later",
    "稍后",
    START,
    caught("intermediateCatchEvent", "pause", "等一小时", timer("Duration", "PT1H")),
    user_task("work", "办理", groups="sales"),
    END,
    flows("start>pause>work>end"),
)
ORDER = process(
    "order", "订单", START, caught("intermediateCatchEvent", "paid", "收款", ON_PAYMENT), END, flows("start>paid>end"), roots=PAYMENT, title="order"
)
AUDIT = process(
    "audit", "审计", START, caught("intermediateCatchEvent", "paid", "收款", ON_PAYMENT), END, flows("start>paid>end"), roots=PAYMENT
)
PAYER = process(
    "payer", "付款", START, caught("intermediateThrowEvent", "pay", "付款", ON_PAYMENT), END, flows("start>pay>end"), roots=PAYMENT
)
CLAIM = process(
    "claim",
    "理赔",
    caught("startEvent", "start", "收到", '<messageEventDefinition messageRef="m_claim"/>'),
    user_task("work", "办理", groups="sales"),
    END,
    flows("start>work>end"),
    roots=message("m_claim", "claim"),
)
WATCH = process("watch", "值守", START, caught("intermediateCatchEvent", "heard", "警报", ON_ALARM), END, flows("start>heard>end"), roots=ALARM)
LEAVE = process("leave", "撤离", caught("startEvent", "start", "警报", ON_ALARM), END, flows("start>end"), roots=ALARM)
TICK = process("tick", "定时", caught("startEvent", "start", "每小时", timer("Cycle", "R2/PT1H")), END, flows("start>end"))
ENROL = process(
    "enrol",
    "登记",
    START,
    service_task(
        "find", "查重", "record.find", {"match": "{code: code}"}, {"before": "count(records)"}, recordType="customer"
    ),
    service_task("save", "入册", "record.upsert", {"values": "{code: code, label: label}"}, {"saved": "record"}, recordType="customer"),
    END,
    flows("start>find>save>end"),
)
FIND = {"match": "{code: code, label: label}"}
SEARCH = process(
    "search",
    "查找",
    START,
    service_task("find", "查找", "record.find", FIND, {"found": "for r in records return r.values.code"}, recordType="customer"),
    user_task("work", "办理", groups="sales"),
    END,
    flows("start>find>work>end"),
)
SETTINGS = """
[pack]
key = "tests"
name = "测试"
[[role]]
key = "sales"
name = "销售"
can_start = ["visit", "plain", "mine", "later", "order", "enrol"]
[[role]]
key = "manager"
name = "经理"
[[record]]
key = "customer"
name = "客户"
form = "customer_record"
unique = ["code"]
search = ["label"]
list = ["code", "label"]
title = "label"
view = ["sales", "manager"]
edit = ["manager"]
"""
PACK = {
    "pack.toml": SETTINGS.encode(),
    "visit.bpmn": VISIT,
    "plain.bpmn": PLAIN,
    "mine.bpmn": MINE,
    "named.bpmn": NAMED,
    "later.bpmn": LATER,
    "order.bpmn": ORDER,
    "audit.bpmn": AUDIT,
    "payer.bpmn": PAYER,
    "claim.bpmn": CLAIM,
    "watch.bpmn": WATCH,
    "leave.bpmn": LEAVE,
    "tick.bpmn": TICK,
    "enrol.bpmn": ENROL,
    "search.bpmn": SEARCH,
    "visit_start.form": form("visit_start", ("textfield", "customer", True)),
    "visit_plan.form": form("visit_plan", ("textfield", "aim", True), ("number", "cost", False)),
    "visit_review.form": form("visit_review", ("checkbox", "ok", False), ("textfield", "opinion", False)),
    "customer_record.form": form("customer_record", ("textfield", "code", True), ("textfield", "label", False)),
}
