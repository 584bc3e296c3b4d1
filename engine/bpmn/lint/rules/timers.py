"""Timers have a kind that their place allows, and a value that comes to pass."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.bpmn.elements import Element
from engine.bpmn.lint.constants import constant
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.timer_values import Problem, problem_of
from engine.bpmn.lint.words import KINDS, TIMERS
from engine.model.findings import Finding

_EXAMPLES = {
    "date": ("写成日期时间,如 2026-12-01T09:00:00+08:00", "Write a date and time, such as 2026-12-01T09:00:00+08:00"),
    "duration": ("写成时长,如 P7D 或 PT30M", "Write a duration, such as P7D or PT30M"),
    "cycle": ("写成周期,如 R/P7D 或 R3/PT1H", "Write a cycle, such as R/P7D or R3/PT1H"),
}


def check(subject: Subject) -> Iterator[Finding]:
    """A repeating timer would make a flow go on twice, and a duration says nothing where there is no beginning. Values that are written out
    are looked at now: a cycle of no length, no repetition, a hundred years, or cron text would stop or flood the worker."""
    for element in subject.elements("start_event", "boundary_event", "intermediate_catch_event"):
        event = element.event
        if event is None or event.type != "timer" or event.timer_type is None:
            continue
        allowed = _allowed(element)
        if event.timer_type not in allowed:
            yield subject.report(
                "bpmn_timer_place",
                element,
                place_zh=("中断的" if element.kind == "boundary_event" else "") + KINDS[element.kind][0],
                place_en=KINDS[element.kind][1],
                timer_zh=TIMERS[event.timer_type][0],
                timer_en=TIMERS[event.timer_type][1],
                allowed_zh="或".join(TIMERS[name][0] for name in allowed),
                allowed_en=" or ".join(TIMERS[name][1] for name in allowed),
            )
            continue
        value = constant(event.timer)
        problem = problem_of(event.timer_type, value[0]) if value is not None else _start_variables(element, event.timer)
        if problem is not None:
            example_zh, example_en = _EXAMPLES[event.timer_type]
            shown = value[0] if value is not None and isinstance(value[0], str) else event.timer
            yield subject.report(
                "bpmn_timer_value", element, value=shown, reason_zh=problem[0], reason_en=problem[1], example_zh=example_zh, example_en=example_en
            )


def _start_variables(element: Element, source: str | None) -> Problem | None:
    """The timer of a start event is read when nothing has started yet: there are no variables."""
    try:
        variables = feel.compile(source).variables if element.kind == "start_event" and source is not None else ()
    except feel.FeelError:  # reported by its own rule
        return None
    return ("开始事件的定时器不能用变量", "the timer of a start event cannot use variables") if variables else None


def _allowed(element: Element) -> tuple[str, ...]:
    if element.kind == "start_event":
        return ("date", "cycle")
    if element.kind == "boundary_event" and not element.interrupting:
        return ("date", "duration", "cycle")
    return ("date", "duration")
