"""What an editor's library would drop or cannot open is told before anything is saved, and can be changed as text in the browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, DiscardWorkingCopy, OpenWorkingCopy, ProcessEngine, SaveUser, SaveWorkingFile, WorkingCopyView, WorkingFile
from tests.e2e.desk import Desk
from tests.webui.website import PACK_FOLDER

KEY = "customer_development"
DMN = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="价格" namespace="http://example.org/price">
  <decision id="price" name="价格"><variable id="v" name="价格"/><context id="c">
    <contextEntry id="e1"><variable id="ev" name="base"/><literalExpression id="l1"><text>100</text></literalExpression></contextEntry>
    <contextEntry id="e2"><literalExpression id="l2"><text>base * 2</text></literalExpression></contextEntry>
  </context></decision>
</definitions>
"""
NEWER = DMN.replace("20191111", "20230324")
MIXED = '<own:note xmlns:own="urn:own">前<own:b>中</own:b>后</own:note>'
SAVED = re.compile("已保存")


@pytest.fixture(autouse=True)
def copy(engine: ProcessEngine) -> Iterator[None]:
    engine.run(SaveUser("liqiang", "李强", DEMO_PASSWORD, groups=("marketing_supervisor",), is_analyst=True), SYSTEM)
    engine.run(OpenWorkingCopy(KEY), SYSTEM)
    yield
    engine.run(DiscardWorkingCopy(KEY, engine.read(WorkingCopyView(KEY), SYSTEM).revision), SYSTEM)


def put(engine: ProcessEngine, name: str, content: bytes) -> None:
    known = {one.name: one.revision for one in engine.read(WorkingCopyView(KEY), SYSTEM).files}
    engine.run(SaveWorkingFile(KEY, name, content, known.get(name)), SYSTEM)


def opened(desks: Desk, name: str) -> Page:
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/packs/{KEY}/edit/file?name={name}")
    return page


def test_every_diagram_and_decision_is_written_back_without_loss(desks: Desk):
    for path in sorted(one for one in PACK_FOLDER.iterdir() if one.suffix in (".bpmn", ".dmn")):
        page = opened(desks, path.name)
        expect(page.locator("#editor-findings")).to_have_attribute("data-state", "good")
        expect(page.locator("#editor-state")).to_have_text("没有改动")
        assert page.locator("#editor-notices").inner_text() == "", path.name


def test_what_would_be_rearranged_blocks_and_is_mended_as_text(desks: Desk, engine: ProcessEngine):
    diagram = (PACK_FOLDER / "progress_reporting.bpmn").read_text(encoding="utf-8")
    put(engine, "progress_reporting.bpmn", diagram.replace("<bpmn:extensionElements>", f"<bpmn:extensionElements>{MIXED}", 1).encode())
    page = opened(desks, "progress_reporting.bpmn")
    expect(page.locator("#editor-state")).to_have_text("现在不能保存")
    expect(page.locator("#editor-notices")).to_contain_text("note 里文字和元素的次序会改变")
    page.get_by_role("button", name="改文本").click()
    field = page.locator("textarea")
    expect(field).to_have_value(re.compile("urn:own"))
    field.fill(field.input_value().replace(MIXED, ""))
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    page.get_by_role("link", name="改图形").click()
    expect(page.locator("#editor-state")).to_have_text("没有改动")
    assert engine.read(WorkingFile(KEY, "progress_reporting.bpmn"), SYSTEM).content.decode() == diagram


def test_comments_are_told_and_kept_by_who_edits_the_text(desks: Desk, engine: ProcessEngine):
    diagram = (PACK_FOLDER / "progress_reporting.bpmn").read_text(encoding="utf-8")
    put(engine, "progress_reporting.bpmn", diagram.replace("<bpmn:process ", "<!-- 审核过 --><bpmn:process ", 1).encode())
    page = opened(desks, "progress_reporting.bpmn")
    expect(page.locator("#editor-notices")).to_contain_text("文件里有注释")
    expect(page.locator("#editor-state")).to_have_text("没有改动")


def test_a_context_of_a_decision_is_edited_as_text_with_its_findings(desks: Desk, engine: ProcessEngine):
    put(engine, "price.dmn", DMN.encode())
    page = opened(desks, "price.dmn")
    expect(page.locator("#editor-notices")).to_contain_text("“价格” 在这里没有图形编辑")
    page.locator("#editor-notices").get_by_role("button", name="改文本").click()
    field = page.locator("textarea")
    field.fill(DMN.replace("base * 2", "base *"))
    expect(page.locator("#editor-findings")).to_have_attribute("data-state", "bad")
    page.locator("#editor-findings summary").click()
    page.locator("#editor-findings button", has_text="base").first.click()
    expect(field).to_be_focused()
    field.fill(DMN.replace("base * 2", "base * 3"))
    expect(page.locator("#editor-findings")).not_to_have_attribute("data-state", "bad")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    assert b"base * 3" in engine.read(WorkingFile(KEY, "price.dmn"), SYSTEM).content


def test_a_newer_decision_file_than_the_editor_knows_is_edited_as_text(desks: Desk, engine: ProcessEngine):
    put(engine, "price.dmn", NEWER.encode())
    page = opened(desks, "price.dmn")
    expect(page.locator("#editor-notices")).to_contain_text("这个文件打不开")
    page.locator("#editor-notices").get_by_role("button", name="改文本").click()
    expect(page.locator("textarea")).to_have_value(NEWER)


def test_a_diagram_in_another_encoding_keeps_its_letters(desks: Desk, engine: ProcessEngine):
    diagram = (PACK_FOLDER / "progress_reporting.bpmn").read_text(encoding="utf-8")
    put(engine, "progress_reporting.bpmn", diagram.replace('encoding="UTF-8"', 'encoding="GB18030"', 1).encode("gb18030"))
    page = opened(desks, "progress_reporting.bpmn")
    expect(page.locator("#editor-state")).to_have_text("没有改动")
    written = page.evaluate("() => document.getElementById('editor').opened.session.content()")
    assert "进展" in written
    assert 'encoding="UTF-8"' in written
