"""An event-based gateway leads to events that wait."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.subject import Subject, label
from engine.model.findings import Finding

_CATCHING = ("timer", "message", "signal")


def check(subject: Subject) -> Iterator[Finding]:
    """The gateway takes the way of what happens first, so every way begins with a catch event or a receive task, which nothing else leads
    to, which has no events on its border and is not repeated; with one way only there is nothing to choose."""
    for gateway in subject.elements("event_based_gateway"):
        targets = subject.targets(gateway)
        if len(targets) == 1:
            yield subject.report("bpmn_event_gateway_few", gateway)
        for target in targets:
            catches = target.kind == "intermediate_catch_event" and target.event is not None and target.event.type in _CATCHING
            if not catches and target.kind != "receive_task":
                yield subject.report("bpmn_event_gateway_target", gateway, target=label(target))
            elif len(target.incoming) > 1:
                yield subject.report("bpmn_event_gateway_incoming", gateway, target=label(target))
            elif subject.process.boundaries(target.id):
                yield subject.report("bpmn_event_gateway_boundary", gateway, target=label(target))
            elif target.loop is not None:
                yield subject.report("bpmn_event_gateway_loop", gateway, target=label(target))
