"""Every FEEL expression of a diagram compiles."""

from __future__ import annotations

from collections.abc import Iterator

from engine import feel
from engine.bpmn.elements import Element, Flow
from engine.bpmn.lint.subject import Subject
from engine.model.findings import Finding


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
                "bpmn_feel_syntax", element, place=place, expression=source, reason=str(error), reason_code=error.code, position=error.position
            )


def _expressions(subject: Subject) -> Iterator[tuple[str, str | None, Element | Flow | None]]:
    yield "标题", subject.process.title, None
    for flow in subject.process.flows.values():
        yield "条件", flow.condition, flow
    for element in subject.elements():
        for place, source in _of_element(element):
            yield place, source, element


def _of_element(element: Element) -> Iterator[tuple[str, str | None]]:
    yield "脚本", element.script
    reason = element.properties.get("tuoke.reason")
    yield "结束原因", reason.removeprefix("=") if reason else None
    for mapped in element.inputs:
        yield f"输入映射 {mapped.target} ", mapped.source
    for mapped in element.outputs:
        yield f"输出映射 {mapped.target} ", mapped.source
    if element.event is not None:
        yield "定时器", element.event.timer
        yield "关联键", element.event.correlation_key
    yield from _of_loop(element)
    yield from _of_assignment(element)


def _of_loop(element: Element) -> Iterator[tuple[str, str | None]]:
    if element.loop is not None:
        yield "输入集合", element.loop.collection
        yield "输出元素", element.loop.output_item
        yield "完成条件", element.loop.completion
        yield "循环条件", element.loop.condition


def _of_assignment(element: Element) -> Iterator[tuple[str, str | None]]:
    plan = element.assignment
    if plan is not None:
        yield "办理人", plan.assignee
        yield "候选组", plan.groups
        yield "候选人", plan.users
        yield "到期时间", plan.due
        yield "跟进时间", plan.follow_up
        yield "优先级", plan.priority
