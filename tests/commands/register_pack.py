"""A pack whose registers know nothing of customers: suppliers with a secret rating, and machines."""

from __future__ import annotations

import json
from typing import Any

from engine import Actor, DeployPack, ProcessEngine
from tests.commands.packs import END, START, flows, process, user_task
from tests.commands.people import ADMIN

BUYER = Actor("buyer", "钱多", frozenset({"buyer"}))
CHIEF = Actor("chief", "周全", frozenset({"chief"}))
READER = Actor("reader", "李看", frozenset({"reader"}))
OUTSIDER = Actor("outsider", "外人", frozenset({"other"}))

SETTINGS = """
[pack]
key = "purchasing"
name = "采购"

[[role]]
key = "buyer"
name = "采购员"
[[role]]
key = "chief"
name = "采购主管"
[[role]]
key = "reader"
name = "仓库"
[[role]]
key = "other"
name = "别处"

[[record]]
key = "supplier"
name = "供应商"
form = "supplier"
title = "name"
unique = ["code"]
search = ["name", "code", "rating"]
list = ["name", "code", "kind", "limit", "since", "rating"]
view = ["reader"]
edit = ["buyer", "chief"]
create = ["chief"]
archive = ["chief"]
sort = "name"
filters = ["kind", "limit", "since", "rating", "checked"]
people = ["buyer"]
[record.duplicates]
name = ["name"]
telephone = ["phone"]
credit_code = ["code"]
[record.rights.rating]
write = ["chief"]
read = ["buyer"]
[record.rights.papers]
write = ["chief"]

[[record]]
key = "machine"
name = "设备"
name_en = "Machine"
form = "machine"
title = "label"
list = ["label"]
view = ["reader"]
edit = ["buyer"]
"""


BUY = process("buy", "采购", START, user_task("look", "看", groups="buyer"), END, flows("start>look>end"))


def field(type: str, key: str, label: str, **more: Any) -> dict[str, Any]:
    return {"type": type, "key": key, "label": label, **more}


SUPPLIER = [
    field("textfield", "name", "名称", validate={"required": True, "maxLength": 5000}),
    field("textfield", "code", "信用代码", validate={"required": True}),
    field("select", "kind", "类别", values=[{"label": "原料", "value": "raw"}, {"label": "服务", "value": "service"}]),
    field("number", "limit", "额度", decimalDigits=2),
    {"type": "datetime", "key": "since", "dateLabel": "合作开始", "subtype": "date"},
    field("checkbox", "checked", "已审核"),
    field("textfield", "phone", "电话"),
    field("textfield", "buyer", "采购员"),
    field("textfield", "rating", "评级"),
    field("filepicker", "papers", "合同"),
]


def form(id: str, components: list[dict[str, Any]]) -> bytes:
    return json.dumps({"type": "default", "id": id, "components": components}).encode()


def files(settings: str = SETTINGS) -> dict[str, bytes]:
    machine = form("machine", [field("textfield", "label", "名称")])
    return {"pack.toml": settings.encode(), "supplier.form": form("supplier", SUPPLIER), "machine.form": machine, "buy.bpmn": BUY}


def deploy(engine: ProcessEngine, settings: str = SETTINGS) -> None:
    engine.run(DeployPack(files(settings)), ADMIN)
