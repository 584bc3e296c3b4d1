"""Editing in the browser, with mouse and keyboard: what is drawn and typed is there after reloading, and nobody overwrites anybody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from engine import DEMO_PASSWORD, SYSTEM, DiscardWorkingCopy, OpenWorkingCopy, ProcessEngine, SaveUser, SaveWorkingFile, WorkingCopyView, WorkingFile
from tests.e2e.desk import PHONE, Desk
from tests.webui.website import PACK_FOLDER

KEY = "customer_development"
DIAGRAM, TABLE, FORM = "progress_reporting.bpmn", "enterprise_customer_class.dmn", "contact_plan.form"
SAVED = re.compile("已保存")
PRICE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="价格" namespace="http://camunda.org/schema/1.0/dmn">
  <inputData id="amount_in" name="amount"><variable id="amount_v" name="amount" typeRef="number"/></inputData>
  <decision id="discount" name="折扣"><variable id="discount_v" name="discount" typeRef="number"/>
    <informationRequirement id="ir"><requiredInput href="#amount_in"/></informationRequirement>
    <knowledgeRequirement id="kr"><requiredKnowledge href="#rate"/></knowledgeRequirement>
    <literalExpression id="le"><text>rate(amount) * amount</text></literalExpression></decision>
  <businessKnowledgeModel id="rate" name="rate"><variable id="rate_v" name="rate"/><encapsulatedLogic id="el">
    <formalParameter id="p" name="x" typeRef="number"/><literalExpression id="be"><text>if x &gt; 1000 then 0.1 else 0</text></literalExpression>
  </encapsulatedLogic></businessKnowledgeModel>
</definitions>
"""


@pytest.fixture(scope="module", autouse=True)
def analysts(engine: ProcessEngine) -> None:
    engine.run(SaveUser("admin", "管理员", DEMO_PASSWORD, is_administrator=True), SYSTEM)
    engine.run(SaveUser("liqiang", "李强", DEMO_PASSWORD, groups=("marketing_supervisor",), is_analyst=True), SYSTEM)


@pytest.fixture(autouse=True)
def copy(engine: ProcessEngine) -> Iterator[None]:
    engine.run(OpenWorkingCopy(KEY), SYSTEM)
    yield
    engine.run(DiscardWorkingCopy(KEY, engine.read(WorkingCopyView(KEY), SYSTEM).revision), SYSTEM)


def stored(engine: ProcessEngine, name: str) -> str:
    return engine.read(WorkingFile(KEY, name), SYSTEM).content.decode()


def open_file(desks: Desk, page: Page, name: str) -> None:
    page.goto(f"{desks.address}/packs/{KEY}/edit/file?name={name}")
    expect(page.locator("#editor-state")).to_have_text(re.compile("没有改动|No changes"))


def element(page: Page, id: str):
    return page.locator(f".editor-canvas g[data-element-id={id}]").first


def group(page: Page, id: str):
    """A group of the properties panel, opened."""
    found = page.locator(f"[data-group-id=group-{id}]")
    if "open" not in (found.locator(".bio-properties-panel-group-header").first.get_attribute("class") or ""):
        found.locator(".bio-properties-panel-group-header").first.click()
    return found


def untranslated(page: Page) -> list[str]:
    return page.evaluate("() => [...(window.tuokeUntranslated ?? [])]")


