"""Who will have a task that is not open yet: a name or a role where the diagram names it, else the rule in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine import feel
from engine.feel import nodes
from engine.queries.labels import label_words, pack_fields, who
from engine.queries.task_page.views import Phrase
from engine.queries.views import RoleName

if TYPE_CHECKING:
    from engine.bpmn.elements import Element
    from engine.bpmn.pack import Pack

STARTER = Phrase("发起人", "the starter")
_OF_STARTER = {
    "manager": Phrase("发起人的主管", "the starter's supervisor"),
    "managers": Phrase("发起人的各级主管", "the starter's supervisors"),
    "departmentHead": Phrase("发起人部门的负责人", "the head of the starter's department"),
}


def groups_named(pack: Pack) -> set[str]:
    """The groups that diagrams of the pack name literally, and their lanes."""
    found: set[str] = set()
    for model in pack.processes.values():
        for element in model.elements.values():
            if element.kind in ("user_task", "manual_task"):
                found.update(_literals(element.assignment.groups if element.assignment else None) or ())
                found.update([element.lane] if element.lane else [])
    return found


@dataclass(frozen=True, slots=True)
class WhoNext:
    """`starter_name` is empty where the variable `starter` of the task is not the one who started the instance."""

    pack: Pack
    roles: Mapping[str, RoleName]
    starter_name: str

    def of(self, element: Element, started_here: bool) -> Phrase | None:
        """As engine.bpmn.runtime decides it: an assignee, else candidates, else the lane. None: by a rule that cannot be said."""
        plan = element.assignment
        if plan is not None and plan.assignee:
            return self._person(plan.assignee, started_here)
        groups = _literals(plan.groups if plan else None)
        if groups:
            return self._groups(groups)
        if plan is not None and (plan.groups or plan.users):
            return self._rule(plan.groups or plan.users or "", started_here)
        return self._groups((element.lane,)) if element.lane else None

    def _groups(self, groups: tuple[str, ...]) -> Phrase:
        roles = [self.roles.get(group) or RoleName(group, group) for group in groups]
        return Phrase(who(roles, "zh"), who(roles, "en"))

    def _person(self, source: str, started_here: bool) -> Phrase | None:
        tree = _tree(source)
        if started_here and isinstance(tree, nodes.Name) and tree.name == "starter":
            name = self.starter_name
            return Phrase(f"发起人 {name}", f"the starter, {name}") if name else STARTER
        return self._rule(source, started_here)

    def _rule(self, source: str, started_here: bool) -> Phrase | None:
        tree = _tree(source)
        if isinstance(tree, nodes.Path) and isinstance(tree.base, nodes.Name) and tree.base.name == "starter":
            return _OF_STARTER.get(tree.name) if started_here else None
        component = pack_fields(self.pack).get(tree.name) if isinstance(tree, nodes.Name) else None
        label, label_en = (label_words(component, "zh"), label_words(component, "en")) if component else ("", "")
        return Phrase(f"“{label}”里写的人", f"who “{label_en or label}” names") if label else None


def _tree(source: str) -> nodes.Node | None:
    try:
        return feel.compile(source).tree
    except feel.FeelError:
        return None


def _literals(source: str | None) -> tuple[str, ...]:
    """The names of a literal text or list; nothing when anything has to be computed."""
    tree = _tree(source) if source else None
    items = tree.items if isinstance(tree, nodes.ListOf) else (tree,)
    texts = [item.value for item in items if isinstance(item, nodes.Literal) and isinstance(item.value, str)]
    if len(texts) < len(items):
        return ()
    parts = texts if isinstance(tree, nodes.ListOf) else texts[0].replace("，", ",").split(",")
    return tuple(part.strip() for part in parts if part.strip())
