"""Open tasks carry the words by which they are found, and the process that was started: a page of what is found is read from one table."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from engine.store.search_text import grams

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

BATCH = 1000
_OPEN = sa.text("state = 'open'")
_NOBODY = sa.text("state = 'open' AND assignee IS NULL AND cardinality(candidate_groups) = 0 AND cardinality(candidate_users) = 0")
_DUE = sa.text("COALESCE(due_at, 'infinity'::timestamp with time zone)")
_ORDER: list[str | sa.TextClause] = [sa.text("(-priority)"), _DUE, "created_at", "instance_id", "activity_instance_id"]
# Texts of an instance that all its readers see belong to each of its open tasks, a task's own ones to that task.
_SET = """
UPDATE work_items SET words = found.words, title_words = found.title_words, word_grams = found.word_grams FROM (
  SELECT item.instance_id, item.activity_instance_id,
    string_agg(known.text, ' ' ORDER BY known.shared DESC, known.activity_instance_id) AS words,
    coalesce(max(known.text) FILTER (WHERE known.activity_instance_id = 0), '') AS title_words,
    ARRAY(SELECT DISTINCT gram FROM search_texts each, unnest(each.grams) gram
      WHERE each.instance_id = item.instance_id AND (each.shared OR each.activity_instance_id = item.activity_instance_id)
      ORDER BY gram) AS word_grams
  FROM work_items item JOIN search_texts known
    ON known.instance_id = item.instance_id AND (known.shared OR known.activity_instance_id = item.activity_instance_id)
  WHERE item.state = 'open' AND {which}
  GROUP BY item.instance_id, item.activity_instance_id
) found
WHERE work_items.instance_id = found.instance_id AND work_items.activity_instance_id = found.activity_instance_id
  AND (work_items.words, work_items.title_words) IS DISTINCT FROM (found.words, found.title_words)
"""
_FUNCTION = f"""
CREATE FUNCTION tuoke_keep_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {_SET.format(which="item.instance_id IN (SELECT touched.instance_id FROM touched)")};
  RETURN NULL;
END $$
"""
_TABLES = {"search_texts": ("instance_id", "activity_instance_id", "shared"), "recorded_texts": ("instance_id", "sequence", "part")}


def upgrade() -> None:
    for name in ("own_process_key", "words", "title_words"):
        op.add_column("work_items", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("work_items", sa.Column("word_grams", sa.ARRAY(sa.Integer()), nullable=False, server_default="{}"))
    for table, key in _TABLES.items():
        _grams_again(table, key)
    op.execute("UPDATE work_items SET own_process_key = instances.process_key FROM instances WHERE instances.id = work_items.instance_id")
    op.execute(_SET.format(which="true"))
    op.create_index("ix_work_items_words", "work_items", ["candidate_groups", "word_grams"], postgresql_using="gin", postgresql_where=_OPEN)
    op.create_index("ix_work_items_own_process_key", "work_items", ["own_process_key"], postgresql_where=_OPEN)
    op.create_index("ix_work_items_assignee_by_priority", "work_items", ["assignee", *_ORDER], postgresql_where=_OPEN)
    op.create_index("ix_work_items_for_nobody", "work_items", ["created_at"], postgresql_where=_NOBODY)
    # Without them the planner takes a third of all tasks for urgent, or for overdue; what is due is found by its order's index.
    op.execute("CREATE STATISTICS work_items_priority ON (-priority) FROM work_items")
    op.execute("CREATE STATISTICS work_items_due ON (COALESCE(due_at, 'infinity'::timestamp with time zone)) FROM work_items")
    op.drop_index("ix_work_items_due_at", "work_items")
    op.execute(_FUNCTION)
    for event, rows in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        op.execute(
            f"CREATE TRIGGER keep_words_{event} AFTER {event.upper()} ON search_texts REFERENCING {rows} TABLE AS touched"
            " FOR EACH STATEMENT EXECUTE FUNCTION tuoke_keep_words()"
        )


def _grams_again(table: str, key: tuple[str, ...]) -> None:
    """Of what was written before there were triples of letters among them."""
    connection = op.get_bind()
    place, columns = ", ".join(f":{column}" for column in key), ", ".join(key)
    page = sa.text(f"SELECT {columns}, text FROM {table} WHERE ({columns}) > ({place}) ORDER BY {columns} LIMIT {BATCH}")
    change = sa.text(f"UPDATE {table} SET grams = :grams WHERE ({columns}) = ({place})")
    rows = connection.execute(sa.text(f"SELECT {columns}, text FROM {table} ORDER BY {columns} LIMIT {BATCH}")).all()
    while rows:
        connection.execute(change, [{**{name: row._mapping[name] for name in key}, "grams": grams(row.text)} for row in rows])
        rows = connection.execute(page, {name: rows[-1]._mapping[name] for name in key}).all()
