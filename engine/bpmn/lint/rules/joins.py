"""A parallel join does not wait for branches of which only one is taken."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.elements import Element, Flow
from engine.bpmn.lint.subject import Subject, label
from engine.model.findings import Finding

_ONE_BRANCH = frozenset({"exclusive_gateway", "event_based_gateway"})


def check(subject: Subject) -> Iterator[Finding]:
    """A parallel gateway waits for a token on every incoming flow. Where two of them begin at the same exclusive or event-based gateway,
    only one ever brings a token, and the instance stands still at the join; an exclusive gateway was meant."""
    for join in subject.elements("parallel_gateway"):
        origins = [_origin(subject, subject.process.flows[flow]) for flow in join.incoming] if len(join.incoming) > 1 else []
        splits = {split.id: split for split in origins if split is not None and split.kind in _ONE_BRANCH}
        for split in splits.values():
            if sum(1 for origin in origins if origin is split) > 1:
                yield subject.report("bpmn_join_waits_for_ever", join, split=label(split))


def _origin(subject: Subject, flow: Flow) -> Element | None:
    """The gateway at which a branch begins, going back along elements with one way in and one way out."""
    seen: set[str] = set()
    while True:
        source = subject.process.elements.get(flow.source)
        if source is None or source.id in seen:
            return None
        if len(source.outgoing) > 1:
            return source
        if len(source.incoming) != 1:
            return None
        seen.add(source.id)
        flow = subject.process.flows[source.incoming[0]]