def test_a_task_is_appended_named_and_given_to_a_role(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    open_file(desks, page, DIAGRAM)
    before = stored(engine, DIAGRAM)
    element(page, "write_progress_report").click()
    page.locator(".djs-context-pad .entry[data-action='append.append-task']").click()
    expect(page.locator(".djs-direct-editing-content")).to_be_visible()
    page.keyboard.type("整理汇报")
    page.keyboard.press("Enter")
    registry = "document.getElementById('editor').opened.editor.get('elementRegistry')"
    new = page.evaluate(f"() => {registry}.find((one) => one.businessObject?.name === '整理汇报').id")
    page.locator(".djs-context-pad .entry[data-action=replace]").click()
    page.locator(".djs-popup .entry[data-id=replace-with-user-task]").click()
    roles = group(page, "assignmentDefinition").locator("[data-entry-id=tuoke-roles]")
    roles.get_by_label(re.compile("营销专员")).check()
    group(page, "tuoke-form").locator("select").select_option("progress_report")
    rights = group(page, "tuoke-rights").locator("select")
    rights.nth(1).select_option("read")
    group(page, "tuoke-english").locator("input").first.fill("Arrange the report")
    group(page, "tuoke-english").locator("input").first.press("Tab")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    page.reload()
    expect(element(page, new)).to_be_visible()
    text = stored(engine, DIAGRAM)
    assert text != before
    written = ('name="整理汇报"', 'candidateGroups="marketing_specialist"', 'formId="progress_report"', 'value="Arrange the report"', ': read"')
    for part in (*written, "<zeebe:userTask />"):
        assert part in text, part
    assert untranslated(page) == []


def test_a_form_made_in_another_tab_can_be_chosen(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    open_file(desks, page, DIAGRAM)
    element(page, "write_progress_report").click()
    chosen = group(page, "tuoke-form").locator("select")
    chosen.select_option("")
    with page.expect_popup() as popup:
        group(page, "tuoke-form").get_by_role("link", name="在新标签页新建").click()
    other = popup.value
    other.get_by_label("种类").select_option("form")
    other.get_by_label("名称", exact=True).fill("简报")
    other.get_by_label("标识（英文，在图中引用）").fill("brief")
    other.get_by_role("button", name="新建并打开").click()
    expect(other.locator(".fjs-palette")).to_be_visible()
    other.close()
    page.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(chosen.locator("option[value=brief]")).to_have_count(1)
    chosen.select_option("brief")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    expect(group(page, "tuoke-form").get_by_role("link", name="打开 brief.form")).to_be_visible()
    assert 'formId="brief"' in stored(engine, DIAGRAM)


def test_undo_by_keyboard_gives_the_file_back(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    open_file(desks, page, DIAGRAM)
    element(page, "write_progress_report").click()
    page.keyboard.press("Delete")
    expect(element(page, "write_progress_report")).to_have_count(0)
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    assert 'id="write_progress_report"' not in stored(engine, DIAGRAM)
    page.keyboard.press("Control+z")
    expect(element(page, "write_progress_report")).to_be_visible()
    expect(page.locator("#editor-tools button", has_text="撤销")).to_be_disabled()
    page.wait_for_timeout(1500)
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    assert 'id="write_progress_report"' in stored(engine, DIAGRAM)


def test_two_analysts_at_one_file_lose_nothing(desks: Desk, engine: ProcessEngine):
    slower, faster = desks.page("admin"), desks.page("liqiang")
    open_file(desks, slower, "pack.toml&as=text")
    open_file(desks, faster, "pack.toml&as=text")
    faster.locator("textarea").press("Control+End")
    faster.keyboard.type("# 李强写的\n")
    expect(faster.locator("#editor-state")).to_have_text(SAVED)
    slower.locator("textarea").press("Control+End")
    slower.keyboard.type("# 管理员写的\n")
    conflict = slower.locator("[data-notice=conflict]")
    expect(conflict).to_contain_text("李强 在 今天")
    assert "李强写的" in stored(engine, "pack.toml")
    with slower.expect_download() as download:
        conflict.get_by_role("button", name="下载我的版本").click()
    assert "管理员写的" in Path(download.value.path()).read_text(encoding="utf-8")
    conflict.get_by_role("button", name="保存我的版本").click()
    expect(slower.locator("#editor-state")).to_have_text(SAVED)
    assert "管理员写的" in stored(engine, "pack.toml")
    slower.goto(f"{desks.address}/packs/{KEY}/edit")
    slower.get_by_text("谁改了什么").click()
    expect(slower.locator("tr", has_text="李强").get_by_role("link", name="下载")).to_be_visible()


def test_while_the_server_is_away_changes_wait_on_this_computer(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    open_file(desks, page, "pack.toml&as=text")
    page.route("**/edit/content**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    page.locator("textarea").press("Control+End")
    page.keyboard.type("# 断网时写的\n")
    expect(page.locator("#editor-state")).to_contain_text("连不上服务器")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(page.locator("[data-notice=draft]")).to_contain_text("恢复了上次没有保存上的改动")
    page.unroute("**/edit/content**")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    assert "断网时写的" in stored(engine, "pack.toml")


def test_what_would_be_lost_is_said_and_not_saved(desks: Desk, engine: ProcessEngine):
    file = engine.read(WorkingFile(KEY, DIAGRAM), SYSTEM)
    loop = b"<bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>"
    loop = b"<bpmn:multiInstanceLoopCharacteristics>" + loop + b"</bpmn:multiInstanceLoopCharacteristics>"
    bad = file.content.replace(b"</bpmn:userTask>", loop + b"</bpmn:userTask>", 1)
    engine.run(SaveWorkingFile(KEY, DIAGRAM, bad, file.revision), SYSTEM)
    page = desks.page("liqiang")
    page.goto(f"{desks.address}/packs/{KEY}/edit/file?name={DIAGRAM}")
    expect(page.locator("[data-notice=blocked]")).to_contain_text("引用的“items”不存在")
    expect(page.locator("#editor-state")).to_have_text("现在不能保存")
    element(page, "write_progress_report").click()
    page.keyboard.press("Delete")
    page.wait_for_timeout(2000)
    assert stored(engine, DIAGRAM) == bad.decode()


def test_a_rule_of_a_decision_table_is_changed(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    open_file(desks, page, TABLE)
    cell = page.locator("td.input-cell", has_text="[1000000..5000000)").first
    cell.click()
    page.keyboard.press("Control+a")
    page.keyboard.type("[2000000..5000000)")
    page.locator("td.annotation, td[data-col-id=annotations]").first.click()
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    assert "[2000000..5000000)" in stored(engine, TABLE)
    page.locator(".dmn-views button", has_text="决策关系图").click()
    expect(page.locator(".dmn-place [data-element-id=enterprise_customer_class]").first).to_be_visible()
    assert untranslated(page) == []
    expect(page.locator(".bjs-powered-by").first).to_be_visible()


def test_an_expression_and_a_function_are_changed(desks: Desk, engine: ProcessEngine):
    engine.run(SaveWorkingFile(KEY, "price.dmn", PRICE.encode(), None), SYSTEM)
    page = desks.page("liqiang")
    open_file(desks, page, "price.dmn")
    for name, typed in (("折扣", " + 1"), ("rate", " + 2")):
        page.locator(".dmn-views").get_by_role("button", name=name).click()
        page.locator(".dmn-place .cm-content").first.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    text = stored(engine, "price.dmn")
    assert ("rate(amount) * amount + 1" in text, "else 0 + 2" in text, "<formalParameter" in text) == (True, True, True)
    expect(page.locator(".element-variable")).to_contain_text("结果类型")
    assert untranslated(page) == []


def test_a_field_of_a_form_is_renamed_and_seen_as_staff_will_see_it(desks: Desk, engine: ProcessEngine):
    page = desks.page("liqiang")
    open_file(desks, page, FORM)
    preview = page.locator(".form-side-body")
    expect(preview).to_contain_text("计划接触日期")
    page.locator(".fjs-element", has_text="接触对象").last.click()
    general = page.locator("[data-group-id=group-general]")
    if not general.get_by_label("字段名称").is_visible():
        general.locator(".bio-properties-panel-group-header").click()
    label = general.locator("[data-entry-id=label] [contenteditable=true], [data-entry-id=label] input, [data-entry-id=label] textarea").first
    label.fill("见谁")
    page.locator(".form-side-title").click()
    expect(preview).to_contain_text("见谁")
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    assert '"见谁"' in stored(engine, FORM)
    page.locator(".form-head").get_by_label("英文名称").fill("Whom to see")
    page.get_by_role("button", name="手机宽度").click()
    expect(page.locator(".form-side-phone")).to_be_visible()
    expect(page.locator("#editor-state")).to_have_text(SAVED)
    page.reload()
    expect(page.locator(".form-head").get_by_label("英文名称")).to_have_value("Whom to see")
    assert json.loads(stored(engine, FORM))["properties"]["name.en"] == "Whom to see"


def test_every_form_comes_back_the_same(desks: Desk):
    page = desks.page("liqiang")
    for path in sorted(PACK_FOLDER.glob("*.form")):
        open_file(desks, page, path.name)
        written = page.evaluate("() => document.getElementById('editor').opened.session.content()")
        assert json.loads(written) == json.loads(path.read_text(encoding="utf-8")), path.name


def test_nothing_on_the_diagram_page_is_left_in_english(desks: Desk):
    page = desks.page("liqiang")
    for name in ("carry_out_development.bpmn", "register_new_customer.bpmn", "customer_development.bpmn"):
        open_file(desks, page, name)
        page.evaluate("""async () => {
          const editor = document.getElementById('editor').opened.editor, frame = () => new Promise(requestAnimationFrame);
          for (const element of editor.get('elementRegistry').filter((one) => one.type !== 'label')) {
            editor.get('selection').select(element);
            await frame();
            const closed = '.bio-properties-panel-group-header:not(.open) .bio-properties-panel-arrow';
            for (const header of document.querySelectorAll(closed)) header.click();
            await frame();
            if (!element.waypoints && element.parent?.parent) editor.get('popupMenu').open(element, 'bpmn-replace', { x: 200, y: 200 });
            await frame();
          }
          editor.get('popupMenu').open(editor.get('canvas').getRootElement(), 'bpmn-create', { x: 200, y: 200 });
          await frame();
        }""")
        menu = page.locator(".djs-popup").inner_text()
        assert "用户任务" in menu
        assert re.findall(r"[A-Za-z]{3,}", menu) == []
        assert untranslated(page) == []


def test_nothing_in_the_form_editor_is_left_in_english(desks: Desk):
    page = desks.page("liqiang")
    open_file(desks, page, "customer_record.form")
    assert re.findall(r"[A-Za-z]{4,}", page.locator(".fjs-palette-container").inner_text()) == []
    texts = set()
    fields = page.locator(".fjs-element[data-field-type]")
    for kind in sorted(set(fields.evaluate_all("all => all.map((one) => one.dataset.fieldType)"))):
        page.locator(f".fjs-element[data-field-type={kind}]").first.click(position={"x": 4, "y": 4})
        closed = ".fjs-properties-container .bio-properties-panel-group-header:not(.open) .bio-properties-panel-arrow"
        page.evaluate("closed => document.querySelectorAll(closed).forEach((header) => header.click())", closed)
        page.wait_for_timeout(200)
        panel = page.locator(".fjs-properties-container")
        texts |= set(panel.locator("label, .bio-properties-panel-group-header-title, option, .bio-properties-panel-description").all_inner_texts())
    words = {word for text in texts for word in re.findall(r"[A-Za-z]{3,}", text)}
    assert {word for word in words if word[0].isupper()} - {"FEEL", "Markdown", "HTML", "UTC", "JSON", "CSS"} == set()


def test_in_english_and_on_a_phone(desks: Desk):
    page = desks.page("liqiang")
    page.locator("button[name=language][value=en]").click()
    open_file(desks, page, DIAGRAM)
    element(page, "write_progress_report").click()
    expect(page.locator("[data-group-id=group-assignmentDefinition]")).to_contain_text("Assignment")
    page.locator("button[name=language][value=zh]").click()
    desks.size = PHONE
    small = desks.page("admin")
    for name in (DIAGRAM, FORM, TABLE, "pack.toml"):
        small.goto(f"{desks.address}/packs/{KEY}/edit/file?name={name}")
        if name != "pack.toml":
            expect(small.locator(".editor-look")).to_contain_text("编辑需要大一些的屏幕")
        assert small.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"], name
