"""Prints how long forms of 60 and 300 fields and a list of 1,000 rows take to decode, validate, view and render. Not a test: figures depend on the
machine.

Run: python tests/benchmarks/bench_forms.py
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from jinja2 import Environment, FileSystemLoader  # noqa: E402
from werkzeug.datastructures import MultiDict  # noqa: E402

from engine.forms import decode_post, load, submit, view  # noqa: E402

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _fields(number: int) -> list[dict[str, object]]:
    """Six fields of everyday kinds, one of them with a condition and one with a computed bound."""
    row = {"layout": {"row": f"r{number}", "columns": None}}
    choices = [{"label": name, "value": name} for name in ("A", "B", "C")]
    return [
        {"type": "textfield", "key": f"name_{number}", "label": "名称", "validate": {"required": True, "maxLength": 60}, **row},
        {"type": "textfield", "key": f"phone_{number}", "label": "电话", "validate": {"pattern": "^1[3-9]\\d{9}$"}, **row},
        {"type": "number", "key": f"amount_{number}", "label": "金额", "decimalDigits": 2, "validate": {"min": 0, "max": "=limit"}, **row},
        {"type": "datetime", "key": f"day_{number}", "dateLabel": "日期", "subtype": "date", "validate": {"max": "2030-01-01"}, **row},
        {"type": "select", "key": f"level_{number}", "label": "等级", "values": choices, "validate": {"required": True}, **row},
        {"type": "textarea", "key": f"note_{number}", "label": "备注", "conditional": {"hide": f"=amount_{number} < 100"}, **row},
    ]


def _time(action: Callable[[], object], seconds: float = 1.0) -> float:
    """Median milliseconds of one call."""
    times: list[float] = []
    end = perf_counter() + seconds
    while perf_counter() < end:
        begun = perf_counter()
        action()
        times.append(perf_counter() - begun)
    return median(times) * 1000


def _filled(fields: int) -> tuple[bytes, MultiDict[str, str]]:
    """A definition with so many fields (a multiple of six), and what a browser posts for it."""
    groups = fields // 6
    components = [field for number in range(groups) for field in _fields(number)]
    posted: MultiDict[str, str] = MultiDict()
    for number in range(groups):
        posted.update({f"name_{number}": "苏州精工机械有限公司", f"phone_{number}": "13812345678", f"amount_{number}": "1,305.15"})
        posted.update({f"day_{number}": "2026-05-18", f"level_{number}": "B", f"note_{number}": "两行\n备注"})
    return json.dumps({"type": "default", "id": "bench", "components": components}).encode(), posted


def _rows(count: int) -> tuple[bytes, MultiDict[str, str]]:
    """A list with a computed column and a sum, and what a browser posts for so many rows of it."""
    columns = [
        {"type": "textfield", "key": "product", "label": "产品", "validate": {"required": True}},
        {"type": "number", "key": "count", "label": "数量", "validate": {"min": 1}},
        {"type": "number", "key": "price", "label": "单价", "decimalDigits": 2},
        {"type": "expression", "key": "amount", "label": "金额", "expression": "=this.count * this.price", "properties": {"sum": "true"}},
    ]
    components = [{"type": "dynamiclist", "path": "lines", "label": "明细", "nonCollapsedItems": 20, "components": columns}]
    posted: MultiDict[str, str] = MultiDict()
    for number in range(count):
        posted.update({f"lines-{number}-product": "轴承", f"lines-{number}-count": "12", f"lines-{number}-price": "8.50"})
    return json.dumps({"type": "default", "id": "rows", "components": components}).encode(), posted


def _measure(title: str, definition: bytes, posted: MultiDict[str, str], render: Callable[..., str], aims: str = "") -> None:
    form, scope = load(definition, "bench.form"), {"limit": Decimal(5000)}
    data = decode_post(form, posted)
    shown = view(form, data, scope, now=NOW)
    figures = {
        "load": _time(lambda: load(definition, "bench.form")),
        "decode_post": _time(lambda: decode_post(form, posted)),
        "submit": _time(lambda: submit(form, data, scope=scope, now=NOW)),
        "view": _time(lambda: view(form, data, scope, now=NOW)),
        "render": _time(lambda: render(shown, "/tasks/1")),
    }
    figures["view and render"] = figures["view"] + figures["render"]
    print(f"{title}{aims}: {len(render(shown, '/tasks/1')) / 1000:.0f} KB of HTML")
    for name, milliseconds in figures.items():
        print(f"  {name:26} {milliseconds:8.3f} ms")


def main() -> None:
    templates = Environment(loader=FileSystemLoader(ROOT / "webui" / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    render = templates.get_template("forms/form.html").module.form  # type: ignore[attr-defined]
    _measure("60 fields", *_filled(60), render, " (aims: submit 0.2 ms, view and render 8 ms)")
    _measure("300 fields", *_filled(300), render)
    _measure("list of 1,000 rows", *_rows(1000), render)


if __name__ == "__main__":
    main()
