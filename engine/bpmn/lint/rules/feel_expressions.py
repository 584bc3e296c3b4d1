"""Every FEEL expression of a diagram compiles."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.bpmn.elements import Element, Flow
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.words import shorten
from engine.model.findings import Finding

Place = tuple[str, str]  # Chinese, English


def check(subject: Subject) -> Iterator[Finding]:
    """A mistake in an expression is found when the diagram is deployed, with its place in the expression, not when the first instance comes
    along."""
    for place, source, element in _expressions(subject):
        if source is None:
            continue
        try:
            feel.compile(source)
        except feel.FeelError as error:
            yield subject.report(
                "bpmn_feel_syntax",
                element,
                place_zh=place[0],
                place_en=place[1],
                expression=shorten(source),
                reason_zh=str(error),
                reason_en=feel.reason_en(error),
                position=error.position,
            )


def _expressions(subject: Subject) -> Iterator[tuple[Place, str | None, Element | Flow | None]]:
    yield ("标题", "title"), subject.process.title, None
    for flow in subject.process.flows.values():
        yield ("条件", "condition"), flow.condition, flow
    for element in subject.elements():
        for place, source in _of_element(element):
            yield place, source, element


def _of_element(element: Element) -> Iterator[tuple[Place, str | None]]:
    yield ("脚本", "script"), element.script
    reason = element.properties.get("tuoke.reason")
    yield ("结束原因", "reason of the end"), reason.removeprefix("=") if reason else None
    for mapped in element.inputs:
        yield (f"输入映射 {mapped.target} ", f"input {mapped.target}"), mapped.source
    for mapped in element.outputs:
        yield (f"输出映射 {mapped.target} ", f"output {mapped.target}"), mapped.source
    if element.event is not None:
        yield ("定时器", "timer"), element.event.timer
        yield ("关联键", "correlation key"), element.event.correlation_key
    yield from _of_loop(element)
    yield from _of_assignment(element)


def _of_loop(element: Element) -> Iterator[tuple[Place, str | None]]:
    if element.loop is not None:
        yield ("输入集合", "input collection"), element.loop.collection
        yield ("输出元素", "output element"), element.loop.output_item
        yield ("完成条件", "completion condition"), element.loop.completion
        yield ("循环条件", "loop condition"), element.loop.condition


def _of_assignment(element: Element) -> Iterator[tuple[Place, str | None]]:
    plan = element.assignment
    if plan is not None:
        yield ("办理人", "assignee"), plan.assignee
        yield ("候选组", "candidate groups"), plan.groups
        yield ("候选人", "candidate users"), plan.users
        yield ("到期时间", "due date"), plan.due
        yield ("跟进时间", "follow-up date"), plan.follow_up
        yield ("优先级", "priority"), plan.priority
