"""Every route that names an object: what is somebody else's is not there, and auditors read without changing anything.

The addresses are those of the application itself, with objects that exist: a new route is tried as soon as it is registered.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from engine import SYSTEM, Actor, FindAccount, KeepFile, ProcessEngine, SaveDepartment, SaveList, SaveUser, SendCopy, StartInstance
from tests.owner import as_owner
from tests.webui.customers import customer
from tests.webui.test_routes import SAMPLES
from tests.webui.website import PASSWORD, Visitor
from webui.security import KEPT_FOR, Access, access_of

Visit = Callable[[str | None], Visitor]
CUSTOMER = {"customer_name": "宁波海川机械有限公司", "customer_kind": "企业", "channels": ["公司内部"]}
# The same name means other objects in some rooms.
KEYS = {"packs": "customer_development", "start": "customer_development", "roles": "general_manager"}
# What everybody who works here may know exists, so that "you may not" is the honest answer.
SENT = {"user_id": "newcomer", "person": "newcomer", "_op": "submit", "format": "csv", "language": "zh", "reason": "核对", "_seen": "1"}
KNOWN_TO_ALL = {"start.form": 403, "start.submit": 403, "paper.start": 403, "paper.start_pdf": 403}
# Sent by POST because they leave a record of who looked, or take long; they change nothing.
READ_BY_POST = {"replay_checks.case_file", "replay_checks.events", "replay_checks.reexecute", "replay_checks.verify"}

# How one's own lists look.
OF_ONES_OWN = {"records.remember"}


@pytest.fixture(scope="module")
def objects(engine, visitor_of_module: Visit) -> dict[str, Any]:
    """Wang's own: an instance, its task, a file, a session; a record and the organisation."""
    wang = engine.read(FindAccount("wangfang"), SYSTEM).actor
    started = engine.run(StartInstance("customer_development", CUSTOMER), wang)
    record_id, other_id = (customer(engine, code, name) for code, name in (("OBJ-1", "有主的客户"), ("OBJ-2", "另一个客户")))
    kept = engine.run(KeepFile("合同.pdf", b"%PDF-1.4 private"), wang)
    engine.run(SaveDepartment("owned", "有主的部门"), SYSTEM)
    for user_id in ("outsider", "newcomer"):
        engine.run(SaveUser(user_id, user_id.title(), PASSWORD), SYSTEM)
    visitor_of_module("wangfang")
    session_id = value(engine, "SELECT id FROM sessions WHERE user_id = 'wangfang'")
    number = value(engine, f"SELECT activity_instance_id FROM work_items WHERE instance_id = '{started.instance_id}'")
    admin = engine.read(FindAccount("admin"), SYSTEM).actor
    engine.run(SendCopy(started.instance_id, ["wangfang"]), admin)
    notification_id = value(engine, "SELECT max(id) FROM notifications WHERE user_id = 'wangfang'")
    return {
        "instance_id": started.instance_id,
        "task_id": f"{started.instance_id}.{number}",
        "activity_instance_id": number,
        "record_type": "customer",
        "record_id": record_id,
        "other_id": other_id,
        "file_id": kept.id,
        "session_id": session_id,
        "notification_id": notification_id,
        "list_id": engine.run(SaveList("我的急件", {"priority": "high"}), wang).list_id,
        "user_id": "newcomer",
        "department_id": "owned",
        "process_key": "customer_development",
        "version": 1,
    }


def value(engine: ProcessEngine, text: str) -> Any:
    return engine.database.read(lambda connection: connection.exec_driver_sql(text).scalar_one())


def rules(app: Flask) -> list[tuple[Rule, Access]]:
    """Those that name an object, each once for each way to ask."""
    named = [rule for rule in app.url_map.iter_rules() if rule.arguments and rule.endpoint != "static"]
    found = [(rule, access_of(app.view_functions[rule.endpoint])) for rule in named]
    assert len(found) > 25
    return [(rule, access) for rule, access in found if access is not None]


