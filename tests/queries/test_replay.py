"""The steps of an instance, and the instance as it was right after each."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa

from engine import (
    SYSTEM,
    ClaimTask,
    CompleteTask,
    DeployPack,
    InputRejected,
    InstanceView,
    NotAllowedError,
    NotFoundError,
    StartInstance,
    form_view,
)
from engine.commands.inspections import InspectInstances
from engine.model.events import Fact
from engine.model.fold import fold
from engine.queries.cases.replay import MOST_MOMENTS, Replay, ReplayMoments, ReplaySteps
from engine.store.case_access import COVERS
from tests.commands.packs import PACK
from tests.commands.people import ADMIN, LI, NOBODY, SUN, WANG


@pytest.fixture
def visit(engine):
    """Planned, refused, planned again."""
    instance_id = engine.run(StartInstance("visit", {"customer": "甲"}, "B-1"), ADMIN).instance_id
    engine.run(ClaimTask(f"{instance_id}.2"), WANG)
    engine.run(CompleteTask(f"{instance_id}.2", {"aim": "看", "cost": "1.50"}), WANG)
    engine.run(CompleteTask(f"{instance_id}.3", {"ok": False}), LI)
    engine.run(CompleteTask(f"{instance_id}.5", {"aim": "再看", "cost": "2"}), WANG)
    return instance_id


def facts(engine, instance_id):
    statement = sa.text("SELECT kind, data, process_key, element_id, activity_instance_id FROM events WHERE instance_id = :id ORDER BY sequence")
    return engine.database.read(lambda connection: [Fact(*row) for row in connection.execute(statement, {"id": instance_id})])


def moment_of(engine, instance_id, sequence, actor=ADMIN):
    [moment] = engine.read(ReplayMoments(instance_id, sequence, sequence), actor)
    return moment


def at(engine, instance_id, kind, number=0, actor=ADMIN):
    """The moment of the nth event of a kind."""
    steps = engine.read(Replay(instance_id), actor).steps.steps
    found = [step.line.sequence for step in steps if step.line.kind == kind]
    return moment_of(engine, instance_id, found[number], actor)


def test_every_step_is_there(engine, visit):
    view = engine.read(Replay(visit), ADMIN)
    assert [step.line.sequence for step in view.steps.steps] == list(range(1, len(facts(engine, visit)) + 1))
    assert (view.title, view.business_key, view.status, view.process_name, view.version) == ("甲", "B-1", "active", "拜访", 1)
    assert [(call.process_key, call.version, call.depth) for call in view.moment.calls] == [("visit", 1, 0)]
    assert view.steps.steps[0].line.actor_name == "admin"
    assert "王芳 认领了“制定计划”" in [step.line.text_zh for step in view.steps.steps]


def test_every_moment_is_the_fold_of_what_was_until_then(engine, visit):
    log = facts(engine, visit)
    for number in range(1, len(log) + 1):
        moment = moment_of(engine, visit, number)
        assert moment.state == fold(log[:number])
        assert (moment.step.line.sequence, moment.last_sequence) == (number, len(log))
    assert moment.progress == engine.read(InstanceView(visit), ADMIN).progress


def test_the_form_as_it_was_seen(engine, visit):
    first = at(engine, visit, "task_completed").form
    assert (first.form_id, first.element_id, first.activity_instance_id) == ("visit_plan", "plan", 2)
    assert (first.scope["customer"], "aim" in first.scope) == ("甲", False)
    assert first.submitted == {"aim": "看", "cost": Decimal("1.5")}
    again = at(engine, visit, "task_opened", 2).form
    assert (again.scope["aim"], again.submitted) == ("看", None)
    shown = form_view(first.form, dict(first.submitted), first.scope, first.rights, readonly=True)
    assert [(item.label, item.words) for item in shown.items] == [("aim", "看"), ("cost", "1.5")]
    begun = moment_of(engine, visit, 1).form
    assert (begun.form_id, begun.submitted, begun.scope["businessKey"]) == ("visit_start", {"customer": "甲"}, "B-1")
    assert at(engine, visit, "activity_entered").form is None


def test_what_a_step_changed(engine, visit):
    second = at(engine, visit, "variables_changed", -1)
    changes = {change.name: (change.old_text, change.new_text, change.is_new, change.here) for change in second.changes}
    assert changes == {"aim": ("看", "再看", False, True), "cost": ("1.5", "2", False, True)}
    assert {variable.name: (variable.label, variable.text) for variable in second.variables if variable.changed} == {
        "aim": ("aim", "再看"),
        "cost": ("cost", "2"),
    }
    after = moment_of(engine, visit, second.step.line.sequence + 1)
    assert [(change.name, change.here) for change in after.changes] == [("aim", False), ("cost", False)]
    assert not any(variable.changed for variable in after.variables)
    assert {variable.scope for variable in after.variables} == {0}
    first = at(engine, visit, "variables_changed")
    assert {change.name: change.is_new for change in first.changes} == {"customer": True, "starter": True, "businessKey": True, "startedAt": True}


@pytest.mark.parametrize("sequence", [0, -1, 10**6, None, "1"])
def test_a_moment_that_never_was(engine, visit, sequence):
    with pytest.raises(InputRejected):
        engine.read(ReplayMoments(visit, sequence, sequence), ADMIN)
    if sequence is not None:
        with pytest.raises(InputRejected):
            engine.read(Replay(visit, sequence), ADMIN)


def test_moments_beside_each_other_are_those_that_each_is_alone(engine, visit):
    last = len(facts(engine, visit))
    alone = [moment_of(engine, visit, number) for number in range(1, last + 1)]
    assert [engine.read(Replay(visit, number), ADMIN).moment for number in range(1, last + 1)] == alone
    assert engine.read(Replay(visit), ADMIN).moment == alone[-1]
    for width in (2, 7, MOST_MOMENTS):
        for first in range(1, last + 1, width):
            together = engine.read(ReplayMoments(visit, first, first + width - 1), ADMIN)
            assert list(together) == alone[first - 1 : first - 1 + width]
    for until in (0, MOST_MOMENTS + 1, None):
        with pytest.raises(InputRejected):
            engine.read(ReplayMoments(visit, 1, until), ADMIN)


def test_who_took_part_may_look_and_nobody_else(engine, visit):
    for actor in (ADMIN, WANG, LI):
        assert engine.read(Replay(visit), actor).steps
        assert engine.run(InspectInstances([visit], "replay"), actor).recorded == 0
    for actor in (SUN, NOBODY):
        for query in (Replay(visit), ReplayMoments(visit, 1, 1)):
            with pytest.raises(NotFoundError):
                engine.read(query, actor)
        with pytest.raises(NotFoundError):
            engine.run(InspectInstances([visit], "replay"), actor)


def test_a_foreign_case_is_not_read_without_a_record(engine):
    mine = engine.run(StartInstance("visit", {"customer": "乙"}), WANG).instance_id
    for query in (Replay(mine), ReplayMoments(mine, 1, 1)):
        with pytest.raises(NotAllowedError, match="inspection_not_recorded"):
            engine.read(query, ADMIN)
    inspected = engine.run(InspectInstances([mine], "replay"), ADMIN)
    assert inspected.recorded == 1
    assert engine.read(Replay(mine), ADMIN).steps
    statement = sa.text("SELECT actor, instance_id, purpose, at FROM inspections")
    assert engine.database.read(lambda connection: connection.execute(statement).all()) == [("admin", mine, "replay", inspected.at)]
    with pytest.raises(InputRejected):
        engine.run(InspectInstances([mine], "curiosity"), ADMIN)
    with pytest.raises(InputRejected):
        engine.run(InspectInstances(["nothing"], "replay"), ADMIN)
    with pytest.raises(NotFoundError):
        engine.run(InspectInstances([mine, "0" * 32], "replay"), ADMIN)
    engine.clock = lambda: inspected.at + COVERS + timedelta(seconds=1)
    with pytest.raises(NotAllowedError):
        engine.read(Replay(mine), ADMIN)


def test_the_version_that_ran(engine, visit):
    engine.run(DeployPack({**PACK, "visit.bpmn": PACK["visit.bpmn"].replace("制定计划".encode(), "新的名字".encode())}), SYSTEM)
    view = engine.read(Replay(visit), ADMIN)
    assert view.version == 1
    assert {step.line.element_name for step in view.steps.steps if step.line.element_id == "plan"} == {"制定计划"}


def test_a_long_list_of_steps_comes_in_pages(engine, visit, monkeypatch):
    monkeypatch.setattr("engine.queries.cases.replay.PAGE_STEPS", 10)
    last = len(facts(engine, visit))
    assert last > 21
    pages = [engine.read(ReplaySteps(visit, at), ADMIN) for at in range(1, last + 1)]
    for at, page in enumerate(pages, 1):
        assert [step.line.sequence for step in page.steps] == list(range(page.first, page.until + 1))
        assert page.first <= at <= page.until <= page.last == last
        assert engine.read(Replay(visit, at), ADMIN).steps == page
    assert [page.first for page in pages[::10]] == list(range(1, last + 1, 10))
