"""Every route says who may open it, and means it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.webui.website import Visitor
from webui.security import Access, access_of, allow

SAMPLES = {
    "substitution_id": 1,
    "notification_id": 1,
    "list_id": 1,
    "sandbox_id": "0" * 32,
    "task_id": "0" * 32 + ".1",
    "instance_id": "0" * 32,
    "activity_instance_id": 1,
    "earlier_number": 1,
    "key": "nothing",
    "record_type": "nothing",
    "record_id": "nothing",
    "import_id": "nothing",
    "other_id": "nothing",
    "process_key": "nothing",
    "version": 1,
    "filename": "icon.svg",
    "file_id": "0" * 32,
    "session_id": "0" * 32,
    "user_id": "nobody-at-all",
    "department_id": "nothing",
}


def rules(app: Flask) -> Iterator[tuple[Rule, Access | None]]:
    for rule in app.url_map.iter_rules():
        yield rule, access_of(app.view_functions[rule.endpoint])


def address(app: Flask, rule: Rule) -> str:
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, {name: SAMPLES[name] for name in rule.arguments}))


def method(rule: Rule) -> str:
    return "GET" if "GET" in (rule.methods or ()) else "POST"


def test_every_route_declares_who_may_open_it(app):
    assert [rule.rule for rule, access in rules(app) if access is None] == []
    assert len(list(rules(app))) > 20


def test_only_these_are_open_to_anyone(app):
    assert {rule.endpoint for rule, access in rules(app) if access is Access.ANYONE} == {
        "static",
        "pages.home",
        "pages.signing_in",
        "signin.show",
        "signin.submit",
        "signin.demo",
        "signin.here",
        "signin.leave",
        "oidc.begin",
        "oidc.finish",
        "oidc.leave",
        "account.preferences",
    }


def test_without_signing_in_every_closed_route_leads_to_the_sign_in_page(app, visitor: Callable[[str | None], Visitor]):
    client = visitor(None).client
    for rule, access in rules(app):
        if access is Access.ANYONE:
            continue
        response = client.open(address(app, rule), method=method(rule))
        if rule.rule.startswith("/api/"):
            assert response.status_code == 401, rule.rule
        else:
            assert (response.status_code, str(response.location).partition("?")[0]) == (302, "/sign-in"), rule.rule


OPENS_FOR = {
    "wangfang": {Access.ANYONE, Access.SIGNED_IN},
    "analyst": {Access.ANYONE, Access.SIGNED_IN, Access.ANALYSTS, Access.PACK_READERS},
    "auditor": {Access.ANYONE, Access.SIGNED_IN, Access.AUDITORS, Access.PACK_READERS, Access.PEOPLE_READERS},
    "admin": set(Access),
}
REFUSALS = {
    Access.ADMINISTRATORS: "只有管理员可以打开这一页",
    Access.PEOPLE_READERS: "只有管理员可以打开这一页",
    Access.ANALYSTS: "只有流程分析人员可以这样做",
    Access.PACK_READERS: "只有流程分析人员可以这样做",
    Access.AUDITORS: "只有审计人员可以打开这一页",
}


@pytest.mark.parametrize("user_id", OPENS_FOR)
def test_each_route_opens_for_those_whom_it_declares(app, visitor: Callable[[str | None], Visitor], user_id: str):
    browser = visitor(user_id)
    for rule, access in rules(app):
        if rule.endpoint in {"signin.leave", "static"}:
            continue
        response = browser.client.open(address(app, rule), method=method(rule))
        if access in OPENS_FOR[user_id]:
            # A changing route is stopped by the missing CSRF token, after the guard.
            expected = {200, 302, 303, 403, 404} if method(rule) == "GET" else {400}
            assert response.status_code in expected, (rule.rule, response.status_code)
            text = response.data.decode(errors="replace")
            assert not any(refusal in text for refusal in REFUSALS.values()), rule.rule
        else:
            assert response.status_code == 403, (rule.rule, response.status_code)
            assert REFUSALS[access] in response.text, rule.rule


@pytest.mark.parametrize("user_id", ["wangfang", "admin"])
def test_what_does_not_exist_is_not_found_and_never_a_crash(app, visitor: Callable[[str | None], Visitor], user_id: str):
    browser = visitor(user_id)
    for rule, access in rules(app):
        if not rule.arguments or rule.endpoint == "static" or method(rule) != "GET":
            continue
        if access not in OPENS_FOR[user_id]:
            continue
        response = browser.get(address(app, rule))
        assert response.status_code == 404, (rule.rule, response.text[:200])
        assert "没有找到" in response.text


def test_changing_routes_refuse_get_and_need_the_csrf_token(app, visitor: Callable[[str | None], Visitor]):
    browser = visitor("admin")
    posts = [rule for rule, _ in rules(app) if "POST" in (rule.methods or ())]
    assert len(posts) > 5
    for rule in posts:
        response = browser.client.post(address(app, rule), data={"_op": "submit"})
        assert response.status_code == 400, rule.rule
        assert "请再提交一次" in response.text


def test_a_view_without_declaration_opens_for_nobody(engine, tmp_path):
    from engine import Settings
    from webui import create_app

    app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path)}))
    app.add_url_rule("/forgotten", "forgotten", lambda: "secret")
    app.add_url_rule("/declared", "declared", allow(Access.ANYONE)(lambda: "open"))
    client = app.test_client()
    assert client.get("/forgotten").status_code == 403
    assert "secret" not in client.get("/forgotten").text
    assert client.get("/declared").text == "open"


def test_every_address_that_pages_build_exists(app):
    folder = Path(__file__).resolve().parents[2] / "webui"
    files = [*folder.glob("templates/**/*.html"), *folder.glob("*.py"), *folder.glob("*/*.py")]
    built = {name for file in files for name in re.findall(r"url_for\(\s*['\"]([a-z_]+\.[a-z_]+)['\"]", file.read_text())}
    assert len(built) > 100
    assert built <= set(app.view_functions)
