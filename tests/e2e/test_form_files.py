"""A file and a record in the browser: uploaded when chosen, shown, kept; found by typing, chosen with the keyboard."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from engine import SYSTEM, Actor, DeployPack, ProcessEngine, SaveRecord, SaveUser, Settings
from tests.commands.test_file_commands import PACK
from tests.forms.test_forms_files import png
from webui import create_app

LI = Actor("liqiang", "李强", frozenset({"manager"}))
PASSWORD = "secret-word-1"


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url)
    pictures = {name: content.replace(b".pdf,.txt", b".pdf,.png") for name, content in PACK.items()}
    engine.run(DeployPack(pictures), SYSTEM)
    engine.run(SaveUser("liqiang", "李强", PASSWORD, groups=("manager", "sales")), SYSTEM)
    for number in range(80):
        engine.run(SaveRecord("partner", None, {"code": f"客户{number:02}"}), LI)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def app(engine: ProcessEngine, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path_factory.mktemp("data"))}))


@pytest.fixture
def page(browser: Browser, app: Flask) -> Iterator[Page]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    context = browser.new_context(locale="zh-CN", viewport={"width": 1400, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"http://127.0.0.1:{server.server_port}/sign-in")
    page.locator("#user_id, [name=user_id]").first.fill("liqiang")
    page.locator("[name=password]").first.fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator("[data-list], .empty").first).to_be_visible()
    yield page
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    assert complaints == []


def refuse_before_sending(page: Page, large: Path) -> None:
    with large.open("wb") as file:
        file.truncate(50 * 1024 * 1024)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if "/files" in request.url else None)
    page.locator("input[type=file]").set_input_files(large)
    expect(page.locator("[data-upload-state]")).to_have_text("大.png 太大，一个文件最多 50 MB。")
    assert sent == []


def test_upload_and_search(page: Page, tmp_path: Path):
    picture, wrong = tmp_path / "现场 照片.png", tmp_path / "坏.pdf"
    picture.write_bytes(png(40, 30))
    wrong.write_bytes(b"MZ\x90\x00")
    page.goto(page.url.partition("/tasks")[0] + "/start/paper")
    page.locator("[name=code]").fill("c1")
    page.locator("input[type=file]").set_input_files([picture, wrong])
    expect(page.locator(".fm-files a")).to_have_text("现场 照片.png")
    expect(page.locator("[name=code]")).to_have_value("c1")
    expect(page.locator("[data-upload-state]")).to_have_text("“坏.pdf”的内容与扩展名不符")
    assert page.locator(".fm-preview").evaluate("image => image.decode().then(() => image.naturalWidth)") == 40
    page.locator("input[type=file]").set_input_files(wrong)
    expect(page.locator("[data-upload-state]")).to_have_text("“坏.pdf”的内容与扩展名不符")
    refuse_before_sending(page, tmp_path / "大.png")
    expect(page.locator("[name=code]")).to_have_value("c1")
    expect(page.locator(".fm-files a")).to_have_text("现场 照片.png")
    page.locator("#screen-form button[value=submit]").click()
    expect(page.locator(".result")).to_contain_text("已发起")
    page.goto(page.url.partition("/tasks")[0].partition("/instances")[0] + "/tasks?tab=groups")
    page.locator("a[data-row]").first.click()
    expect(page.locator(".fm-files a")).to_have_text("现场 照片.png")

    page.locator("select[name=customer]").focus()
    page.keyboard.press("Enter")
    search = page.get_by_role("combobox", name="搜索 客户")
    expect(search).to_be_focused()
    expect(page.locator(".fm-combobox-state")).to_contain_text("50 项 · 还有更多")
    page.keyboard.type("客户07")
    expect(page.locator(".fm-combobox [role=option]")).to_have_text(["客户07"])
    chosen = page.locator(".fm-combobox [aria-selected=true]")
    assert search.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    expect(page.locator(".fm-combobox")).to_have_count(0)
    expect(page.locator("select[name=customer] option:checked")).to_have_text("客户07")
    expect(page.locator("select[name=customer]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("select[name=customer]")).to_be_focused()
    page.locator("#screen-form button[value=submit]").click()
    expect(page.locator(".result")).to_contain_text("已提交")


def test_a_form_is_printed_and_taken_along_as_a_pdf(page: Page, tmp_path: Path):
    page.goto(page.url.split("/tasks")[0] + "/start/paper")
    page.locator("[name=code]").fill("打印的编号")
    page.locator("[name=_op][value=submit]").last.click()
    page.get_by_role("link", name="打印表单").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.evaluate("window.print = () => document.body.classList.add('was-printed')")
    page.get_by_role("button", name="打印").click()
    expect(page.locator("body.was-printed")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载 PDF").click()
    download.value.save_as(tmp_path / "form.pdf")
    assert (tmp_path / "form.pdf").read_bytes().startswith(b"%PDF-")
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="下载 PDF")).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="返回").click()
    expect(page.get_by_role("link", name="打印表单").first).to_be_visible()
