"""Facts and history events: what happened, appended and never edited.

A step of the runtime yields facts. The command that caused it stamps them (sequence, time, actor, hash) into history events. The kinds and
the keys of `data` are the contract between the runtime, the fold, the history in words and the auditor's exports:

| kind | data |
|---|---|
| command | type, arguments: the recorded input; always the first event of a transaction |
| instance_started | process_key, version, deployment_id, business_key, starter |
| activity_entered | scope: the activity instance around it (0 = the instance), flow: sequence flow taken or None, attached_to?: host of an event |
| activity_left | outcome: completed, cancelled or merged (an arrival consumed by a join) |
| variables_changed | scope: where the variables live, changes: name -> {old?, new?} (absent = did not exist / was removed) |
| task_opened | assignee, candidate_groups, candidate_users, form_id, priority, due_at, follow_up_at |
| task_claimed, task_unclaimed, task_assigned | assignee, previous, reason? |
| copy_sent | to: user ids, note: the instance was brought to their notice |
| comment_written, comment_changed, comment_deleted | comment: its number, digest: of the text, which the log does not keep, mentioned?: user ids,
  previous?: the digest before the change |
| attachment_added | attachment: its number, name, size, type, digest: SHA-256 of the content, which the log does not keep |
| attachment_removed | attachment, name, digest, reason: the content is no longer handed out |
| task_completed | values: what was submitted, form_id, form_digest, seen_digest? |
| completion_withdrawn | reopened: the activity instance that the task has now; what follows cancels, enters and sets back |
| timer_scheduled / timer_fired | due_at / due_at, remaining |
| subscription_opened | type: message or signal, name, correlation_key? |
| message_received / signal_received | name, values, stays: the subscription stays open |
| message_thrown / signal_thrown | name, correlation_key?, values |
| job_created / job_completed / job_failed | type, retries / values / code, message, retries |
| decision_evaluated | decision_id, evaluations: [{decision_id, decision_name, hit_policy, inputs, matched_rules, output}], reasons of a null |
| error_thrown | code, message, caught_by: activity instance of the boundary event or None |
| incident_raised / incident_resolved | code, message / {} |
| instance_completed | end_element_id, outcome (name of the end event), reason |
| instance_terminated | reason |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from engine.model.values import JsonValue

EventKind = Literal[
    "command",
    "instance_started",
    "activity_entered",
    "activity_left",
    "variables_changed",
    "task_opened",
    "task_claimed",
    "task_unclaimed",
    "task_assigned",
    "task_completed",
    "copy_sent",
    "comment_written",
    "comment_changed",
    "comment_deleted",
    "attachment_added",
    "attachment_removed",
    "completion_withdrawn",
    "timer_scheduled",
    "timer_fired",
    "subscription_opened",
    "message_received",
    "signal_received",
    "message_thrown",
    "signal_thrown",
    "job_created",
    "job_completed",
    "job_failed",
    "decision_evaluated",
    "error_thrown",
    "incident_raised",
    "incident_resolved",
    "instance_completed",
    "instance_terminated",
]


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a step did, before it is stamped. `activity_instance_id` counts from 1 within its process instance; 0 is the instance itself."""

    kind: EventKind
    data: Mapping[str, JsonValue] = field(default_factory=dict)
    process_key: str | None = None
    element_id: str | None = None
    activity_instance_id: int = 0


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """A stamped fact.

    `sequence` counts from 1 without gaps within the instance; `at` is aware UTC; `hash` covers the event and its predecessor's hash.
    """

    instance_id: str
    sequence: int
    at: datetime
    actor: str
    on_behalf_of: str | None
    kind: EventKind
    process_key: str | None
    element_id: str | None
    activity_instance_id: int
    data: Mapping[str, JsonValue]
    hash: bytes
