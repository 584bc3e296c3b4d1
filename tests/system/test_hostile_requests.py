"""What no browser sends: every answer is a status of 4xx with words in the visitor's language, nothing has changed, and the log is silent."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from urllib.parse import quote, urlencode

import pytest
from werkzeug.routing import Map

from engine import DEMO_PASSWORD, Settings
from tests.system.product import PASSWORD, Answer, Product, Visitor
from webui import create_app

FORM = "application/x-www-form-urlencoded"
ALWAYS = ("content-security-policy", "x-content-type-options", "referrer-policy", "cross-origin-opener-policy")
_NUMBERS = ("substitution_id", "notification_id", "list_id", "activity_instance_id", "earlier_number", "version")
SAMPLES: dict[str, int | str] = dict.fromkeys(_NUMBERS, 1)
SAMPLES |= {"instance_id": "0" * 32, "task_id": "0" * 32 + ".1"}
IDLE = 300


@pytest.fixture(scope="module", params=["zh", "en"])
def visitor(served: Product, request: pytest.FixtureRequest) -> Visitor:
    return served.visitor("person0", request.param)


@pytest.fixture(autouse=True)
def nothing_is_logged(served: Product) -> Iterator[None]:
    before = len(served.log)
    yield
    assert served.log[before:] == ""


@pytest.fixture(scope="module")
def routes(served: Product, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Map]:
    """Those of the same application."""
    engine = served.engine()
    yield create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path_factory.mktemp("data"))})).url_map
    engine.close()


def refused(visitor: Visitor, answer: Answer, *statuses: int) -> None:
    """With a page in the visitor's language."""
    assert answer.status in statuses, (answer.status, answer.text[:300])
    language = {"zh": "zh-CN", "en": "en"}[visitor.cookies["tuoke_language"]]
    assert f'<html lang="{language}"' in answer.text
    heading = re.search(r"<h1[^>]*>(.+?)</h1>", answer.text, re.S)
    assert heading, answer.text[:300]
    assert (language == "en") == (re.search("[\u4e00-\u9fff]", heading[1]) is None), heading[1]
    assert "Traceback" not in answer.text


@pytest.fixture
def drafted(visitor: Visitor) -> str:
    """A task with a draft."""
    address = f"/tasks/{visitor.start('draft')}.2"
    visitor.get(address)
    assert visitor.post(address, [("label", "草稿还在"), ("_op", "save")]).status == 200
    return address


FORGED = ["0" * 32 + ".1", "x", "%00", "1.1.1", "%ff%fe", "%ed%a0%80", quote("ａ" * 32) + ".1", "0" * 32 + "." + "9" * 40, "a'--", "../../etc/passwd"]


@pytest.mark.parametrize("task_id", FORGED)
def test_forged_ids(visitor: Visitor, task_id: str):
    refused(visitor, visitor.get(f"/tasks/{task_id}"), 404)
    refused(visitor, visitor.get(f"/instances/{task_id}"), 404)
    refused(visitor, visitor.submit(f"/tasks/{task_id}", {"label": "x"}), 404)


UNREADABLE = [
    ("application/json", b'{"label": "x"}'),
    ("application/json", b"[" * 100_000),
    ("text/plain", b"label=x"),
    ("", b"label=x"),
    ("multipart/form-data", b"label=x"),
    ("multipart/form-data; boundary=x", b"zz"),
    ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="label"\r\n\r\nx'),
    ("multipart/form-data; boundary=" + "b" * 5000, b"x"),
    (FORM, b"_op=save&label=\xff\xfe"),
    (FORM + "; charset=utf-16", "_op=save".encode("utf-16")),
]


@pytest.mark.parametrize("content_type, body", UNREADABLE)
def test_a_body_that_cannot_be_read_leaves_the_draft(visitor: Visitor, drafted: str, content_type: str, body: bytes):
    token = {"X-CSRFToken": visitor.token, "Referer": f"http://127.0.0.1:{visitor.port}/"}
    refused(visitor, visitor.ask("POST", drafted, body, {"Content-Type": content_type, **token}), 400)
    assert "草稿还在" in visitor.get(drafted).text


@pytest.mark.parametrize("bad", ["%EF%BF%BD", "%00", "%08", "%EF%BF%BE"])
def test_text_that_cannot_be_kept(visitor: Visitor, drafted: str, bad: str):
    body = f"label={bad}&_op=submit&{urlencode({'csrf_token': visitor.token})}".encode()
    refused(visitor, visitor.ask("POST", drafted, body, {"Content-Type": FORM}), 422)
    assert "草稿还在" in visitor.get(drafted).text


