"""Whose work a task is: the actor's own, or that of somebody who is away and for whom the actor does it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.model.identity import Actor, Standing, standing_for
from engine.queries.reading import Query, Reading, findable
from engine.queries.visibility import OPEN, assigned_to, candidate_of, offered_to
from engine.store.registers import User
from engine.store.tables import WorkItem

OWN = "own"


def whose(tab: str, actor: Actor, wanted: str) -> Iterator[sa.ColumnElement[bool]]:
    """Narrows a tab to what is the actor's own (`OWN`), or that of the named person; empty: not at all."""
    if not wanted:
        return
    if wanted == OWN:
        yield from _own(tab, actor)
    else:
        yield _of(tab, actor, findable(wanted))


def _own(tab: str, actor: Actor) -> Iterator[sa.ColumnElement[bool]]:
    alone = replace(actor, acts_for=())
    if tab == "mine":
        yield assigned_to(alone)
    if tab == "groups":
        yield offered_to(alone)
    yield WorkItem.on_behalf_of.is_(None)


def _of(tab: str, actor: Actor, user_id: str) -> sa.ColumnElement[bool]:
    taken = WorkItem.on_behalf_of == user_id
    if tab == "mine":
        return sa.or_(taken, WorkItem.assignee == user_id)
    if tab == "groups":
        # What the actor may take anyway is the actor's own.
        only = replace(actor, groups=frozenset(), is_administrator=False, acts_for=tuple(each for each in actor.acts_for if each.user_id == user_id))
        return sa.and_(offered_to(only), ~candidate_of(actor))
    return taken


def acting_for(row: Mapping[Any, Any], actor: Actor) -> str:
    """The name of the absent person whose task it is, or was; empty when nobody stands in."""
    if row["on_behalf_of"]:
        return str(row["on_behalf_of_name"])
    if row["state"] != "open" or row["assignee"] == actor.user_id:
        return ""
    groups, users = row["candidate_groups"], row["candidate_users"]
    if row["assignee"] is None and (actor.user_id in users or not actor.groups.isdisjoint(groups)):
        return ""
    standing = standing_for(actor, row["own_process_key"], row["assignee"], groups, users)
    return standing.name if standing else ""


@dataclass(frozen=True, slots=True)
class ActedFor(Query["tuple[Standing, ...]"]):
    """For whom the actor acts now, and whose tasks the actor has or has done; in the order of their names."""

    tab: str = "mine"

    def answer(self, reading: Reading, actor: Actor) -> tuple[Standing, ...]:
        known = {each.user_id: each for each in actor.acts_for}
        done = sa.and_(WorkItem.state == "completed", WorkItem.closed_by == actor.user_id)
        had = done if self.tab == "done" else sa.and_(OPEN, WorkItem.assignee == actor.user_id)
        ids = sa.select(WorkItem.on_behalf_of).where(had, WorkItem.on_behalf_of.is_not(None)).distinct()
        for user_id, name in reading.connection.execute(sa.select(User.id, User.name).where(User.id.in_(ids))):
            known.setdefault(user_id, Standing(user_id, name))
        return tuple(sorted(known.values(), key=lambda each: (each.name, each.user_id)))
