"""Random block-structured models, walked at random: the log folds to the runtime's state at every step (Run asserts it), and every walk can end."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.bpmn.elements import Loop
from engine.model.events import Fact
from engine.model.fold import fold
from engine.model.stimuli import FireTimer, ReceiveMessage, RetryIncident
from tests.bpmn.runtime.drawing import Drawing, Run, maps, message, timer

KINDS = [
    "user",
    "script",
    "job",
    "parallel",
    "inclusive",
    "exclusive",
    "loop",
    "sub",
    "multi",
    "sequential",
    "call",
    "timer",
    "message",
    "events",
    "standard",
]
blocks = st.recursive(
    st.sampled_from(["user", "script", "job", "timer", "message", "events"]).map(lambda kind: (kind, ())),
    lambda inner: st.tuples(st.sampled_from(KINDS), st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=8,
)


class Builder:
    """Draws a block and returns its first and last element."""

    def __init__(self) -> None:
        self.count = 0
        self.called: dict[str, Drawing] = {}

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def line(self, draw: Drawing, parts) -> tuple[str, str]:
        ends = [self.block(draw, part) for part in parts]
        for (_, last), (first, _) in zip(ends, ends[1:], strict=False):
            draw.flow(last, first)
        return ends[0][0], ends[-1][1]

    def block(self, draw: Drawing, part) -> tuple[str, str]:
        kind, inner = part
        return getattr(self, f"draw_{kind}")(draw, inner)

    def one(self, id: str) -> tuple[str, str]:
        return id, id

    def draw_user(self, draw, inner):
        id = draw.user(self.name("user"))
        if self.count % 3 == 0:
            border = draw.boundary(self.name("border"), id, timer('"R/PT1H"', "cycle"), interrupting=False)
            draw.chain(border, draw.script(self.name("script"), "n + 1", "n"), draw.end(self.name("end")))
        return self.one(id)

    def draw_script(self, draw, inner):
        return self.one(draw.script(self.name("script"), "n + 1", "n"))

    def draw_job(self, draw, inner):
        return self.one(draw.job(self.name("job"), inputs=maps(x="n"), outputs=maps(n="n + 1")))

    def draw_timer(self, draw, inner):
        return self.one(draw.add("intermediate_catch_event", self.name("timer"), event=timer('"PT1H"')))

    def draw_message(self, draw, inner):
        return self.one(draw.add("receive_task", self.name("message"), event=message("m", '"k"')))

    def draw_events(self, draw, inner):
        gateway, merge = draw.add("event_based_gateway", self.name("events")), draw.add("exclusive_gateway", self.name("merge"))
        draw.chain(gateway, draw.add("intermediate_catch_event", self.name("timer"), event=timer('"PT1H"')), merge)
        draw.chain(gateway, draw.add("receive_task", self.name("message"), event=message("m", '"k"')), merge)
        return gateway, merge

    def fork(self, draw, inner, kind, conditions):
        split, join = draw.add(kind, self.name("split")), draw.add(kind, self.name("join"))
        for index, part in enumerate(inner):
            first, last = self.block(draw, part)
            draw.flow(split, first, conditions(index), default=conditions(index) is None and kind != "parallel_gateway")
            draw.flow(last, join)
        return split, join

    def draw_parallel(self, draw, inner):
        return self.fork(draw, inner, "parallel_gateway", lambda index: None)

    def draw_inclusive(self, draw, inner):
        return self.fork(draw, inner, "inclusive_gateway", lambda index: None if index == 0 else f"modulo(n, {index + 1}) = 0")

    def draw_exclusive(self, draw, inner):
        return self.fork(draw, inner, "exclusive_gateway", lambda index: None if index == 0 else f"modulo(n, {index + 1}) = 0")

    def draw_loop(self, draw, inner):
        merge, again = draw.add("exclusive_gateway", self.name("merge")), draw.add("exclusive_gateway", self.name("again"))
        out = draw.add("exclusive_gateway", self.name("out"))
        first, last = self.line(draw, inner)
        bump = draw.script(self.name("script"), "n + 1", "n")
        draw.chain(merge, first)
        draw.chain(last, bump, again)
        draw.flow(again, merge, "modulo(n, 3) > 0")
        draw.flow(again, out, default=True)
        return merge, out

    def host(self, draw, inner, **fields):
        id = self.name("sub")
        sub = draw.sub(id, **fields)
        first, last = self.line(sub, inner)
        sub.chain(sub.start(self.name("start")), first)
        sub.chain(last, sub.end(self.name("end")))
        return self.one(id)

    def draw_sub(self, draw, inner):
        return self.host(draw, inner, inputs=maps(local="n"))

    def draw_multi(self, draw, inner):
        return self.host(draw, inner, loop=Loop("parallel", collection="[1, 2]", item="i", output_collection="all", output_item="n"))

    def draw_sequential(self, draw, inner):
        return self.host(draw, inner, loop=Loop("sequential", collection="[1, 2]", item="i"))

    def draw_standard(self, draw, inner):
        return self.host(draw, inner, loop=Loop("standard", condition="loopCounter < 2", maximum=3))

    def draw_call(self, draw, inner):
        key = self.name("called")
        child = Drawing(key)
        self.called[key] = child
        first, last = self.line(child, inner)
        child.chain(child.start(self.name("start")), first)
        child.chain(last, child.end(self.name("end")))
        return self.one(draw.call(self.name("call"), key))


def build(parts) -> list:
    builder = Builder()
    draw = Drawing("p")
    first, last = builder.line(draw, parts)
    draw.chain(draw.start(), first)
    draw.chain(last, draw.end("finish"))
    return [draw.model(), *(child.model() for child in builder.called.values())]


def move(run: Run, choice: int) -> None:
    """One random answer to one of the open waits."""
    ids = sorted(run.waits)
    wait = run.waits[ids[choice % len(ids)]]
    kind = type(wait).__name__
    if kind == "TimerWait":
        run.now = max(run.now, wait.due_at) + timedelta(minutes=choice % 90)
        run.step(FireTimer(wait.activity_instance_id))
    elif kind == "SubscriptionWait":
        run.step(ReceiveMessage(wait.activity_instance_id, {"m": choice}))
    elif kind == "IncidentWait":
        run.step(RetryIncident(wait.activity_instance_id))
    else:
        nth = [each.activity_instance_id for each in run.waits.values() if each.element_id == wait.element_id].index(wait.activity_instance_id)
        run.complete(wait.element_id, nth, n=choice)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(parts=st.lists(blocks, min_size=1, max_size=4), choices=st.lists(st.integers(0, 50), min_size=1, max_size=25))
def test_fold_equals_the_runtime_at_every_step_of_every_walk(parts, choices):
    run = Run(*build(parts), n=1)
    for choice in choices:
        if run.outcome.status != "active":
            break
        assert run.waits, "an active instance waits for something"
        move(run, choice)
    if run.outcome.status == "completed":
        assert run.completed().count("finish") == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(parts=st.lists(blocks, min_size=1, max_size=3), choices=st.lists(st.integers(0, 50), min_size=1, max_size=15))
def test_the_same_inputs_give_the_same_facts_and_the_same_bytes(parts, choices):
    models = build(parts)
    runs = [Run(*models, n=1), Run(*models, n=1)]
    for choice in choices:
        for run in runs:
            if run.outcome.status == "active":
                move(run, choice)
        assert runs[0].facts == runs[1].facts
        assert runs[0].snapshot == runs[1].snapshot


def test_a_fold_that_misses_a_fact_is_noticed():
    run = Run(*build([("user", ())]), n=1)
    facts: list[Fact] = [fact for fact in run.facts if fact.kind != "variables_changed"]
    assert fold(facts) != fold(run.facts)
