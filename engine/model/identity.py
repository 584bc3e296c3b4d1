"""Who acts, and how work is named in public."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

_TASK_ID = re.compile(r"(?P<instance>[0-9a-f]{32})\.(?P<activity>[1-9][0-9]{0,8})")
_INSTANCE_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who is away and for whom the actor may act, with the roles of the absent one; in the processes of `process_keys`, empty: in all."""

    user_id: str
    name: str
    groups: frozenset[str] = field(default_factory=frozenset)
    process_keys: frozenset[str] = field(default_factory=frozenset)

    def may_do(self, process_key: str, assignee: str | None, groups: Collection[str], users: Collection[str]) -> bool:
        """Whether an open task is the absent person's, or nobody's and theirs to take. `process_key` is the instance's."""
        if self.process_keys and process_key not in self.process_keys:
            return False
        return assignee == self.user_id if assignee is not None else self.user_id in users or not self.groups.isdisjoint(groups)


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever runs a command or a query. `groups` hold role keys; `user_id` goes into the event log; `acts_for`: whom the actor substitutes.

    The permissions are asked by `is_analyst` and `is_auditor` below: administrators have both.
    """

    user_id: str
    name: str
    groups: frozenset[str] = field(default_factory=frozenset)
    is_administrator: bool = False
    is_system: bool = False
    is_analyst: bool = False
    is_auditor: bool = False
    acts_for: tuple[Standing, ...] = ()


def standing_for(
    actor: Actor, process_key: str, assignee: str | None, groups: Collection[str], users: Collection[str]
) -> Standing | None:
    """For whom the actor may do an open task as a substitute."""
    return next((each for each in actor.acts_for if each.may_do(process_key, assignee, groups, users)), None)


# The reason that the log gives when a new task goes to the successor of somebody who has left.
HANDED_OVER = "handover"

SYSTEM_NAME_EN = "System"
SYSTEM = Actor(user_id="system", name="系统", is_administrator=True, is_system=True)


def is_auditor(actor: Actor) -> bool:
    """Who may read every case (a foreign one is recorded) and verify all logs."""
    return actor.is_administrator or actor.is_auditor


def only_looks(actor: Actor) -> bool:
    """An auditor who is no administrator reads everything and changes nothing."""
    return actor.is_auditor and not actor.is_administrator


def is_analyst(actor: Actor) -> bool:
    """Who may see, change and release process packs."""
    return actor.is_administrator or actor.is_analyst


def task_id(instance_id: str, activity_instance_id: int) -> str:
    """The public name of a user task."""
    return f"{instance_id}.{activity_instance_id}"


def parse_task_id(text: object) -> tuple[str, int] | None:
    """(instance id, activity instance id), or None when `text` is no task id at all."""
    match = _TASK_ID.fullmatch(text) if isinstance(text, str) else None
    return (match["instance"], int(match["activity"])) if match else None


def is_instance_id(text: object) -> bool:
    return isinstance(text, str) and _INSTANCE_ID.fullmatch(text) is not None


def name_in(name: str, language: str) -> str:
    """People are called as they are everywhere; only the system has a name in each language."""
    return SYSTEM_NAME_EN if language == "en" and name == SYSTEM.name else name
