"""Prints what people wait for when a case is replayed: `python tests/benchmarks/bench_replay.py`. Not a test.

Aims at 1,000 events: opening 1 s, a step 50 ms. First over HTTP: milliseconds on the clock, and of this process's processor (server and client),
which other work on the machine does not change. Then in a browser: from the event of a key or of the slider until the next frame after the moment's
diagram, data, form and list of events stand; from the address until the page's own program has drawn the diagram.
"""

from __future__ import annotations

import logging
import shutil
import sys
import threading
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter, process_time

from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine import ProcessEngine
from engine.settings import Settings
from engine.store.scratch import ScratchDatabases, temporary_server
from tests.benchmarks.long_cases import length, sent_back
from tests.system.product import Visitor
from tests.webui.website import AUDITOR, PASSWORD, furnish
from webui import create_app

EVENTS = (1_000, 5_000)
STEPS = 40
# Resolves when the moment that the slider names stands in all its parts and has been painted; milliseconds since the event.
WAIT = """() => {
  window.pressed = 0;
  for (const kind of ['keydown', 'input']) addEventListener(kind, (event) => { window.pressed ||= event.timeStamp; }, true);
  window.stands = async () => {
    const slider = document.querySelector('#slider');
    const there = () => document.querySelector('#moment').dataset.at === slider.value
      && document.querySelector('[data-events] [aria-current]')?.dataset.step === slider.value
      && (slider.value === '1' || document.querySelector('#moment .diagram .djs-container svg'));
    const frame = () => new Promise(requestAnimationFrame);
    const deadline = performance.now() + 10000;
    while (!(window.pressed && there())) {
      if (performance.now() > deadline) throw new Error(`still ${document.querySelector('#moment').dataset.at}, not ${slider.value}`);
      await new Promise((done) => setTimeout(done));
    }
    await frame();
    await new Promise((done) => setTimeout(done));
    const waited = performance.now() - window.pressed;
    window.pressed = 0;
    return waited;
  };
}"""
SLIDE = """(at) => {
  const slider = document.querySelector('#slider');
  slider.value = at;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
}"""
DRAWN = "() => document.querySelector('#moment .diagram .djs-container svg')"


def main() -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with temporary_server() as server:
        databases = ScratchDatabases(server)
        with databases.template(), databases.database() as url:
            engine = ProcessEngine.open(url)
            furnish(engine)
            web = make_server("127.0.0.1", 0, create_app(engine, Settings.from_environment({"TUOKE_SECRET_KEY": "k" * 32})), threaded=True)
            threading.Thread(target=web.serve_forever, daemon=True).start()
            cases = [sent_back(engine, events) for events in EVENTS]
            for case in cases:
                over_http(Visitor(web.server_port), case, length(engine, case))
            in_a_browser(engine, f"http://127.0.0.1:{web.server_port}", cases)
            web.shutdown()
            engine.close()


def over_http(auditor: Visitor, case: str, events: int) -> None:
    auditor.get("/sign-in")
    assert auditor.post("/sign-in", {"user_id": AUDITOR, "password": PASSWORD}).status == 303
    opening = [timed(auditor, f"/audit/{case}") for _ in range(5)]
    steps = [timed(auditor, f"/audit/{case}/moment?at={at}", {"HX-Request": "true"}) for at in range(events - STEPS, events)]
    early = [timed(auditor, f"/audit/{case}/moment?at={at}", {"HX-Request": "true"}) for at in range(1, STEPS + 1)]
    print(f"HTTP    {events:5} events   open {middle(opening)}   step at the end {middle(steps)}   at the beginning {middle(early)}", flush=True)


def middle(times: list[tuple[float, float]]) -> str:
    return f"{median(clock for clock, _ in times):.1f} ms ({median(cpu for _, cpu in times):.1f} processor)"


def timed(auditor: Visitor, address: str, headers: dict[str, str] | None = None) -> tuple[float, float]:
    """Milliseconds until the whole answer is here: on the clock, of the processor."""
    began, worked = perf_counter(), process_time()
    answer = auditor.get(address, **(headers or {}))
    assert answer.status == 200, (answer.status, address)
    return (perf_counter() - began) * 1000, (process_time() - worked) * 1000


def in_a_browser(engine: ProcessEngine, address: str, cases: Iterable[str]) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = signed_in(browser, address)
        for case in cases:
            events = length(engine, case)
            opening = [opened(page, f"{address}/audit/{case}") for _ in range(5)]
            page.evaluate(WAIT)
            back = [stepped(page, lambda: page.keyboard.press("ArrowLeft")) for _ in range(STEPS)]
            ahead = [stepped(page, lambda: page.keyboard.press("ArrowRight")) for _ in range(STEPS)]
            places = Random(7).sample(range(2, events - 1), STEPS)
            far = [stepped(page, partial(page.evaluate, SLIDE, at)) for at in places]
            told = {"open": opening, "keys back": back, "ahead": ahead, "slider anywhere": far}
            shown = "   ".join(f"{name} {spread(times)}" for name, times in told.items())
            print(f"browser {events:5} events   {shown}", flush=True)
        browser.close()


def signed_in(browser: Browser, address: str) -> Page:
    page = browser.new_context(viewport={"width": 1400, "height": 900}, locale="zh-CN").new_page()
    page.goto(f"{address}/sign-in")
    page.locator("input[name=user_id]").fill(AUDITOR)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))
    return page


def opened(page: Page, address: str) -> float:
    began = perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(DRAWN)
    return (perf_counter() - began) * 1000


def stepped(page: Page, move: Callable[[], object]) -> float:
    move()
    return float(page.evaluate("stands()"))


def spread(times: list[float]) -> str:
    return f"{median(times):.0f} ms (at most {max(times):.0f})"


if __name__ == "__main__":
    main()
