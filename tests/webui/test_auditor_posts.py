"""Every address that takes a POST, asked by an auditor: no row of any table changes but those of looking and of the own account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine import SYSTEM, SaveUser
from tests.owner import as_owner
from tests.webui.test_object_rights import KEYS, SENT, objects  # noqa: F401 - a fixture
from tests.webui.test_routes import SAMPLES
from tests.webui.test_sandbox import everything
from tests.webui.website import Visitor

# How one signs in and out, what one's own pages look like and what one has read; all else belongs to the work.
OWN = {"sign_in_attempts", "known_addresses", "sessions", "inspections", "remembered_lists", "hidden_first_steps", "notifications", "copies"}
OWN_ACCOUNT = ("/account", "/sign-", "/preferences")
FILLED = {**SENT, "note": "改", "text": "一句话", "assignee": "wangfang", "q": "a", "ids": "x", "at": "1", "data": "{}", "name": "名"}


def test_no_post_of_an_auditor_changes_anything(app, engine, objects: dict[str, Any], visitor_of_module: Callable[[str | None], Visitor]):  # noqa: F811
    auditor = visitor_of_module("auditor")
    token, answers = auditor.token("/account"), {}
    before = {name: digest for name, digest in everything(engine).items() if name not in OWN}
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith(OWN_ACCOUNT):
            continue
        known = {**SAMPLES, **objects, "key": KEYS.get(rule.rule.split("/")[1], "nothing")}
        with app.test_request_context():
            address = str(app.url_map.bind("localhost").build(rule.endpoint, {name: known[name] for name in rule.arguments}))
        with auditor.client.post(address, data={"csrf_token": token, **FILLED}) as response:
            answers[rule.rule] = response.status_code
    assert len(answers) > 40
    assert {address: status for address, status in answers.items() if status >= 500} == {}
    after = everything(engine)
    assert [name for name, digest in before.items() if after[name] != digest] == []
    assert len(before) > 40


def test_administrators_are_told_what_weakens_the_proof(engine, visitor_of_module: Callable[[str | None], Visitor]):
    admin = visitor_of_module("admin")
    before = admin.get("/incidents").text
    assert "同时有岗位" not in before
    assert "权限太大" not in before
    engine.run(SaveUser("twofold", "两面", groups=("general_manager",)), SYSTEM)
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE users SET is_auditor = true WHERE id = 'twofold'")
    with as_owner(engine) as connection:
        connection.exec_driver_sql("GRANT UPDATE ON events TO tuoke_app")
    page = admin.get("/incidents").text
    assert "数据库的角色 tuoke_app 权限太大" in page
    assert '<a href="/people/twofold">两面</a>' in page
