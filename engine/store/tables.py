"""Tables of deployments, instances and what instances wait for. People and records: engine.store.registers.

JSON columns have PostgreSQL's type `json`, not `jsonb`: it keeps the text as written, and with it the order of a context's keys and what was hashed.
Times are aware UTC. (instance_id, activity_instance_id) names a wait.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Identity, Index, Integer, LargeBinary, MetaData, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of ours (Procrastinate's are its own)."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {
        str: Text(),
        datetime: DateTime(timezone=True),
        bytes: LargeBinary(),
        dict[str, Any]: JSON(),
        list[str]: ARRAY(Text()),
    }


class Deployment(Base):
    """A process pack as it was deployed. `digest` names the compiled pack in caches; `number` orders deployments."""

    __tablename__ = "deployments"
    __table_args__ = (Index("ix_deployments_pack_key_number", "pack_key", "number"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    pack_key: Mapped[str]
    name: Mapped[str]
    name_en: Mapped[str]
    digest: Mapped[str]
    note: Mapped[str]
    deployed_by: Mapped[str]
    deployed_at: Mapped[datetime]


class DeployedContent(Base):
    """Bytes of a file, once however often it is deployed; `digest` is SHA-256 in hex."""

    __tablename__ = "deployed_contents"

    digest: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes]


class DeployedFile(Base):
    __tablename__ = "deployed_files"
    __table_args__ = (Index("ix_deployed_files_digest", "digest"),)

    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployments.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(ForeignKey("deployed_contents.digest"))


class Definition(Base):
    """A version of a process. The newest version of a key is the one that starts."""

    __tablename__ = "definitions"
    __table_args__ = (Index("uq_definitions_key", "key", "version", unique=True), Index("ix_definitions_deployment_id", "deployment_id"))

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployments.id"))
    name: Mapped[str]
    name_en: Mapped[str]
    version_tag: Mapped[str]
    file: Mapped[str]
    deployment: Mapped[Deployment] = relationship(lazy="raise")


class StartWait(Base):
    """A start event that waits for a timer, a message or a signal; only those of newest versions are kept.

    A timer: firings that `remaining` after the one at `due_at` (None: without end), `interval` as ISO 8601 text (None: fires once).
    """

    __tablename__ = "start_waits"
    __table_args__ = (
        Index("ix_start_waits_type_name", "type", "name"),
        Index("ix_start_waits_due_at", "due_at", postgresql_where=text("due_at IS NOT NULL")),
    )

    definition_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"), primary_key=True)
    element_id: Mapped[str] = mapped_column(primary_key=True)
    process_key: Mapped[str]
    type: Mapped[str]
    name: Mapped[str | None]
    due_at: Mapped[datetime | None]
    remaining: Mapped[int | None]
    interval: Mapped[str | None]


class Instance(Base):
    """A process instance: head, state for the machine (`snapshot`), and the end of its hash chain. `revision` counts commands.

    While the last step was the completion of a user task, `undo_task` names it, `undo_sequence` the event of its command, and `undo_snapshot` is
    the state from before it: what is needed to take it back.
    """

    __tablename__ = "instances"
    __table_args__ = (
        Index("ix_instances_started_at", "started_at"),
        Index("ix_instances_status_started_at", "status", "started_at"),
        Index("ix_instances_process_key_started_at", "process_key", "started_at"),
        Index("ix_instances_started_by_started_at", "started_by", "started_at"),
        Index("ix_instances_business_key", "business_key", postgresql_where=text("business_key IS NOT NULL")),
        Index("ix_instances_definition_id", "definition_id"),
        # Room for the next row version on the same page: completions then touch no index.
        {"postgresql_with": {"fillfactor": "70"}},
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    definition_id: Mapped[int] = mapped_column(ForeignKey("definitions.id"))
    process_key: Mapped[str]
    business_key: Mapped[str | None]
    title: Mapped[str | None]
    status: Mapped[str]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    end_element_id: Mapped[str | None]
    starter: Mapped[str | None]
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    revision: Mapped[int]
    last_sequence: Mapped[int]
    last_hash: Mapped[bytes]
    snapshot: Mapped[bytes]
    undo_task: Mapped[int | None]
    undo_sequence: Mapped[int | None]
    undo_snapshot: Mapped[bytes | None]
    definition: Mapped[Definition] = relationship(lazy="raise")


class Event(Base):
    """The event log. A trigger refuses UPDATE, DELETE and TRUNCATE. `hash` covers the event and its predecessor (engine.store.event_log)."""

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_at", "at"),
        Index("ix_events_completions", "instance_id", "sequence", "activity_instance_id", postgresql_where=text("kind = 'task_completed'")),
    )

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    on_behalf_of: Mapped[str | None]
    kind: Mapped[str]
    process_key: Mapped[str | None]
    element_id: Mapped[str | None]
    activity_instance_id: Mapped[int]
    data: Mapped[dict[str, Any]]
    hash: Mapped[bytes]


NO_DUE = "COALESCE(due_at, 'infinity'::timestamp with time zone)"
_WORK_ITEM = ("instance_id", "activity_instance_id")
_BY_PRIORITY = (text("(-priority)"), text(NO_DUE), "created_at", *_WORK_ITEM)
_OPEN = text("state = 'open'")
_UNASSIGNED = text("state = 'open' AND assignee IS NULL")
FOR_NOBODY = "state = 'open' AND assignee IS NULL AND cardinality(candidate_groups) = 0 AND cardinality(candidate_users) = 0"


class WorkItem(Base):
    """One user task, kept after it closed. `state`: open, completed, withdrawn (completed and taken back), cancelled.

    `closed_by` is whoever completed it or caused its end.

    `on_behalf_of`: whose work it was when a substitute took or completed it. `candidate_groups` hold role keys, or the diagram's text where no role
    has it. `own_process_key` is the process that was started, `process_key` the one that the task's element stands in: a called one, perhaps.

    `words` and `word_grams` hold all that the readers of an open task may search for, `title_words` what of it is the instance's title. Triggers on
    `search_texts` keep them (migration 0035): a page of what is found, and its count, are read from this table alone.
    """

    __tablename__ = "work_items"
    __table_args__ = (
        Index("ix_work_items_assignee", "assignee", "created_at", postgresql_where=text("state = 'open'")),
        Index("ix_work_items_assignee_by_priority", "assignee", *_BY_PRIORITY, postgresql_where=_OPEN),
        Index("ix_work_items_words", "candidate_groups", "word_grams", postgresql_using="gin", postgresql_where=_OPEN),
        # What nobody can take is the administrators'.
        Index("ix_work_items_for_nobody", "created_at", postgresql_where=text(FOR_NOBODY)),
        Index("ix_work_items_candidate_groups", "candidate_groups", postgresql_using="gin", postgresql_where=_UNASSIGNED),
        Index("ix_work_items_candidate_users", "candidate_users", postgresql_using="gin", postgresql_where=_UNASSIGNED),
        Index("ix_work_items_closed_by", "closed_by", "closed_at", postgresql_where=text("state = 'completed'")),
        # One for each order of the task list, all columns ascending and never null: a page is a stretch (engine.queries.worklist.worklist_order).
        # What is due or urgent is asked for in the same terms; of such expressions PostgreSQL keeps the statistics that migration 0035 made.
        Index("ix_work_items_by_priority", *_BY_PRIORITY, postgresql_where=_OPEN),
        Index("ix_work_items_by_due", text(NO_DUE), "created_at", *_WORK_ITEM, postgresql_where=_OPEN),
        Index("ix_work_items_by_creation", "created_at", *_WORK_ITEM, postgresql_where=_OPEN),
        Index("ix_work_items_by_name", "element_name", "created_at", *_WORK_ITEM, postgresql_where=_OPEN),
        Index("ix_work_items_process_key_element_id", "process_key", "element_id", postgresql_where=_OPEN),
        Index("ix_work_items_own_process_key", "own_process_key", postgresql_where=_OPEN),
    )

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    activity_instance_id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str]
    element_id: Mapped[str]
    element_name: Mapped[str]
    element_name_en: Mapped[str]
    form_id: Mapped[str | None]
    state: Mapped[str]
    assignee: Mapped[str | None]
    candidate_groups: Mapped[list[str]]
    candidate_users: Mapped[list[str]]
    priority: Mapped[int]
    due_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None]
    on_behalf_of: Mapped[str | None]
    own_process_key: Mapped[str] = mapped_column(server_default="")
    words: Mapped[str] = mapped_column(server_default="")
    title_words: Mapped[str] = mapped_column(server_default="")
    word_grams: Mapped[list[int]] = mapped_column(ARRAY(Integer()), server_default="{}")


class Timer(Base):
    __tablename__ = "timers"
    __table_args__ = (Index("ix_timers_due_at", "due_at"),)

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    activity_instance_id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str]
    element_id: Mapped[str]
    due_at: Mapped[datetime]


class Subscription(Base):
    """A wait for a message or a signal. `type`: message or signal; signals and messages without a key have `correlation_key` None."""

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_type_name_correlation_key", "type", "name", "correlation_key"),)

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    activity_instance_id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str]
    element_id: Mapped[str]
    type: Mapped[str]
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    opened_at: Mapped[datetime]


class Job(Base):
    """Work for a connector. `retries` counts down from the diagram's; `attempts` counts up; it runs when `due_at` has come."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_due_at", "due_at"),)

    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    activity_instance_id: Mapped[int] = mapped_column(primary_key=True)
    process_key: Mapped[str]
    element_id: Mapped[str]
    type: Mapped[str]
    headers: Mapped[dict[str, Any]]
    data: Mapped[dict[str, Any]]
    retries: Mapped[int]
    attempts: Mapped[int]
    due_at: Mapped[datetime]
    error: Mapped[str | None]


class Incident(Base):
    """Where an instance stands still; kept after it was resolved."""

    __tablename__ = "incidents"
    __table_args__ = (
        Index("uq_incidents_open", "instance_id", "activity_instance_id", unique=True, postgresql_where=text("resolved_at IS NULL")),
        Index("ix_incidents_raised_at", "raised_at", postgresql_where=text("resolved_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"))
    activity_instance_id: Mapped[int]
    process_key: Mapped[str]
    element_id: Mapped[str]
    code: Mapped[str]
    message: Mapped[str]
    raised_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None]
