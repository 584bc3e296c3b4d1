"""Fifty people in one list at the same moment: everybody gets a page, every task is done once, and the counts say so."""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from flask import Flask

from engine import (
    SYSTEM,
    Actor,
    BeginSession,
    DeployPack,
    FindAccount,
    ListCounts,
    ProcessEngine,
    SaveUser,
    Settings,
    StartInstance,
    VerifyInstance,
    Worklist,
)
from tests.commands.packs import PACK
from tests.webui.website import Visitor, submitted
from webui import create_app
from webui.accounts import TOKEN_COOKIE

PEOPLE, TASKS = 50, 40
# What a page may answer to whoever was a moment late.
TOLD = (303, 409)


@dataclass
class Person:
    """Somebody who works until nothing is offered any more; `answers`: (what was done, status) of every request."""

    browser: Visitor
    user_id: str
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def work(self, ready: threading.Barrier) -> None:
        chance = random.Random(self.user_id)
        token = self.browser.token("/tasks?tab=groups")
        ready.wait()
        while offered := re.findall(r'data-id="([0-9a-f]{32}\.\d+)"', self.ask("list", "/tasks/rows?tab=groups")):
            task = chance.choice(offered)
            claimed = self.post("claim", f"/tasks/{task}/claim", token) == 303
            if claimed and self.post("complete", f"/tasks/{task}", token, aim=f"见面 {self.user_id}") == 303:
                self.done.append(task)

    def ask(self, what: str, address: str) -> str:
        answer = self.browser.get(address)
        self.answers[what, answer.status_code] += 1
        if answer.status_code != 200:
            self.faults.append(f"{what} {answer.status_code} {answer.text[:300]}")
        return answer.text

    def post(self, what: str, address: str, token: str, **data: str) -> int:
        posted = submitted(data)
        posted["csrf_token"] = token
        answer = self.browser.client.post(address, data=posted)
        self.answers[what, answer.status_code] += 1
        if answer.status_code not in TOLD or (answer.status_code == 409 and "已经" not in answer.text):
            self.faults.append(f"{what} {answer.status_code} {answer.text[:300]}")
        return answer.status_code


@pytest.fixture(scope="module")
def engine(database_url: str) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url)
    engine.run(DeployPack(PACK), SYSTEM)
    yield engine
    engine.close()


def people(engine: ProcessEngine, app: Flask) -> list[Person]:
    """Signed in without passwords: checking fifty of them would measure only that."""
    found = []
    for number in range(PEOPLE):
        user_id = f"person{number}"
        engine.run(SaveUser(user_id, f"同事{number}", groups=("sales",)), SYSTEM)
        begun = engine.run(BeginSession(user_id, engine.read(FindAccount(user_id), SYSTEM).session_epoch), SYSTEM)
        browser = Visitor(app)
        browser.client.set_cookie(TOKEN_COOKIE, begun.token)
        found.append(Person(browser, user_id))
    return found


def test_fifty_people_do_what_is_offered_each_task_once(engine: ProcessEngine, tmp_path):
    app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DEMO": "0"}))
    starter = Actor("person0", "同事0", frozenset({"sales"}))
    everybody = people(engine, app)
    cases = [engine.run(StartInstance("visit", {"customer": f"客户{number}"}), starter) for number in range(TASKS)]
    ready = threading.Barrier(PEOPLE)
    with ThreadPoolExecutor(PEOPLE) as pool:
        for finished in [pool.submit(person.work, ready) for person in everybody]:
            finished.result(timeout=120)
    assert [fault for person in everybody for fault in person.faults] == []
    done = Counter(task for person in everybody for task in person.done)
    assert done == Counter({case.next_task_id: 1 for case in cases})
    answers = sum((person.answers for person in everybody), Counter())
    assert answers["claim", 303] == answers["complete", 303] == TASKS
    # They did meet: otherwise this shows nothing.
    assert answers["claim", 409] > 0
    for person in everybody:
        actor = Actor(person.user_id, person.user_id, frozenset({"sales"}))
        counts = engine.read(ListCounts(), actor)
        assert (counts["mine"], counts["groups"]) == (0, 0)
        mine = engine.read(Worklist("done", limit=100), actor)
        assert (mine.total, {row.task_id for row in mine.rows}) == (len(person.done), set(person.done))
    completed = "SELECT count(*), count(DISTINCT (instance_id, activity_instance_id)) FROM events WHERE kind = 'task_completed'"
    assert tuple(engine.database.read(lambda connection: connection.exec_driver_sql(completed).one())) == (TASKS, TASKS)
    for case in cases[:5]:
        assert engine.read(VerifyInstance(case.instance_id), SYSTEM).found is None
