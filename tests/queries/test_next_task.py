"""Whether and which next task opens after one is completed."""

from __future__ import annotations

from engine import OpenNextTask, OpensNextTask
from engine.model.identity import Actor
from tests.commands.rivals import compete

ONE, OTHER = Actor("one", "一", frozenset()), Actor("other", "二", frozenset())


def test_it_opens_until_one_says_otherwise_and_each_for_oneself(engine):
    assert engine.read(OpensNextTask(), ONE)
    engine.run(OpenNextTask(False), ONE)
    engine.run(OpenNextTask(False), ONE)
    assert (engine.read(OpensNextTask(), ONE), engine.read(OpensNextTask(), OTHER)) == (False, True)
    engine.run(OpenNextTask(True), ONE)
    assert engine.read(OpensNextTask(), ONE)


def test_two_at_once_leave_one_of_the_two_answers(engine):
    outcomes = compete(engine, [(OpenNextTask(opens), ONE) for opens in (False, True)])
    assert sorted(outcome.opens for outcome in outcomes) == [False, True]
    engine.run(OpenNextTask(False), ONE)
    assert not engine.read(OpensNextTask(), ONE)