def ask(browser: Visitor, app: Flask, rule: Rule, objects: dict[str, Any], token: str) -> int:
    known = {**SAMPLES, **objects, "key": KEYS.get(rule.rule.split("/")[1], "nothing")}
    values = {name: known[name] for name in rule.arguments}
    with app.test_request_context():
        address = str(app.url_map.bind("localhost").build(rule.endpoint, values))
    is_read = "GET" in (rule.methods or ())
    with browser.client.get(address) if is_read else browser.client.post(address, data={"csrf_token": token, **SENT}) as response:
        return response.status_code


def test_what_is_somebody_elses_is_not_there(app, objects, visitor_of_module: Visit):
    outsider = visitor_of_module("outsider")
    token = outsider.token("/account")
    wrong = []
    for rule, access in rules(app):
        status = ask(outsider, app, rule, objects, token)
        expected = 403 if access in KEPT_FOR else KNOWN_TO_ALL.get(rule.endpoint, 404)
        if status != expected:
            wrong.append((rule.rule, rule.endpoint, status, expected))
    assert not wrong, wrong


def counts(engine) -> list[Any]:
    """What would show that something was changed; looking leaves its record elsewhere."""
    tables = ("events", "work_items", "records", "record_changes", "users", "memberships", "departments", "account_events", "deployments", "files")
    totals = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    states = "(SELECT string_agg(instance_id || coalesce(assignee, '') || state, ',' ORDER BY instance_id, activity_instance_id) FROM work_items)"
    return engine.database.read(lambda connection: list(connection.exec_driver_sql(f"SELECT {totals}, {states}").one()))


def test_an_auditor_reads_and_changes_nothing(app, engine, objects, visitor_of_module: Visit):
    auditor = visitor_of_module("auditor")
    token, before, wrong = auditor.token("/account"), counts(engine), []
    for rule, access in rules(app):
        status = ask(auditor, app, rule, objects, token)
        is_read = "GET" in (rule.methods or ()) or rule.endpoint in READ_BY_POST | OF_ONES_OWN
        if (not is_read and status < 400) or status >= 500 or (access in (Access.AUDITORS, Access.PEOPLE_READERS) and is_read and status != 200):
            wrong.append((rule.rule, rule.endpoint, status))
    assert not wrong, wrong
    assert counts(engine) == before


READ = ["/audit/{instance_id}", "/records/customer/{record_id}", "/people/newcomer", "/departments/owned", "/packs/customer_development"]


@pytest.mark.parametrize("address", READ)
def test_an_auditor_sees_cases_records_people_and_packs(objects, visitor_of_module: Visit, address: str):
    assert visitor_of_module("auditor").get(address.format(**objects)).status_code == 200


def test_a_file_of_a_case_is_an_auditors_once_looking_is_recorded(app, engine, objects, visitor_of_module: Visit):
    auditor = visitor_of_module("auditor")
    address = f"/files/{objects['file_id']}"
    with as_owner(engine) as connection:
        connection.exec_driver_sql("DELETE FROM file_uses")
        connection.exec_driver_sql("INSERT INTO file_uses VALUES (%s, 'instance', %s)", (objects["file_id"], objects["instance_id"]))
        connection.exec_driver_sql("ALTER TABLE inspections DISABLE TRIGGER refuse_change")
        connection.exec_driver_sql("DELETE FROM inspections")
        connection.exec_driver_sql("ALTER TABLE inspections ENABLE ALWAYS TRIGGER refuse_change")
    assert auditor.get(address).status_code == 404
    assert auditor.get(f"/audit/{objects['instance_id']}").status_code == 200
    assert auditor.get(address).status_code == 200
    assert visitor_of_module("outsider").get(address).status_code == 404


def test_the_one_whose_it_is_gets_it(app, objects, visitor_of_module: Visit):
    owner = visitor_of_module("wangfang")
    for address in ("/tasks/{task_id}", "/instances/{instance_id}", "/audit/{instance_id}", "/files/{file_id}"):
        assert owner.get(address.format(**objects)).status_code == 200, address


def test_the_system_is_nobodys_account(engine):
    assert engine.read(FindAccount("system"), SYSTEM) is None
    assert Actor("system", "假").is_administrator is False
