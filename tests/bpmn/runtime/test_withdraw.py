"""A completion taken back: the former state comes again but for ids, by facts that fold to the runtime's state,
and goes on as if nothing had been."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.elements import EventDefinition, Loop
from engine.bpmn.runtime.snapshot import decode
from engine.model.errors import NotWithdrawable
from engine.model.outcome import IncidentWait, SubscriptionWait, TimerWait, UserTaskWait
from engine.model.stimuli import CompleteJob, CompleteUserTask, FireTimer, ReceiveMessage, RetryIncident, WithdrawCompletion
from engine.model.values import normalize
from tests.bpmn.runtime.drawing import Drawing, Run, maps, message, timer
from tests.bpmn.runtime.test_random_models import blocks, build


def shape(run: Run) -> Any:
    """The whole state without ids: tokens nested in their scopes, in order, with their memory and variables; what each waits for; the end so far."""
    stored = decode(run.snapshot)
    by_host: dict[int, list[list[Any]]] = {}
    for token in stored.tokens:
        by_host.setdefault(token[1], []).append(token)

    def below(host: int) -> list[Any]:
        return [
            (process, spec, state, phase, _memo(memo), stored.scopes.get(id), _wait(run.waits.get(id)), below(id))
            for id, _, process, spec, state, phase, memo in by_host.get(host, [])
        ]

    return stored.status, stored.end, stored.root, stored.scopes.get(0), below(0)


def _memo(memo: dict[str, Any] | None) -> dict[str, Any]:
    return {name: value for name, value in (memo or {}).items() if name not in ("armed", "attached_to")}


def _wait(wait: Any) -> Any:
    return None if wait is None else {name: getattr(wait, name) for name in wait.__dataclass_fields__ if name != "activity_instance_id"}


def ordered(run: Run) -> list[Any]:
    """The waits in the order of the tree, which does not depend on ids."""
    return [run.waits[token[0]] for token in decode(run.snapshot).tokens if token[0] in run.waits]


def act(run: Run, place: int, choice: int) -> None:
    wait = ordered(run)[place]
    if isinstance(wait, TimerWait):
        run.now = max(run.now, wait.due_at) + timedelta(minutes=choice)
        run.step(FireTimer(wait.activity_instance_id))
    elif isinstance(wait, SubscriptionWait):
        run.step(ReceiveMessage(wait.activity_instance_id, {"m": choice}))
    elif isinstance(wait, IncidentWait):
        run.step(RetryIncident(wait.activity_instance_id))
    else:
        kind = CompleteUserTask if isinstance(wait, UserTaskWait) else CompleteJob
        run.step(kind(wait.activity_instance_id, normalize({"n": choice})))


def withdraw(run: Run, before: bytes, wait: UserTaskWait) -> None:
    run.step(WithdrawCompletion(wait.activity_instance_id, before, wait))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(parts=st.lists(blocks, min_size=1, max_size=4), choices=st.lists(st.integers(0, 50), min_size=1, max_size=20))
def test_the_state_is_the_one_before_and_goes_on_alike(parts, choices):
    models = build(parts)
    run, straight = Run(*models, n=1), Run(*models, n=1)
    for choice in choices:
        if run.outcome.status != "active":
            break
        place = choice % len(ordered(run))
        wait, before, former = ordered(run)[place], run.snapshot, shape(run)
        act(straight, place, choice)
        if isinstance(wait, UserTaskWait) and straight.outcome.status == "active":
            act(run, place, choice)
            withdraw(run, before, wait)
            assert shape(run) == former
        act(run, place, choice)
        assert shape(run) == shape(straight)


def line(*, draw: Drawing | None = None) -> Drawing:
    draw = draw or Drawing("p")
    draw.chain(draw.start(), draw.user("first"), draw.user("second"), draw.end())
    return draw


def completed(run: Run, element_id: str, nth: int = 0, **values: Any) -> tuple[bytes | None, Any]:
    before, wait = run.snapshot, run.waiting(element_id, nth)
    run.complete(element_id, nth, **values)
    return before, wait


def test_variables_go_back_and_the_facts_say_so():
    run = Run(line().model(), n=1)
    before, wait = completed(run, "first", n=5, added="x")
    told = len(run.facts)
    withdraw(run, before, wait)
    assert run.variables() == {"n": 1}
    assert run.open() == ["first"]
    kinds = [(fact.kind, fact.element_id) for fact in run.facts[told:]]
    assert kinds[0] == ("completion_withdrawn", "first")
    assert ("activity_left", "second") in kinds
    assert run.facts[told].data == {"reopened": run.id("first")}
    assert run.id("first") > run.facts[told].activity_instance_id
    [change] = [fact.data["changes"] for fact in run.facts[told:] if fact.kind == "variables_changed"]
    assert change == {"n": {"old": 5, "new": 1}, "added": {"old": "x"}}


def test_a_timer_keeps_its_due_time_and_a_message_its_key():
    draw = line()
    late = draw.boundary("late", "first", timer('"PT1H"'), interrupting=False)
    paid = draw.boundary("paid", "first", message("m", '"k" + string(n)'))
    draw.chain(late, draw.end("late_end"))
    draw.chain(paid, draw.end("paid_end"))
    run = Run(draw.model(), n=1)
    due, key = run.waiting("late").due_at, run.waiting("paid").correlation_key
    before, wait = completed(run, "first", n=2)
    run.now += timedelta(minutes=30)
    withdraw(run, before, wait)
    assert (run.waiting("late").due_at, run.waiting("paid").correlation_key) == (due, key) == (due, "k1")
    run.step(FireTimer(run.id("late")))
    assert run.open() == ["first", "paid"]


def test_a_join_that_fired_stands_as_before():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.add("parallel_gateway", "fork"))
    draw.chain("fork", draw.user("a"), draw.add("parallel_gateway", "join"), draw.user("after"), draw.end())
    draw.chain("fork", draw.user("b"), "join")
    run = Run(draw.model(), n=1)
    run.complete("a")
    former = shape(run)
    before, wait = completed(run, "b")
    assert run.open() == ["after"]
    withdraw(run, before, wait)
    assert shape(run) == former
    run.complete("b")
    assert run.open() == ["after"]


def test_one_of_a_countersign_goes_back():
    draw = Drawing("p")
    each = Loop("parallel", collection='["x", "y"]', item="who", output_collection="votes", output_item="vote")
    draw.chain(draw.start(), draw.user("vote", loop=each), draw.user("after"), draw.end())
    run = Run(draw.model())
    run.complete("vote", 0, vote="yes")
    former = shape(run)
    before, wait = completed(run, "vote", 0, vote="no")
    assert run.open() == ["after"]
    withdraw(run, before, wait)
    assert shape(run) == former
    run.complete("vote", 0, vote="yes")
    assert run.variables()["votes"] == ["yes", "yes"]


def test_an_incident_that_the_completion_caused_is_gone_with_it():
    draw = Drawing("p")
    draw.chain(draw.start(), draw.user("first"), draw.add("exclusive_gateway", "sum"))
    draw.flow("sum", draw.end(), "n > 1")
    run = Run(draw.model(), n=1)
    former = shape(run)
    before, wait = completed(run, "first", n="text")
    assert run.open() == ["!sum"]
    withdraw(run, before, wait)
    assert shape(run) == former


def test_what_cannot_be_exact_is_refused():
    draw = Drawing("p")
    first = Loop("parallel", collection='["x", "y"]', item="who", completion="numberOfCompletedInstances > 0")
    draw.chain(draw.start(), draw.user("vote", loop=first), draw.user("after"), draw.end())
    run = Run(draw.model())
    before, wait = completed(run, "vote", 0)
    facts, snapshot = list(run.facts), run.snapshot
    with pytest.raises(NotWithdrawable) as refused:
        withdraw(run, before, wait)
    assert refused.value.details == {"reason": "others_tasks"}
    assert (run.facts, run.snapshot) == (facts, snapshot)
    with pytest.raises(NotWithdrawable):
        withdraw(run, run.snapshot, wait)
    with pytest.raises(NotWithdrawable):
        withdraw(run, run.snapshot, run.waiting("after"))


def test_an_unexecuted_job_of_another_branch_that_was_cancelled_is_refused():
    draw = Drawing("p")
    sub = draw.sub("sub")
    sub.chain(sub.start("s"), sub.add("parallel_gateway", "fork"))
    sub.chain("fork", sub.user("stop"), sub.end("stopped", event=EventDefinition("terminate")))
    sub.chain("fork", sub.job("work", inputs=maps(x="1")), sub.end("worked"))
    draw.chain(draw.start(), "sub", draw.user("after"), draw.end())
    run = Run(draw.model())
    before, wait = completed(run, "stop")
    assert run.open() == ["after"]
    with pytest.raises(NotWithdrawable) as refused:
        withdraw(run, before, wait)
    assert refused.value.details == {"reason": "jobs"}
