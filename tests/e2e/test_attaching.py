"""Files of a case by a real browser: chosen, dropped, refused, looked at, removed; at a desk and on a phone."""

from __future__ import annotations

import re
from importlib.util import find_spec

import pytest
import typst
from playwright.sync_api import Page, expect

from tests.e2e.desk import DESKTOP, PHONE, Desk

FONTS = typst.Fonts(font_paths=find_spec("pylopdf_fonts_zh_cn").submodule_search_locations)
SHEETS = '#set text(font: "Noto Sans SC")\n#for n in range(3) [ 第 #(n + 1) 张 #pagebreak(weak: true) ]'
PDF = typst.compile(SHEETS.encode(), font_paths=FONTS, format="pdf")
CONTRACT = {"name": "框架协议.pdf", "mimeType": "application/pdf", "buffer": PDF}
FALSE = {"name": "假的.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90\x00"}


def no_sideways_scrolling(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_files_are_added_looked_at_and_removed_beside_a_task(desks: Desk, size: dict[str, int]):
    desks.size = size
    title = f"附件{size['width']}公司"
    page = desks.start("application_refused", title)
    desks.open_task(page, "collect_internal", title)
    findings = page.locator("[name=internal_findings]")
    findings.fill("写了一半")
    panel = page.locator("#files")
    if size is PHONE:
        panel.locator("summary").first.click()
        expect(panel.get_by_text("拍照")).to_be_visible()
    panel.get_by_label("添加文件").set_input_files([CONTRACT, FALSE])
    expect(panel.locator(".files-told")).to_contain_text("已添加 1 个文件")
    expect(panel.locator(".is-failed")).to_contain_text("假的.pdf")
    expect(panel.locator(".file-title")).to_have_text(["框架协议.pdf"])
    page.route("**/instances/*/files", lambda route: route.abort())
    dropped = page.evaluate_handle("() => { const all = new DataTransfer(); all.items.add(new File(['在门口'], '拖来.txt')); return all; }")
    panel.dispatch_event("drop", {"dataTransfer": dropped})
    expect(panel.locator(".is-failed")).to_contain_text("还没有加到流程里")
    assert [complaint for complaint in desks.complaints if "Failed to fetch" not in complaint] == []
    desks.complaints.clear()
    page.unroute("**/instances/*/files")
    panel.get_by_role("button", name="上传", exact=True).click()
    expect(panel.locator(".file-title")).to_have_text(["框架协议.pdf", "拖来.txt"])
    expect(panel.locator(".count")).to_have_text("2")
    expect(findings).to_have_value("写了一半")
    assert no_sideways_scrolling(page)
    remove(page, "拖来.txt")
    panel.get_by_role("link", name="框架协议.pdf", exact=True).click()
    expect(page.locator(".pdf-page")).to_have_count(3)
    expect(page.locator(".textLayer").first).to_contain_text(re.compile("第 1 张"))
    assert inked(page)
    assert no_sideways_scrolling(page)
    page.get_by_role("link", name="返回").click()
    expect(findings).to_have_value("写了一半")


def remove(page: Page, name: str) -> None:
    panel = page.locator("#files")
    line = panel.locator(".file-line", has_text=name)
    line.locator(".file-removal summary").click()
    line.get_by_label("为什么移除").fill("传错了")
    line.get_by_role("button", name="移除这个附件").click()
    expect(panel.locator(".files-told")).to_contain_text("附件已经移除")
    expect(panel.locator(".files-told")).to_be_focused()
    expect(panel.locator(".is-removed")).to_contain_text("传错了")
    expect(panel.locator(".count")).to_have_text("1")


def inked(page: Page) -> bool:
    """Whether something was drawn: a page that stayed white would pass for one otherwise."""
    drawn = """canvas => { const all = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        return all.some((value, at) => at % 4 === 0 && value < 100); }"""
    return bool(page.locator(".pdf-page canvas").first.evaluate(drawn))
