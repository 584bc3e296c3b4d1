"""Who sees what, as SQL: nothing that an actor may not know of leaves the database.

Staff see the instances that they started, took part in, have an open task in, or got a copy of; administrators see everything.
"""

from __future__ import annotations

import sqlalchemy as sa

from engine.model.identity import Actor, Standing
from engine.queries.reading import text_array
from engine.store.registers import Participation
from engine.store.tables import Instance, WorkItem
from engine.store.worklists import Copy

OPEN = WorkItem.state == "open"


def assigned_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Open tasks that the actor has, or that somebody has for whom the actor stands."""
    own = WorkItem.assignee == actor.user_id
    return sa.and_(OPEN, sa.or_(own, *(sa.and_(WorkItem.assignee == each.user_id, *_covered(each)) for each in actor.acts_for)))


_COVERED = sa.orm.aliased(Instance)


def _covered(standing: Standing) -> tuple[sa.ColumnElement[bool], ...]:
    if not standing.process_keys:
        return ()
    return (sa.exists().where(_COVERED.id == WorkItem.instance_id, _COVERED.process_key.in_(sorted(standing.process_keys))),)


def candidate_of(actor: Actor) -> sa.ColumnElement[bool]:
    """Tasks that the actor may take, or could have taken before they were somebody's."""
    return sa.or_(*_candidacies(actor.user_id, actor.groups))


def _candidacies(user_id: str, groups: frozenset[str]) -> list[sa.ColumnElement[bool]]:
    in_group = WorkItem.candidate_groups.op("&&", is_comparison=True)(text_array(sorted(groups)))
    return [in_group, WorkItem.candidate_users.op("@>", is_comparison=True)(text_array([user_id]))]


def offered_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Open tasks of nobody that the actor may take. One without candidates is the administrators'."""
    offers = _candidacies(actor.user_id, actor.groups)
    offers += [sa.and_(sa.or_(*_candidacies(each.user_id, each.groups)), *_covered(each)) for each in actor.acts_for]
    if actor.is_administrator:
        offers.append(sa.and_(sa.func.cardinality(WorkItem.candidate_groups) == 0, sa.func.cardinality(WorkItem.candidate_users) == 0))
    return sa.and_(OPEN, WorkItem.assignee.is_(None), sa.or_(*offers))


def visible_instances(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on `instances`. Each way to see one is a subquery of its own, so that each has its index."""
    if actor.is_administrator:
        return sa.true()
    seen = sa.union(
        sa.select(Participation.instance_id).where(Participation.user_id == actor.user_id),
        sa.select(WorkItem.instance_id).where(assigned_to(actor)),
        sa.select(WorkItem.instance_id).where(offered_to(actor)),
        sa.select(Copy.instance_id).where(Copy.user_id == actor.user_id),
    )
    return sa.or_(Instance.started_by == actor.user_id, Instance.id.in_(seen))
