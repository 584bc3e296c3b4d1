"""Cases with long logs, of the pack that is delivered: an application that is sent back again and again."""

from __future__ import annotations

from typing import Any

from engine import Actor, CompleteTask, ProcessEngine, StartInstance
from engine.trial.stage import open_task
from tests.webui.website import PEOPLE, PERSON_OF, start_of, steps

# The longest that a comment of a reviewer usually is.
OPINION = "预算要写到每一次拜访，先去看客户的车间，再谈交货期和付款方式；竞争对手的报价也要附上。"


def actor_of(role: str) -> Actor:
    user_id = PERSON_OF[role]
    return Actor(user_id, PEOPLE[user_id][0], frozenset({role}))


def sent_back(engine: ProcessEngine, events: int) -> str:
    """A case of the company's procedure with at least that many events, still running; its id."""
    start = engine.run(StartInstance("customer_development", start_of("application_refused")), actor_of("marketing_specialist"))
    case = start.instance_id
    engine.run_due_jobs()
    for step in steps("application_refused"):
        if step["task"] == "review_application":
            break
        complete(engine, case, step["task"], step["as"], step["data"])
    while length(engine, case) < events:
        refusal = {"application_decision": "退回修改", "application_opinion": f"{OPINION}（{length(engine, case)}）"}
        complete(engine, case, "review_application", "marketing_supervisor", refusal)
        again = {"application_resubmission": "重新提交", "development_budget": 10_000 + length(engine, case)}
        complete(engine, case, "revise_application", "marketing_specialist", again)
    return case


def complete(engine: ProcessEngine, case: str, element_id: str, role: str, data: dict[str, Any]) -> None:
    actor = actor_of(role)
    task = open_task(engine, case, element_id, actor)
    assert task, (element_id, role)
    engine.run(CompleteTask(task.task_id, data), actor)
    engine.run_due_jobs()


def length(engine: ProcessEngine, case: str) -> int:
    statement = f"SELECT last_sequence FROM instances WHERE id = '{case}'"
    return engine.database.read(lambda connection: int(connection.exec_driver_sql(statement).scalar_one()))
