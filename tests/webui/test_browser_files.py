"""The built browser files: complete, without addresses of others, without eval; the diagram viewer in a real browser under our policy."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "webui" / "static" / "dist"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:"
STATE = {
    "active": {"approve": 2},
    "done": {"start": 1, "collect": 3},
    "cancelled": ["refuse"],
    "flows": ["flow_1", "flow_gone"],
    "notes": {"collect": "张三"},
    "links": {"approve": "#approve"},
}
SHAPES = {
    "start": (100, "startEvent", "开始"),
    "collect": (250, "userTask", "收集客户信息"),
    "approve": (400, "userTask", "批准"),
    "refuse": (600, "userTask", "拒绝"),
}
FLOWS = {"flow_1": ("start", "collect"), "flow_2": ("collect", "approve")}

pytestmark = pytest.mark.skipif(not (DIST / "manifest.json").exists(), reason="browser files are not built: make test builds them")


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DIST / "manifest.json").read_text(encoding="utf-8"))
    return content


def diagram() -> str:
    """A small BPMN file with its drawing."""
    elements = "".join(f'<bpmn:{kind} id="{key}" name="{name}"/>' for key, (_, kind, name) in SHAPES.items())
    flows = "".join(f'<bpmn:sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}"/>' for key, (source, target) in FLOWS.items())
    bounds = "".join(f'<di:BPMNShape id="{key}_di" bpmnElement="{key}"><dc:Bounds x="{x}" y="100" width="100" height="80"/></di:BPMNShape>'
                     for key, (x, _, _) in SHAPES.items())  # fmt: skip
    edges = "".join(f'<di:BPMNEdge id="{key}_di" bpmnElement="{key}"><dd:waypoint x="{SHAPES[source][0] + 100}" y="140"/>'
                    f'<dd:waypoint x="{SHAPES[target][0]}" y="140"/></di:BPMNEdge>' for key, (source, target) in FLOWS.items())  # fmt: skip
    return (
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
        'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:dd="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="test">'
        f'<bpmn:process id="process" name="客户开发">{elements}{flows}</bpmn:process>'
        f'<di:BPMNDiagram><di:BPMNPlane id="plane" bpmnElement="process">{bounds}{edges}</di:BPMNPlane></di:BPMNDiagram></bpmn:definitions>'
    )


class Handler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def page(browser: Browser, manifest: dict[str, Any], tmp_path: Path) -> Iterator[Page]:
    """A page with two diagrams, the second of a file that does not exist; what the browser complains about is in `complaints`."""
    (tmp_path / "dist").symlink_to(DIST)
    (tmp_path / "diagram.bpmn").write_text(diagram(), encoding="utf-8")
    entries = [manifest["entries"][name] for name in ("app", "diagram")]
    links = "".join(f'<link rel="stylesheet" href="dist/{css}">' for entry in entries for css in entry["css"])
    scripts = "".join(f'<script type="module" src="dist/{entry["js"]}"></script>' for entry in entries)
    state = json.dumps(STATE).replace('"', "&quot;")
    boxes = f'<div class="diagram" id="good" data-diagram-xml="diagram.bpmn" data-diagram="{state}">无脚本</div>'
    boxes += '<div class="diagram" id="bad" data-diagram-xml="missing.bpmn">文字版</div>'
    head = f'<meta charset="utf-8"><link rel="icon" href="dist/{manifest["icons"]}">{links}{scripts}'
    (tmp_path / "index.html").write_text(f'<!doctype html><html lang="zh-CN"><head>{head}</head><body>{boxes}</body></html>', encoding="utf-8")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        opened = browser.new_page()
        opened.goto(f"http://127.0.0.1:{server.server_port}/")
        yield opened
        opened.close()
        server.shutdown()
        thread.join()


def test_every_file_named_in_the_manifest_is_there(manifest: dict[str, Any]) -> None:
    assert {"app", "diagram"} <= manifest["entries"].keys()
    named = [name for entry in manifest["entries"].values() for name in [entry["js"], *entry["css"], *entry["chunks"]]] + [manifest["icons"]]
    assert [name for name in named if not (DIST / name).stat().st_size] == []


def test_nothing_is_loaded_from_elsewhere() -> None:
    styles = [path for path in DIST.glob("*.css") if re.search(r"url\(\s*[\"']?(https?:)?//", path.read_text(encoding="utf-8"))]
    assert styles == []
    assert [path.name for path in DIST.glob("*.js") if 'import("http' in path.read_text(encoding="utf-8")] == []
    assert [*DIST.glob("*.css")]


def test_every_icon_has_a_symbol(manifest: dict[str, Any]) -> None:
    lines = (ROOT / "webui/frontend/src/icons.txt").read_text(encoding="utf-8").splitlines()
    wanted = {line.strip() for line in lines if line and not line.startswith("#")}
    assert set(re.findall(r'<symbol id="([^"]+)"', (DIST / manifest["icons"]).read_text(encoding="utf-8"))) == wanted
    assert wanted


@pytest.mark.e2e
def test_diagram_shows_what_happened_to_eyes_and_to_screen_readers(page: Page) -> None:
    good = page.locator("#good")
    expect(good.locator(".diagram-token")).to_have_text("2")
    expect(good.locator(".diagram-visits")).to_have_text("×3")
    expect(good.locator(".diagram-note")).to_have_text("张三")
    for element, marker in (("approve", "is-active"), ("collect", "is-done"), ("refuse", "is-cancelled")):
        expect(good.locator(f'[data-element-id="{element}"]')).to_have_class(re.compile(marker))
    expect(good.locator(".is-taken")).to_have_attribute("data-element-id", "flow_1")
    expect(good).to_have_attribute("aria-label", "流程图 客户开发")
    expect(good.locator("p")).to_have_text("进行中:批准;已完成:开始、收集客户信息;已取消:拒绝")
    expect(good.locator(".bjs-powered-by")).to_be_in_viewport(ratio=1)


@pytest.mark.e2e
def test_diagram_follows_a_changed_state_and_zooms(page: Page) -> None:
    good = page.locator("#good")
    expect(good.locator(".diagram-token")).to_have_count(1)
    before = good.locator(".viewport").get_attribute("transform")
    page.get_by_role("button", name="放大").first.click()
    expect(good.locator(".viewport")).not_to_have_attribute("transform", before or "")
    good.evaluate("box => { box.dataset.diagram = JSON.stringify({ active: { refuse: 1 } }); }")
    expect(good.locator('[data-element-id="refuse"]')).to_have_class(re.compile("is-active"))
    expect(good.locator(".is-done, .is-taken, .diagram-visits")).to_have_count(0)


@pytest.mark.e2e
def test_a_click_on_an_element_goes_where_its_link_leads(page: Page) -> None:
    page.locator('#good [data-element-id="approve"] .djs-hit').click()
    page.wait_for_url("**/#approve")
    assert page.url.endswith("#approve")


@pytest.mark.e2e
def test_a_diagram_that_cannot_be_had_leaves_the_text(page: Page) -> None:
    expect(page.locator("#bad")).to_contain_text("文字版")
    expect(page.locator("#bad .diagram-failed")).to_have_text("流程图显示不出来")
