"""Many people at the same time, over HTTP, as their browsers do it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest

from engine.store.event_log import chain_breaks
from tests.system.product import Answer, Product, Visitor, eventually

EACH = 3
T = TypeVar("T")


def at_once(actions: Sequence[Callable[[], T]]) -> list[T]:
    """All begin together."""
    gate = Barrier(len(actions))

    def run(action: Callable[[], T]) -> T:
        gate.wait(30)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


@pytest.fixture(scope="module")
def visitors(served: Product, people: list[str]) -> list[Visitor]:
    return [served.visitor(user_id) for user_id in people]


def test_twenty_people_start_and_complete_at_once(served: Product, visitors: list[Visitor]):
    def work(number: int) -> list[str]:
        done = []
        for count in range(EACH):
            instance_id = visitors[number].start(f"many-{number}-{count}")
            page = visitors[number].get(f"/tasks/{instance_id}.2")
            assert page.status == 200
            answer = visitors[number].submit(f"/tasks/{instance_id}.2", {"label": f"客户 {number}/{count}"})
            assert answer.status == 303, answer.text[-3000:]
            assert visitors[number].get(answer.location).status == 200
            done.append(instance_id)
        return done

    ids = [each for done in at_once([partial(work, number) for number in range(len(visitors))]) for each in done]
    assert len(set(ids)) == len(visitors) * EACH
    engine = served.engine()

    def count(text: str) -> int:
        return engine.database.read(lambda connection: connection.exec_driver_sql(text, ([*ids],)).scalar_one())

    saved = "SELECT count(*) FROM work_items WHERE instance_id = ANY(%s) AND element_id = 'file' AND state = 'open'"
    eventually(lambda: count(saved) == len(ids), why=lambda: served.log)
    assert count("SELECT count(*) FROM work_items WHERE instance_id = ANY(%s) AND element_id = 'check' AND state = 'completed'") == len(ids)
    assert count("SELECT count(DISTINCT record_id) FROM record_changes WHERE instance_id = ANY(%s)") == len(ids)
    assert count("SELECT count(*) FROM incidents WHERE instance_id = ANY(%s)") == 0
    assert engine.database.read(lambda connection: [each for each in ids if chain_breaks(connection, each) is not None]) == []
    engine.close()


TOLD = {
    "zh": (r"同事(\d+)号 已经办理了这项待办", r"在 今天 \d\d:\d\d 完成了它"),
    "en": (r"同事(\d+)号 has already completed this task", r"today \d\d:\d\d"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_of_eight_on_the_same_task_one_wins_and_the_others_are_told(visitors: list[Visitor], language: str):
    who, when = TOLD[language]
    eight = visitors[:8]
    address = f"/tasks/{eight[0].start(f'same-{language}')}.2"
    for visitor in eight:
        visitor.cookies["tuoke_language"] = language
        assert visitor.get(address).status == 200
    answers: list[Answer] = at_once([partial(eight[number].submit, address, {"label": f"由 {number} 填写"}) for number in range(8)])
    assert Counter(answer.status for answer in answers) == {303: 1, 409: 7}
    (winner,) = (number for number, answer in enumerate(answers) if answer.status == 303)
    for number, answer in enumerate(answers):
        if number != winner:
            told = re.search(who, answer.text)
            assert told, answer.text[-3000:]
            assert int(told[1]) == winner
            assert re.search(when, answer.text[told.start() :])


def test_of_eight_who_claim_one_gets_it_and_the_others_are_told(visitors: list[Visitor]):
    eight = visitors[:8]
    address = f"/tasks/{eight[0].start('claimed')}.2"
    for visitor in eight:
        visitor.cookies["tuoke_language"] = "zh"
        visitor.get(address)
    answers = at_once([partial(visitor.post, f"{address}/claim") for visitor in eight])
    assert Counter(answer.status for answer in answers) == {303: 1, 409: 7}
    (winner,) = (number for number, answer in enumerate(answers) if answer.status == 303)
    assert all(f"同事{winner}号 已经认领了这项待办" in answer.text for answer in answers if answer.status == 409)
