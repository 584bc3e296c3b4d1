"""A browser's part without a browser: sign in, follow forms with their tokens, look at pages."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from engine import SYSTEM, DeployPack, ProcessEngine, SaveUser

ROOT = Path(__file__).resolve().parents[2]
PACK_FOLDER = ROOT / "processes" / "customer_development"
PASSWORD = "secret-word-1"
PEOPLE = {
    "wangfang": ("王芳", "marketing_specialist"),
    "sunlei": ("孙磊", "marketing_specialist"),
    "liqiang": ("李强", "marketing_supervisor"),
    "zhaomin": ("赵敏", "marketing_manager"),
    "chenjing": ("陈静", "marketing_director"),
    "zhouwei": ("周伟", "general_manager"),
    "wuhao": ("吴昊", "production_department"),
    "zhenglan": ("郑岚", "technical_department"),
}
PERSON_OF = {role: user_id for user_id, (_, role) in reversed(PEOPLE.items())}
ADMINISTRATOR, ANALYST, AUDITOR = "admin", "analyst", "auditor"


class HandClock:
    """Stands still until it is moved; starts on a Monday morning."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


def furnish(engine: ProcessEngine) -> None:
    """The process pack and one account per role, two of the first, an administrator, an analyst and an auditor."""
    files = {path.name: path.read_bytes() for path in PACK_FOLDER.iterdir() if path.suffix in {".bpmn", ".dmn", ".form", ".toml"}}
    engine.run(DeployPack(files), SYSTEM)
    for user_id, (name, role) in PEOPLE.items():
        engine.run(SaveUser(user_id, name, PASSWORD, groups=(role,)), SYSTEM)
    engine.run(SaveUser(ADMINISTRATOR, "管理员", PASSWORD, is_administrator=True), SYSTEM)
    engine.run(SaveUser(ANALYST, "分析员", PASSWORD, is_analyst=True), SYSTEM)
    engine.run(SaveUser(AUDITOR, "审计员", PASSWORD, is_auditor=True), SYSTEM)


def forget_attempts(engine: ProcessEngine) -> None:
    """As if nobody had tried a password lately."""
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM sign_in_attempts")


def steps(scenario: str) -> Iterator[dict[str, Any]]:
    """The steps of a scenario of the pack, those of its parts in their place."""
    for step in tomllib.loads((PACK_FOLDER / "scenarios" / f"{scenario}.toml").read_text(encoding="utf-8")).get("step", []):
        if "use" in step:
            yield from steps(step["use"])
        else:
            yield step


def start_of(scenario: str) -> dict[str, Any]:
    start: dict[str, Any] = tomllib.loads((PACK_FOLDER / "scenarios" / f"{scenario}.toml").read_text(encoding="utf-8"))["start"]
    return start


def as_posted(data: Mapping[str, Any], before: str = "") -> MultiDict[str, str]:
    """Nested data under the names that the fields of a form have."""
    posted: MultiDict[str, str] = MultiDict()
    for key, value in data.items():
        name = before + key
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for number, row in enumerate(value):
                posted.update(as_posted(row, f"{name}-{number}-"))
        elif isinstance(value, list):
            posted.setlist(name, [str(item) for item in value])
        else:
            posted[name] = value.isoformat() if isinstance(value, date) else str(value)
    return posted


def submitted(data: Mapping[str, Any]) -> MultiDict[str, str]:
    """As the submit button sends it: its own operation stands after the one that the form begins with."""
    posted = as_posted(data)
    posted.setlist("_op", ["refresh", "submit"])
    return posted


class Visitor:
    """One person at one browser."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def sign_in(self, user_id: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/sign-in", {"user_id": user_id, "password": password}, page="/sign-in")

    def get(self, address: str, **headers: str) -> TestResponse:
        return self.client.get(address, headers=headers)

    def page(self, address: str) -> html.HtmlElement:
        """The parsed page, which must be there."""
        response = self.client.get(address)
        assert response.status_code == 200, (address, response.status_code, response.text[:400])
        return html.document_fromstring(response.text)

    def token(self, page: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.client.get(page, follow_redirects=True).text)
        assert found, page
        return found[1]

    def post(self, address: str, data: Mapping[str, Any], page: str = "/tasks", **headers: str) -> TestResponse:
        """Posts with the CSRF token of `page`."""
        posted = data if isinstance(data, MultiDict) else MultiDict(data)
        posted = posted.copy()
        posted["csrf_token"] = self.token(page)
        return self.client.post(address, data=posted, headers=headers)

    def task_address(self, element_id: str, title: str = "", tabs: tuple[str, ...] = ("mine", "groups")) -> str:
        """Where the row of that element's task leads, in one of the lists."""
        for tab in tabs:
            for row in self.page(f"/tasks?tab={tab}&q={title}").xpath("//tr[@data-element=$id]//a[@data-row]", id=element_id):
                return str(row.get("href")).partition("?")[0]
        raise AssertionError(f"no task of {element_id} {title} in {tabs}")

    def complete(self, element_id: str, data: Mapping[str, Any], title: str = "") -> TestResponse:
        return self.post(self.task_address(element_id, title), submitted(data))


def walk(engine: ProcessEngine, browsers: Mapping[str, Visitor], scenario: str, title: str, until: str | None = None) -> TestResponse | None:
    """Take an instance along a scenario, each step by a browser of its role, to the step of element `until` exclusively."""
    response = None
    for step in steps(scenario):
        if step["task"] == until:
            break
        response = browsers[step["as"]].complete(step["task"], step["data"], title)
        assert response.status_code == 303, (step["task"], response.text[-6000:])
        engine.run_due_jobs()
    return response


def offered(engine: ProcessEngine, visitor: Callable[[str | None], Visitor], *names: str) -> list[str]:
    """Tasks of one step that the supervisors may take, of a customer for each name; their ids."""
    scenario, wang, found = "application_refused", visitor("wangfang"), []
    for name in names:
        assert wang.post("/start/customer_development", submitted({**start_of(scenario), "customer_name": name})).status_code == 303
        engine.run_due_jobs()
        walk(engine, {"marketing_specialist": wang}, scenario, name, until="confirm_target")
        found.append(visitor("liqiang").task_address("confirm_target", name, ("groups",)).rpartition("/")[2])
    return found
