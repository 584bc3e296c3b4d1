"""The HTML of a form, as a browser without JavaScript meets it: names, labels, descriptions, and a post that gives back what was shown."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from lxml import html
from werkzeug.datastructures import MultiDict

from engine.forms import FormRejected, decode_post, operation_of, submit, view
from tests.forms.sample_form import component, everything, make

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TEMPLATES = Path(__file__).resolve().parents[2] / "webui" / "templates"
MACROS = (
    Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    .get_template("forms/form.html")
    .module
)
FORM_MACRO = getattr(MACROS, "form")  # noqa: B009
SCOPE = {"leader": "部门主管", "known_industries": ["机械", "电子"], "history": [{"year": Decimal(2025), "amount": Decimal("9.5")}]}
DATA = {
    "customer_name": '苏州 <精工> & "机械"',
    "credit_code": "91320505MA1X8Q2B3T",
    "kind": "enterprise",
    "industries": ["电子"],
    "founded_on": "2016-05-18",
    "capital": "3000",
    "staff": "12",
    "level": "B",
    "listed": "true",
    "stock_code": "688001",
    "email": "a@example.com",
    "factory": {"address": "一号", "visit_at": "2026-11-30T09:30", "certificates": ["9001"]},
    "products": [{"name": "轴承", "quantity": "100", "price": "1305.15", "due_on": "2026-12-01"}],
    "contacts": [{"name": "张伟", "best_time": "09:00", "phones": [{"number": "13812345678"}, {"number": "0755-1234567"}]}],
    "remark": "\n  第一行\n第二行",
}


def render(form, data, scope=SCOPE, **options):
    return html.document_fromstring(
        "<html><body>" + str(FORM_MACRO(view(form, data, scope, now=NOW, **options), "/tasks/1", "token")) + "</body></html>"
    )


def posted_by(page, pressed=None):
    """What a browser would post: without the line break right after <textarea>, which HTML ignores; the pressed button comes last."""
    (form,) = page.forms
    lines = {area.get("name") for area in form.xpath(".//textarea")}
    pairs = [(name, value.removeprefix("\n") if name in lines else value) for name, value in form.form_values()]
    return MultiDict(pairs + ([("_op", pressed)] if pressed else []))


def test_what_is_shown_is_what_comes_back():
    form = everything()
    page = render(form, DATA)
    posted = posted_by(page, "submit")
    assert operation_of(posted) == "submit"
    assert submit(form, decode_post(form, posted), scope=SCOPE, now=NOW) == submit(form, DATA, scope=SCOPE, now=NOW)
    kept = submit(form, DATA, scope=SCOPE, now=NOW)
    again = decode_post(form, posted_by(render(form, None, SCOPE | kept)))
    assert submit(form, again, scope=SCOPE, now=NOW) == kept


@pytest.mark.parametrize("options", [{}, {"readonly": True}, {"language": "en"}, {"rights": {"*": "read", "products.price": "write"}}])
@pytest.mark.parametrize("data", [None, DATA, {"customer_name": "", "products": [{"quantity": "x"}], "contacts": [{}]}])
def test_accessible(options, data):
    form = everything()
    problems = {}
    if data and "rights" not in options:
        try:
            submit(form, data, scope=SCOPE, now=NOW)
        except FormRejected as refusal:
            problems = refusal.problems
    page = render(form, data, problems=problems, **options)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for reference in page.xpath("//@for | //@aria-describedby | //@aria-labelledby"):
        assert set(reference.split()) <= set(ids)
    for target in page.xpath("//*[@data-form-problems]//a/@href"):
        assert target[1:] in ids
    for control in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        labelled = page.xpath(f"//label[@for='{control.get('id')}']") or control.xpath("ancestor::label")
        assert labelled, control.get("name")
        assert labelled[0].text_content().strip()
    for button in page.xpath("//button[not(@aria-hidden)]"):
        assert button.text_content().strip() or button.get("aria-label")
    invalid = page.xpath("//*[@aria-invalid]")
    assert all(control.get("aria-describedby") for control in invalid)
    assert bool(page.xpath("//*[@data-form-problems]")) == bool(problems)


def test_read_only_page_has_no_controls():
    page = render(everything(), None, SCOPE | {"customer_name": "苏州"}, readonly=True)
    assert not page.xpath("//input[not(@type='hidden')] | //select | //textarea | //button[not(@aria-hidden)]")
    assert "苏州" in page.text_content()


def test_nothing_typed_becomes_markup():
    form = make(
        component("textfield", "a", "<b>A</b>", description="<i>"),
        component("textarea", "b", "B"),
        component("select", "c", "C", valuesExpression="=names"),
        {"type": "text", "text": "<img src=x onerror=alert(1)> [x](javascript:alert(1)) {{a}}"},
    )
    hostile = '"><script>alert(1)</script></textarea>'
    page = render(form, {"a": hostile, "b": hostile, "c": hostile}, {"names": [hostile]})
    assert not page.xpath("//script | //img | //*[@onerror] | //b | //i")
    assert not page.xpath("//a[starts-with(@href, 'javascript')]")
    assert posted_by(page).getlist("a") == [hostile]
    shown = render(form, None, {"a": hostile, "b": hostile, "names": []}, readonly=True)
    assert not shown.xpath("//script")


def test_rows_with_read_only_cells_post_them_back():
    cells = [component("textfield", "code", "编号", readonly=True), component("textfield", "note", "说明")]
    form = make({"type": "dynamiclist", "label": "行", "path": "rows", "components": cells})
    scope = {"rows": [{"code": "a", "note": "1"}, {"code": "b", "note": "2"}]}
    data = decode_post(form, posted_by(render(form, None, scope)))
    assert data == scope
    assert submit(form, {"rows": data["rows"][1:]}, scope=scope) == {"rows": scope["rows"][1:]}


def test_enter_refreshes_and_does_not_press_a_row_button():
    (form,) = render(everything(), DATA).forms
    first = form.xpath(".//button")[0]
    assert (first.get("name"), first.get("value")) == ("_op", "refresh")
    assert form.get("hx-swap") == "outerMorph"


def test_all_pack_forms_render_empty():
    from engine.forms import load

    files = sorted((TEMPLATES.parents[1] / "processes").rglob("*.form"))
    assert files
    for file in files:
        form = load(file.read_bytes(), file.name)
        for language in ("zh", "en"):
            page = render(form, None, {}, language=language)
            assert page.xpath("//form")
            assert not page.xpath("//*[contains(text(), '表单规则无法计算')]"), file.name
