"""Diagrams that can be read but make no sense: every rule looks at every process, and all findings come together."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from engine.bpmn.lint.messages import finding, finding_text, proposal_text
from engine.bpmn.lint.rules import (
    boundary_errors,
    boundary_hosts,
    boundary_twins,
    calls,
    correlation_keys,
    dead_ends,
    default_flows,
    end_events,
    end_names,
    event_gateways,
    event_places,
    feel_expressions,
    field_rights,
    flow_directions,
    flow_ends,
    glance_fields,
    job_types,
    joins,
    known_roles,
    linked_decisions,
    linked_forms,
    linked_processes,
    misplaced_conditions,
    missing_conditions,
    nobody,
    outcome_fields,
    record_choices,
    record_fields,
    record_forms,
    record_rights,
    record_roles,
    record_types,
    role_duties,
    role_starts,
    start_events,
    task_names,
    timers,
    unreachable,
)
from engine.bpmn.lint.subject import PackParts, Subject
from engine.model.findings import Finding

PROCESS_RULES: tuple[Callable[[Subject], Iterable[Finding]], ...] = (
    start_events.check,
    end_events.check,
    end_names.check,
    task_names.check,
    event_places.check,
    boundary_hosts.check,
    boundary_errors.check,
    boundary_twins.check,
    flow_ends.check,
    glance_fields.check,
    flow_directions.check,
    dead_ends.check,
    unreachable.check,
    event_gateways.check,
    joins.check,
    missing_conditions.check,
    misplaced_conditions.check,
    default_flows.check,
    timers.check,
    feel_expressions.check,
    correlation_keys.check,
    nobody.check,
    outcome_fields.check,
    known_roles.check,
    linked_forms.check,
    linked_decisions.check,
    linked_processes.check,
    field_rights.check,
    job_types.check,
    record_types.check,
    calls.check,
)
PACK_RULES: tuple[Callable[[PackParts], Iterable[Finding]], ...] = (
    role_duties.check,
    role_starts.check,
    record_roles.check,
    record_forms.check,
    record_fields.check,
    record_rights.check,
)

FORM_RULES: tuple[Callable[[PackParts], Iterable[Finding]], ...] = (record_choices.check,)


def run(pack: PackParts) -> list[Finding]:
    """All findings of all rules. Elements that the dialect refused already are left alone."""
    findings: list[Finding] = []
    for process in pack.processes.values():
        subject = Subject(process, pack)
        refused = pack.refused.get(process.file, frozenset())
        findings += [found for rule in PROCESS_RULES for found in rule(subject) if found.element_id not in refused]
    findings += [found for rule in FORM_RULES for found in rule(pack)]
    if pack.has_settings:
        findings += [found for rule in PACK_RULES for found in rule(pack)]
    return findings


__all__ = ["FORM_RULES", "PACK_RULES", "PROCESS_RULES", "PackParts", "Subject", "finding", "finding_text", "proposal_text", "run"]
