"""The HTML of files, searched options, folded rows, sums and images."""

import pytest
from lxml import html

from engine.forms import FormRejected, Lookups, decode_post, submit
from tests.forms.sample_form import component, make
from tests.forms.test_forms_files import DATA_ADDRESS, file
from tests.forms.test_forms_records import A, Register
from tests.forms.test_forms_render import posted_by, render

NUMBER = component("number", "price", "单价", decimalDigits=2, properties={"sum": "true"})
PICKER = component("filepicker", "files", "附件", multiple=True, accept=".pdf,.png", validate={"required": True}, description="盖章的合同")
FORM = make(
    {"type": "image", "source": DATA_ADDRESS, "alt": '公司 "标志"'},
    PICKER,
    component("select", "customer", "客户", properties={"values.record": "customer"}),
    component("taglist", "partners", "合作方", properties={"values.record": "customer"}),
    component("select", "city", "城市", searchable=True, values=[{"label": f"城市{n}", "value": f"c{n}"} for n in range(30)]),
    component("taglist", "tags", "标签", values=[{"label": f"标签{n}", "value": f"t{n}"} for n in range(12)]),
    {"type": "dynamiclist", "label": "行", "path": "rows", "nonCollapsedItems": 2, "components": [NUMBER, PICKER | {"key": "proof"}]},
    {"type": "dynamiclist", "label": "卡", "path": "cards", "components": [{"type": "group", "components": [NUMBER]}, NUMBER | {"key": "tax"}]},
)
FILES = [file(1, "照片 <b>.png", "image/png"), file(2)]
KNOWN = Lookups({one["id"]: one for one in FILES}, Register())
DATA = {
    "files": [one["id"] for one in FILES],
    "customer": "a",
    "partners": ["a", "b"],
    "city": "c3",
    "tags": ["t1"],
    "rows": [{"price": "1.50", "proof": [FILES[1]["id"]]}, {"price": "2", "proof": [FILES[1]["id"]]}, {"price": "3", "proof": [FILES[1]["id"]]}],
    "cards": [{"price": "1", "tax": "2"}],
}


def test_what_is_shown_is_what_comes_back():
    posted = posted_by(render(FORM, DATA, {}, lookups=KNOWN), "submit")
    data = decode_post(FORM, posted, [])
    assert submit(FORM, data, scope={}, lookups=KNOWN) == submit(FORM, DATA, scope={}, lookups=KNOWN)
    assert data["partners"] == ["a", "b"]


@pytest.mark.parametrize("options", [{}, {"readonly": True}, {"language": "en"}, {"rights": {"*": "read"}}])
@pytest.mark.parametrize("data", [None, DATA, {"files": ["x"], "customer": "?", "rows": [{}] * 5}])
def test_accessible(options, data):
    problems = {}
    if data and not options:
        try:
            submit(FORM, data, scope={}, lookups=KNOWN)
        except FormRejected as refusal:
            problems = refusal.problems
    page = render(FORM, data, {}, lookups=KNOWN, problems=problems, **options)
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for reference in page.xpath("//@for | //@aria-describedby | //@aria-labelledby | //@aria-controls"):
        assert set(reference.split()) <= set(ids), reference
    for target in page.xpath("//*[@data-form-problems]//a/@href"):
        assert target[1:] in ids
    for control in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        labelled = page.xpath(f"//label[@for='{control.get('id')}']") or control.xpath("ancestor::label") or control.get("aria-label")
        assert labelled, html.tostring(control)
    assert all(image.get("alt") is not None for image in page.xpath("//img"))
    assert bool(page.xpath("//*[@data-form-problems]")) == bool(problems)


def test_files_are_links_with_names_as_text():
    page = render(FORM, None, {"files": FILES}, readonly=True)
    (first, second) = page.xpath("//ul[@class='fm-files']//a")
    assert (first.text, first.get("href"), first.get("download")) == ("照片 <b>.png", f"/files/{FILES[0]['id']}", "照片 <b>.png")
    assert [image.get("src") for image in page.xpath("//img[@class='fm-preview']")] == [f"/files/{FILES[0]['id']}?inline=1"]
    assert second.text == "合同.pdf"
    assert not page.xpath("//input[@type='file'] | //button[starts-with(@value, 'remove:')]")


def test_a_form_with_files_is_sent_in_parts_and_without_scripts():
    (form,) = render(FORM, DATA, {}, lookups=KNOWN).forms
    assert form.get("enctype") == "multipart/form-data"
    control = form.xpath(".//input[@type='file']")[0]
    assert (control.get("name"), control.get("accept"), control.get("multiple")) == ("_file.files", ".pdf,.png", "multiple")
    assert form.xpath(".//noscript//input[@name='_q.customer']")
    assert not render(make(component("textfield", "a", "A")), None, {}).forms[0].get("enctype")


def test_sums_stand_below_their_columns():
    page = render(FORM, DATA, {}, lookups=KNOWN)
    assert [cell.text for cell in page.xpath("//tfoot//td[contains(@class, 'fm-total')]")] == ["6.50"]
    assert "合计" in page.xpath("string(//p[@class='fm-sums'])")


def test_rows_behind_are_marked_and_a_box_unfolds_them():
    page = render(FORM, DATA, {}, lookups=KNOWN)
    assert len(page.xpath("//tr[@class='fm-extra']")) == 1
    (box,) = page.xpath("//label[@class='fm-unfold']/input")
    assert (box.get("name"), box.get("checked")) == ("_open.rows", None)
    opened = render(FORM, DATA, {}, lookups=Lookups(KNOWN.files, KNOWN.records, {"_open.rows": "on"}))
    assert opened.xpath("//label[@class='fm-unfold']/input/@checked")


def test_a_chosen_record_is_read_by_its_name():
    page = render(FORM, None, {"customer": A, "partners": [A]}, readonly=True)
    assert page.xpath("//*[@id='f-customer']")[0].text_content().strip() == "苏州精工"
