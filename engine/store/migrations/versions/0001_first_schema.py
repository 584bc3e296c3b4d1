"""The first schema: deployments, instances, the event log, waits, people and records; Procrastinate's own tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from procrastinate.schema import SchemaManager
from sqlalchemy.dialects import postgresql

from engine.store.database import driver_connection

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

REFUSE_CHANGES = """
CREATE FUNCTION tuoke_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$
"""
TRIGRAMS = """
DO $$
BEGIN
    CREATE EXTENSION IF NOT EXISTS pg_trgm;
    CREATE INDEX ix_instances_title_trgm ON instances USING gin (title gin_trgm_ops);
    CREATE INDEX ix_instances_business_key_trgm ON instances USING gin (business_key gin_trgm_ops);
    CREATE INDEX ix_records_search_trgm ON records USING gin (search gin_trgm_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
    RAISE NOTICE 'no pg_trgm: searches read every row';
END $$
"""


def upgrade() -> None:
    _buffered_messages()
    _deliveries()
    _deployed_contents()
    _deployments()
    _groups()
    _users()
    _definitions()
    _deployed_files()
    _memberships()
    _record_types()
    _instances()
    _records()
    _start_waits()
    _events()
    _incidents()
    _jobs()
    _participations()
    _record_changes()
    _record_keys()
    _subscriptions()
    _timers()
    _work_items()
    _drafts()
    op.execute(REFUSE_CHANGES)
    for table in ("events", "record_changes"):
        op.execute(f"CREATE TRIGGER refuse_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION tuoke_refuse_change()")
        op.execute(f"CREATE TRIGGER refuse_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION tuoke_refuse_change()")
    op.execute(TRIGRAMS)
    _procrastinate()


def _procrastinate() -> None:
    """The job queue's tables, unless the database has them already."""
    connection = op.get_bind()
    if connection.scalar(sa.text("SELECT to_regclass('procrastinate_jobs') IS NULL")):
        driver_connection(connection).execute(SchemaManager.get_schema())


def _buffered_messages() -> None:
    op.create_table(
        "buffered_messages",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_to", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_buffered_messages"),
    )
    op.create_index("ix_buffered_messages_expires_at", "buffered_messages", ["expires_at"], unique=False)
    op.create_index("ix_buffered_messages_name_correlation_key", "buffered_messages", ["name", "correlation_key"], unique=False)


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("source_instance_id", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("target_process_key", sa.Text(), nullable=True),
        sa.Column("target_instance_id", sa.Text(), nullable=True),
        sa.Column("target_activity_instance_id", sa.Integer(), nullable=True),
        sa.Column("target_definition_id", sa.Integer(), nullable=True),
        sa.Column("target_element_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    op.create_index("ix_deliveries_number", "deliveries", ["number"], unique=True)


def _deployed_contents() -> None:
    op.create_table(
        "deployed_contents",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_deployed_contents"),
    )


def _deployments() -> None:
    op.create_table(
        "deployments",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("pack_key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("deployed_by", sa.Text(), nullable=False),
        sa.Column("deployed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deployments"),
        sa.UniqueConstraint("number", name="uq_deployments_number"),
    )
    op.create_index("ix_deployments_pack_key_number", "deployments", ["pack_key", "number"], unique=False)


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("pack_key", sa.Text(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_groups"),
    )


def _users() -> None:
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_administrator", sa.Boolean(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_users"),
    )


def _definitions() -> None:
    op.create_table(
        "definitions",
        sa.Column("id", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("deployment_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("version_tag", sa.Text(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name="fk_definitions_deployment_id"),
        sa.PrimaryKeyConstraint("id", name="pk_definitions"),
    )
    op.create_index("ix_definitions_deployment_id", "definitions", ["deployment_id"], unique=False)
    op.create_index("uq_definitions_key", "definitions", ["key", "version"], unique=True)


def _deployed_files() -> None:
    op.create_table(
        "deployed_files",
        sa.Column("deployment_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name="fk_deployed_files_deployment_id"),
        sa.ForeignKeyConstraint(["digest"], ["deployed_contents.digest"], name="fk_deployed_files_digest"),
        sa.PrimaryKeyConstraint("deployment_id", "name", name="pk_deployed_files"),
    )
    op.create_index("ix_deployed_files_digest", "deployed_files", ["digest"], unique=False)


def _memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_memberships_user_id"),
        sa.PrimaryKeyConstraint("user_id", "group_key", name="pk_memberships"),
    )
    op.create_index("ix_memberships_group_key", "memberships", ["group_key"], unique=False)


def _record_types() -> None:
    op.create_table(
        "record_types",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("pack_key", sa.Text(), nullable=False),
        sa.Column("deployment_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["deployment_id"], ["deployments.id"], name="fk_record_types_deployment_id"),
        sa.PrimaryKeyConstraint("key", name="pk_record_types"),
    )


def _instances() -> None:
    op.create_table(
        "instances",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("business_key", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("end_element_id", sa.Text(), nullable=True),
        sa.Column("starter", sa.Text(), nullable=True),
        sa.Column("started_by", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_sequence", sa.Integer(), nullable=False),
        sa.Column("last_hash", sa.LargeBinary(), nullable=False),
        sa.Column("snapshot", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["definition_id"], ["definitions.id"], name="fk_instances_definition_id"),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index("ix_instances_business_key", "instances", ["business_key"], unique=False, postgresql_where=sa.text("business_key IS NOT NULL"))
    op.create_index("ix_instances_definition_id", "instances", ["definition_id"], unique=False)
    op.create_index("ix_instances_process_key_started_at", "instances", ["process_key", "started_at"], unique=False)
    op.create_index("ix_instances_started_by_started_at", "instances", ["started_by", "started_at"], unique=False)
    op.create_index("ix_instances_status_started_at", "instances", ["status", "started_at"], unique=False)


def _records() -> None:
    op.create_table(
        "records",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["record_type"], ["record_types.key"], name="fk_records_record_type"),
        sa.PrimaryKeyConstraint("id", name="pk_records"),
    )
    op.create_index("ix_records_instance_id", "records", ["instance_id"], unique=False)
    op.create_index("ix_records_record_type_updated_at", "records", ["record_type", "updated_at"], unique=False)


def _start_waits() -> None:
    op.create_table(
        "start_waits",
        sa.Column("definition_id", sa.Integer(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("interval", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["definition_id"], ["definitions.id"], name="fk_start_waits_definition_id"),
        sa.PrimaryKeyConstraint("definition_id", "element_id", name="pk_start_waits"),
    )
    op.create_index("ix_start_waits_due_at", "start_waits", ["due_at"], unique=False, postgresql_where=sa.text("due_at IS NOT NULL"))
    op.create_index("ix_start_waits_type_name", "start_waits", ["type", "name"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=True),
        sa.Column("element_id", sa.Text(), nullable=True),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_events_instance_id"),
        sa.PrimaryKeyConstraint("instance_id", "sequence", name="pk_events"),
    )
    op.create_index("ix_events_at", "events", ["at"], unique=False)


def _incidents() -> None:
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_incidents_instance_id"),
        sa.PrimaryKeyConstraint("id", name="pk_incidents"),
    )
    op.create_index("ix_incidents_raised_at", "incidents", ["raised_at"], unique=False, postgresql_where=sa.text("resolved_at IS NULL"))
    op.create_index(
        "uq_incidents_open", "incidents", ["instance_id", "activity_instance_id"], unique=True, postgresql_where=sa.text("resolved_at IS NULL")
    )


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_jobs_instance_id"),
        sa.PrimaryKeyConstraint("instance_id", "activity_instance_id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_due_at", "jobs", ["due_at"], unique=False)


def _participations() -> None:
    op.create_table(
        "participations",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_participations_instance_id"),
        sa.PrimaryKeyConstraint("user_id", "instance_id", name="pk_participations"),
    )
    op.create_index("ix_participations_instance_id", "participations", ["instance_id"], unique=False)


def _record_changes() -> None:
    op.create_table(
        "record_changes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_changes_record_id"),
        sa.PrimaryKeyConstraint("id", name="pk_record_changes"),
        sa.UniqueConstraint("record_id", "revision", name="uq_record_changes_record_id_revision"),
    )
    op.create_index("ix_record_changes_instance_id", "record_changes", ["instance_id"], unique=False)


def _record_keys() -> None:
    op.create_table(
        "record_keys",
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["records.id"], name="fk_record_keys_record_id"),
        sa.PrimaryKeyConstraint("record_type", "field", "value", name="pk_record_keys"),
    )
    op.create_index("ix_record_keys_record_id", "record_keys", ["record_id"], unique=False)


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("correlation_key", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_subscriptions_instance_id"),
        sa.PrimaryKeyConstraint("instance_id", "activity_instance_id", name="pk_subscriptions"),
    )
    op.create_index("ix_subscriptions_type_name_correlation_key", "subscriptions", ["type", "name", "correlation_key"], unique=False)


def _timers() -> None:
    op.create_table(
        "timers",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_timers_instance_id"),
        sa.PrimaryKeyConstraint("instance_id", "activity_instance_id", name="pk_timers"),
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"], unique=False)


def _work_items() -> None:
    op.create_table(
        "work_items",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.Text(), nullable=False),
        sa.Column("element_id", sa.Text(), nullable=False),
        sa.Column("element_name", sa.Text(), nullable=False),
        sa.Column("element_name_en", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("assignee", sa.Text(), nullable=True),
        sa.Column("candidate_groups", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("candidate_users", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("follow_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["instance_id"], ["instances.id"], name="fk_work_items_instance_id"),
        sa.PrimaryKeyConstraint("instance_id", "activity_instance_id", name="pk_work_items"),
    )
    op.create_index("ix_work_items_assignee", "work_items", ["assignee", "created_at"], unique=False, postgresql_where=sa.text("state = 'open'"))
    op.create_index(
        "ix_work_items_candidate_groups",
        "work_items",
        ["candidate_groups"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'open' AND assignee IS NULL"),
    )
    op.create_index(
        "ix_work_items_candidate_users",
        "work_items",
        ["candidate_users"],
        unique=False,
        postgresql_using="gin",
        postgresql_where=sa.text("state = 'open' AND assignee IS NULL"),
    )
    op.create_index(
        "ix_work_items_closed_by", "work_items", ["closed_by", "closed_at"], unique=False, postgresql_where=sa.text("state = 'completed'")
    )
    op.create_index("ix_work_items_due_at", "work_items", ["due_at"], unique=False, postgresql_where=sa.text("state = 'open'"))


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("instance_id", sa.Text(), nullable=False),
        sa.Column("activity_instance_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id", "activity_instance_id"],
            ["work_items.instance_id", "work_items.activity_instance_id"],
            name="fk_drafts_instance_id_activity_instance_id",
        ),
        sa.PrimaryKeyConstraint("instance_id", "activity_instance_id", "user_id", name="pk_drafts"),
    )
    op.create_index("ix_drafts_user_id", "drafts", ["user_id"], unique=False)
