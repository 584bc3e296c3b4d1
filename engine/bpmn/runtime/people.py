"""People as assignment expressions see them: `starter.manager` is asked for when a task opens, not when the instance started.

The organisation is outside of the instance, so what was asked and answered is part of the step's input: it is kept with the recorded command, and
an instance that is executed again gets the answers of then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from engine import feel
from engine.feel import nodes
from engine.feel.analysis import children
from engine.model.values import JsonValue, Value, from_json

# What an expression can ask of a person; department is its name, departmentHead, manager and managers (nearest first) are user ids.
PERSON_FIELDS = ("id", "name", "department", "departmentHead", "manager", "managers")
STARTER = "starter"

# user id -> the fields of a person as JSON values, None for an account that is not there.
Directory = Callable[[str], Mapping[str, JsonValue] | None]


def nobody_known(_: str) -> None:
    """The directory of a runtime that stands alone."""
    return None


class People:
    """The directory during one step; `asked` holds the answers in the order of the first questions."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self.asked: dict[str, JsonValue] = {}

    def person(self, user_id: str | None) -> Value:
        """A context of PERSON_FIELDS, null for nobody."""
        if not user_id:
            return None
        if user_id not in self.asked:
            answer = self._directory(user_id)
            self.asked[user_id] = None if answer is None else dict(answer)
        answer = self.asked[user_id]
        return None if answer is None else {name: from_json(value) for name, value in answer.items()}


@lru_cache(maxsize=4096)
def asks_for_starter(source: str) -> bool:
    """Whether a FEEL expression takes a field of `starter`; plain `starter` is the user id, as everywhere."""
    try:
        pending = [feel.compile(source).tree]
    except feel.FeelError:
        return False
    while pending:
        node = pending.pop()
        if isinstance(node, nodes.Path) and isinstance(node.base, nodes.Name) and node.base.name == STARTER:
            return True
        pending.extend(children(node))
    return False
