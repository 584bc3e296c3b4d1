"""Tables of people and of records; who took part in which instance, and who looked into it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.tables import Base


class Department(Base):
    """A part of the organisation; `number` is its place among those of the same parent."""

    __tablename__ = "departments"
    __table_args__ = (Index("ix_departments_parent_id", "parent_id"), Index("ix_departments_head_id", "head_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("departments.id"))
    # Departments name their head, people their department: one of the two constraints is added afterwards.
    head_id: Mapped[str | None] = mapped_column(ForeignKey("users.id", use_alter=True, name="fk_departments_head_id"))
    number: Mapped[int]


class User(Base):
    """A sign-in account; `id` is the login. Raising `session_epoch` ends all its sessions. `password_hash` is Argon2's, None: cannot sign in.

    `manager_id` is the supervisor; following it never comes back to the same person. Administrators are analysts and auditors without the flags.
    """

    __tablename__ = "users"
    __table_args__ = (Index("ix_users_department_id", "department_id"), Index("ix_users_manager_id", "manager_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    is_administrator: Mapped[bool]
    language: Mapped[str]
    active: Mapped[bool]
    session_epoch: Mapped[int]
    created_at: Mapped[datetime]
    is_analyst: Mapped[bool]
    is_auditor: Mapped[bool]
    # A one-time password is good for one sign-in before `password_expires_at`, which must choose another.
    must_change_password: Mapped[bool]
    password_expires_at: Mapped[datetime | None]
    department_id: Mapped[str | None] = mapped_column(ForeignKey("departments.id"))
    manager_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))


class Group(Base):
    """A role. Deployments keep those of their pack up to date; `number` is the order in the pack."""

    __tablename__ = "groups"

    key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_en: Mapped[str]
    department: Mapped[str]
    pack_key: Mapped[str | None]
    number: Mapped[int]


class Membership(Base):
    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_group_key", "group_key"),)

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    group_key: Mapped[str] = mapped_column(primary_key=True)


class Participation(Base):
    """Who started, claimed, was given or completed something in which instance."""

    __tablename__ = "participations"
    __table_args__ = (Index("ix_participations_instance_id", "instance_id"),)

    user_id: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"), primary_key=True)
    first_at: Mapped[datetime]


class Inspection(Base):
    """An auditor looked into a case that was none of theirs. `purpose`: replay, export or case_file. Never updated or deleted (trigger)."""

    __tablename__ = "inspections"
    __table_args__ = (Index("ix_inspections_instance_id_actor_at", "instance_id", "actor", "at"), Index("ix_inspections_at", "at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    instance_id: Mapped[str] = mapped_column(ForeignKey("instances.id"))
    purpose: Mapped[str]


class RecordTypeRow(Base):
    """A register as the newest deployment of its pack describes it; `settings` holds the fields of engine.model.pack.RecordType.

    `indexed`: the settings by which the rows of engine.store.record_index were made, None: before there were any.
    """

    __tablename__ = "record_types"

    key: Mapped[str] = mapped_column(primary_key=True)
    pack_key: Mapped[str]
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployments.id"))
    name: Mapped[str]
    name_en: Mapped[str]
    settings: Mapped[dict[str, Any]]
    indexed: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class Record(Base):
    """`data`: field -> JSON value; `search`: the searched fields as one lower-case text; `instance_id` is the instance that made it.

    `archived_at`: it is kept for its history only; `merged_into`: because that record, which is never merged itself, has taken its place.
    `listed`: field -> keys (engine.model.sort_keys) of the fields by which lists are sorted and narrowed down; fields without a value are left out.
    `match_keys`: `field=value` of every field, the value as it is compared (engine.commands.records.register.match_key).
    """

    __tablename__ = "records"
    __table_args__ = (
        Index("ix_records_record_type_updated_at", "record_type", "updated_at"),
        Index("ix_records_in_use", "record_type", text("updated_at DESC"), "id", postgresql_where=text("archived_at IS NULL")),
        Index("ix_records_instance_id", "instance_id"),
        Index("ix_records_match_keys", "match_keys", postgresql_using="gin"),
        Index("ix_records_merged_into", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    record_type: Mapped[str] = mapped_column(ForeignKey("record_types.key"))
    title: Mapped[str]
    search: Mapped[str]
    data: Mapped[dict[str, Any]]
    match_keys: Mapped[list[str]]
    listed: Mapped[dict[str, list[str]]] = mapped_column(JSONB)
    revision: Mapped[int]
    instance_id: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[datetime]
    updated_by: Mapped[str]
    updated_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]
    merged_into: Mapped[str | None] = mapped_column(ForeignKey("records.id"))


class RecordKey(Base):
    """Unique field values of records: the primary key is what makes a record exist exactly once. Those of a merged record lead to its successor."""

    __tablename__ = "record_keys"
    __table_args__ = (Index("ix_record_keys_record_id", "record_id"),)

    record_type: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"))


class RecordChange(Base):
    """`changes`: field -> {old?, new?}, absent = did not exist. Never updated or deleted (trigger).

    `kind`: saved, archived, restored, merged (the record `other_id` was taken in) or merged_into (it was taken into `other_id`).
    """

    __tablename__ = "record_changes"
    __table_args__ = (UniqueConstraint("record_id", "revision"), Index("ix_record_changes_instance_id", "instance_id"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    record_id: Mapped[str] = mapped_column(ForeignKey("records.id"))
    revision: Mapped[int]
    at: Mapped[datetime]
    actor: Mapped[str]
    instance_id: Mapped[str | None]
    reason: Mapped[str]
    changes: Mapped[dict[str, Any]]
    kind: Mapped[str]
    import_id: Mapped[str | None]
    other_id: Mapped[str | None]
