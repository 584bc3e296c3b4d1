"""Which elements and flows of a pack its scenarios pass through, and which they never do."""

from __future__ import annotations

from collections import defaultdict

from engine.bpmn.elements import ProcessModel
from engine.bpmn.pack import Pack
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.events import AllEvents
from engine.queries.packs.scenario_runs import ProcessCoverage
from engine.trial.outcomes import Visited


def visited(engine: ProcessEngine) -> Visited:
    """What all instances of a database went through."""
    elements: dict[str, set[str]] = defaultdict(set)
    flows: dict[str, set[str]] = defaultdict(set)
    for process_key, element_id, flow in engine.read(AllEvents(), SYSTEM):
        elements[process_key].add(element_id)
        if flow:
            flows[process_key].add(flow)
    return Visited({key: frozenset(ids) for key, ids in elements.items()}, {key: frozenset(ids) for key, ids in flows.items()})


def coverage(pack: Pack, seen: Visited) -> tuple[ProcessCoverage, ...]:
    """By process, in the order of the pack."""
    return tuple(_of_process(model, seen) for model in pack.processes.values())


def _of_process(model: ProcessModel, seen: Visited) -> ProcessCoverage:
    elements, flows = seen.elements.get(model.key, frozenset()), seen.flows.get(model.key, frozenset())
    return ProcessCoverage(
        process_key=model.key,
        name=model.name or model.key,
        elements=frozenset(model.elements) & elements,
        flows=frozenset(model.flows) & flows,
        missing_elements=tuple((one.id, one.name) for one in model.elements.values() if one.id not in elements),
        missing_flows=tuple((one.id, _flow_name(model, one.id)) for one in model.flows.values() if one.id not in flows),
    )


def _flow_name(model: ProcessModel, flow_id: str) -> str:
    """Its own name, else from where to where it leads."""
    flow = model.flows[flow_id]
    if flow.name:
        return flow.name
    ends = [model.elements.get(end) for end in (flow.source, flow.target)]
    return " → ".join((end.name or end.id) if end else "?" for end in ends)
