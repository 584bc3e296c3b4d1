"""A form as a PDF: everything that the page shows, as texts."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from engine import form_pdf
from engine.forms import view
from engine.queries.cases.case_file_parts import parts_of
from tests.forms.sample_form import component, make
from tests.queries.test_case_file import HOSTILE

LINES = {
    "type": "dynamiclist",
    "path": "lines",
    "label": "明细",
    "components": [
        component("textfield", "product", "产品"),
        component("number", "price", "单价", decimalDigits=2, properties={"sum": "true"}),
    ],
}
FORM = make(
    {"type": "text", "text": "# 说明\n请**如实**填写 {{who}}\n\n- 一\n- 二"},
    component("number", "amount", "金额", decimalDigits=2, appearance={"prefixAdorner": "¥", "suffixAdorner": "元"}),
    component("checkbox", "listed", "已上市"),
    {"type": "separator"},
    {"type": "group", "label": "明细组", "components": [LINES]},
    component("textfield", "secret", "底价"),
)
ROWS = [{"product": HOSTILE, "price": Decimal(3)}, {"product": "乙", "price": Decimal("4.5")}]
VALUES = {"amount": Decimal("1234567.5"), "lines": ROWS, "secret": "机密"}


def shown(language="zh"):
    return view(FORM, VALUES, VALUES | {"who": HOSTILE}, {"secret": "hidden"}, language=language, readonly=True)


def test_the_parts_say_what_the_page_says():
    parts = parts_of(shown().items, "zh", texts=True)
    assert parts[0]["lines"] == ["说明", "请如实填写 " + HOSTILE, "– 一", "– 二"]
    assert parts[1] == {"kind": "fields", "rows": [["金额", "¥ 1,234,567.50 元"], ["已上市", "否"]]}
    assert [part["kind"] for part in parts[2:]] == ["line", "label", "table"]
    assert parts[4] == {"kind": "table", "text": "明细", "head": ["产品", "单价"], "rows": [[HOSTILE, "3.00"], ["乙", "4.50"], ["合计", "7.50"]]}
    assert "机密" not in str(parts)
    assert not any(part["kind"] == "text" for part in parts_of(shown().items, "zh"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_is_typeset_and_nothing_in_it_is_markup(language):
    made = form_pdf(shown(language), [("任务", HOSTILE)], datetime(2026, 11, 23, 9, tzinfo=UTC), HOSTILE)
    assert made.startswith(b"%PDF-")
    assert len(made) > 5000


def test_an_empty_form_is_typeset_too():
    empty = view(FORM, {}, {}, readonly=True)
    assert form_pdf(empty, [], datetime(2026, 11, 23, 9, tzinfo=UTC), "王芳").startswith(b"%PDF-")


def test_a_blank_form_has_room_to_write_and_boxes_to_tick():
    form = make(
        component("textfield", "name", "名称"),
        component("checkbox", "listed", "已上市"),
        component("radio", "level", "等级", values=[{"label": "甲", "value": "A"}, {"label": "乙", "label_en": "Second", "value": "B"}]),
        component("textfield", "code", "代码", conditional={"hide": "=listed != true"}),
        component("select", "many", "编号", values=[{"label": str(number), "value": number} for number in range(50)]),
        component("number", "secret", "底价"),
        LINES,
    )
    parts = parts_of(view(form, None, {}, {"secret": "hidden"}, language="en", blank=True).items, "en")
    words = dict(parts[0]["rows"])
    assert words.keys() == {"名称", "已上市", "等级", "代码", "编号"}
    assert words["等级"] == "□ 甲  □ Second"
    assert words["已上市"] == "□"
    assert set(words["名称"]) == set(words["代码"]) == set(words["编号"]) == {"_"}
    assert len(parts[1]["rows"]) >= 1
    assert form_pdf(view(form, None, {}, blank=True), [], datetime(2026, 11, 23, 9, tzinfo=UTC), "王芳").startswith(b"%PDF-")