def test_too_much(visitor: Visitor, drafted: str):
    refused(visitor, visitor.submit(drafted, {"label": "好" * 200_000}), 422)
    refused(visitor, visitor.submit(drafted, {f"f{number}": "1" for number in range(100_000)}), 413, 422)
    body = b"label=" + b"x" * 20_000_000
    refused(visitor, visitor.ask("POST", drafted, body, {"Content-Type": FORM, "X-CSRFToken": visitor.token}), 413)
    refused(visitor, visitor.submit(drafted, {"label": "x", "other": "1"}), 422)
    assert "草稿还在" in visitor.get(drafted).text


@pytest.mark.parametrize("token", ["", "forged", "x" * 5000])
def test_without_the_token_nothing_is_done(visitor: Visitor, drafted: str, token: str):
    body = urlencode({"label": "x", "_op": "submit", "csrf_token": token}).encode()
    refused(visitor, visitor.ask("POST", drafted, body, {"Content-Type": FORM}), 400)
    assert "草稿还在" in visitor.get(drafted).text


@pytest.mark.parametrize(
    "path", ["/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/../app.py", "/static/%00", "/static/dist/", "/static/" + "a" * 5000]
)
def test_nothing_outside_the_static_folder(visitor: Visitor, path: str):
    refused(visitor, visitor.get(path), 404)


def test_every_route_answers_every_method(served: Product, visitor: Visitor, routes: Map):
    adapter = routes.bind("localhost")
    for rule in routes.iter_rules():
        address = adapter.build(rule.endpoint, {name: SAMPLES.get(name, "nothing") for name in rule.arguments}, method=None)
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE"):
            answer = visitor.ask(method, address)
            assert answer.status < 500, (method, address)
            assert answer.status >= 400 or method in ("HEAD", "OPTIONS"), (method, address)
            assert [name for name in ALWAYS if name not in answer.headers] == [], (method, address)
            if rule.endpoint != "static":
                # A page of one person is kept by no browser and by nothing on the way to it.
                assert re.match("no-store|private", answer.headers["cache-control"]), (method, address)


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", "https:evil.example", "/\t/evil.example", "///evil.example"]
)
def test_nobody_is_led_elsewhere(served: Product, target: str):
    somebody = served.visitor()
    somebody.get("/sign-in?next=" + quote(target))
    assert somebody.post("/sign-in", {"user_id": "person1", "password": PASSWORD, "next": target}).location == "/"


def test_a_session_begins_with_signing_in(served: Product):
    somebody = served.visitor()
    somebody.get("/sign-in")
    planted, token = somebody.cookies["tuoke_session"], somebody.token
    assert somebody.sign_in("person1").status == 303
    assert somebody.cookies["tuoke_session"] != planted
    other = served.visitor()
    other.cookies["tuoke_session"] = planted
    assert other.get("/tasks").location.startswith("/sign-in")
    somebody.token = token
    assert somebody.post("/preferences", {"theme": "dark"}).status == 400


def test_guessing_ends_for_the_guessed_account_and_not_for_the_office(served: Product):
    guesser = served.visitor()
    guesser.get("/sign-in")
    statuses = [guesser.post("/sign-in", {"user_id": "admin", "password": "guess"}).status for _ in range(12)]
    assert (statuses[:10], statuses[-1]) == ([422] * 10, 429)
    refused(guesser, guesser.post("/sign-in", {"user_id": "admin", "password": DEMO_PASSWORD}), 429)
    assert served.visitor().sign_in("person3").status == 303


def test_idle_connections_keep_nobody_out(served: Product, visitor: Visitor):
    with ExitStack() as idle:
        for _ in range(IDLE):
            idle.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=5))
        fresh = HTTPConnection("127.0.0.1", served.port, timeout=10)
        idle.callback(fresh.close)
        fresh.request("GET", "/sign-in")
        assert fresh.getresponse().status == 200


def test_a_huge_cookie(served: Product):
    somebody = served.visitor()
    somebody.cookies["junk"] = "j" * 500_000
    assert somebody.get("/sign-in").status == 431
    del somebody.cookies["junk"]
    somebody.cookies["tuoke_session"] = ".eJx" + "A" * 3000
    assert somebody.get("/tasks").location.startswith("/sign-in")
