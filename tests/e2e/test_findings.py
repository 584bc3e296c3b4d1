"""Findings while one draws, types and lays out: at the element, in the list, gone when mended; a file that cannot be read never stops the editor."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, DiscardWorkingCopy, OpenWorkingCopy, ProcessEngine, SaveUser, WorkingCopyView
from tests.e2e.desk import Desk

KEY = "customer_development"
FORM_OF_TASK = """form => {
  const editor = document.getElementById('editor').opened.editor, shape = editor.get('elementRegistry').get('plan_contact');
  const used = shape.businessObject.extensionElements.values.find(one => one.$type === 'zeebe:FormDefinition');
  editor.get('modeling').updateModdleProperties(shape, used, { formId: form });
}"""


@pytest.fixture(autouse=True)
def copy(engine: ProcessEngine) -> Iterator[None]:
    engine.run(SaveUser("analyst", "分析员", DEMO_PASSWORD, is_analyst=True), SYSTEM)
    engine.run(OpenWorkingCopy(KEY), SYSTEM)
    yield
    engine.run(DiscardWorkingCopy(KEY, engine.read(WorkingCopyView(KEY), SYSTEM).revision), SYSTEM)


def opened(desks: Desk, name: str) -> Page:
    page = desks.page("analyst")
    page.goto(f"{desks.address}/packs/{KEY}/edit/file?name={name}")
    expect(page.locator("#editor-findings")).to_have_attribute("data-state", re.compile("good|warn"))
    return page


def test_a_diagram_is_marked_listed_reached_by_keys_and_mended(desks: Desk):
    page = opened(desks, "carry_out_development.bpmn")
    page.evaluate(FORM_OF_TASK, "nowhere")
    mark = page.locator(".djs-overlay-finding .finding-mark.is-error")
    expect(mark).to_have_attribute("aria-label", re.compile("nowhere"))
    expect(page).to_have_title(re.compile(r"^\(1\) "))
    page.locator("#editor-findings summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    chosen = "() => document.getElementById('editor').opened.editor.get('selection').get().map(one => one.id)"
    assert page.evaluate(chosen) == ["plan_contact"]
    page.evaluate(FORM_OF_TASK, "contact_plan")
    expect(mark).to_have_count(0)
    expect(page.locator("#editor-findings summary")).to_have_text("检查没有问题")


def test_a_cell_of_a_table_is_marked(desks: Desk):
    page = opened(desks, "enterprise_customer_class.dmn")
    cell = page.locator("[data-element-id=rule_enterprise_customer_class_01_in1]")
    cell.click()
    page.keyboard.type(" 0 +")
    page.keyboard.press("Tab")
    expect(cell).to_have_class(re.compile("finding-cell is-error|is-error.*finding-cell"))
    page.get_by_role("button", name="决策关系图", exact=True).click()
    expect(page.locator(".dmn-place .djs-overlay-finding .finding-mark.is-error")).to_be_visible()


def test_a_line_is_marked_and_a_broken_file_stays_open(desks: Desk):
    page = opened(desks, "pack.toml&as=text")
    field = page.locator(".text-field")
    field.fill("[pack\n" + field.input_value())
    expect(page.locator(".text-lines .is-error")).to_have_text("! 1\n")
    page.route("**/edit/findings*", lambda route: route.abort())
    field.fill(field.input_value() + "\n# x")
    expect(page.locator("#editor-findings")).to_have_attribute("data-state", "away")
    expect(page.locator("#editor-state")).to_have_text(re.compile("已保存"))


def test_a_field_of_a_form_is_marked(desks: Desk):
    page = opened(desks, "contact_plan.form")
    hide = """text => {
      const editor = document.getElementById('editor').opened.editor;
      const field = editor.get('formFieldRegistry').getAll().find((one) => one.key === 'plan_contact_on');
      editor.get('modeling').editFormField(field, 'conditional', text && { hide: text });
    }"""
    page.evaluate(hide, "=plan_contact_on +")
    mark = page.locator(".form-place .fjs-element .finding-mark.is-error")
    expect(mark).to_have_attribute("aria-label", re.compile("FEEL"))
    page.locator("#editor-findings summary").click()
    page.locator("#editor-findings li button").first.click()
    expect(page.locator(".fjs-editor-selected")).to_contain_text("计划接触日期")
    page.evaluate(hide, None)
    expect(mark).to_have_count(0)
