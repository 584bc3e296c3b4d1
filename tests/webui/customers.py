"""Customers for the pages of the register."""

from __future__ import annotations

from typing import Any

from engine import SYSTEM, ProcessEngine, SaveRecord

# Everything that the form of a customer asks for, but for its number and name.
FIELDS: dict[str, Any] = {
    "customer_kind": "个人",
    "customer_level": "一般客户",
    "contact_name": "张经理",
    "contact_phone": "13811112222",
    "phone": "13800138000",
    "company_address": "杭州市西湖区",
}


def customer(engine: ProcessEngine, code: str, name: str, **more: Any) -> str:
    """Made by the system; the id of the record."""
    return engine.run(SaveRecord("customer", None, {**FIELDS, "customer_code": code, "customer_name": name, **more}), SYSTEM).record_id
