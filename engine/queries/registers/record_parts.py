"""What belongs to a record beside its fields: tasks of the processes behind it, and files."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from engine.model.identity import Actor
from engine.queries.reading import Reading
from engine.queries.registers.register_views import RecordFile, RecordTask
from engine.store.files import FileUse, UploadedFile
from engine.store.record_options import visible_holders
from engine.store.registers import Record
from engine.store.tables import WorkItem

MOST_TASKS, MOST_FILES = 200, 100


def record_tasks(reading: Reading, instance_ids: Sequence[str]) -> tuple[RecordTask, ...]:
    """Completed and open tasks of instances that the actor may see, last first."""
    if not instance_ids:
        return ()
    at = sa.func.coalesce(WorkItem.closed_at, WorkItem.created_at).label("at")
    names = (WorkItem.instance_id, WorkItem.element_name, WorkItem.element_name_en, WorkItem.state, WorkItem.closed_by, WorkItem.assignee)
    wanted = (WorkItem.instance_id.in_(instance_ids), WorkItem.state.in_(("open", "completed")))
    statement = sa.select(*names, at).where(*wanted).order_by(at.desc(), WorkItem.activity_instance_id.desc())
    rows = reading.connection.execute(statement.limit(MOST_TASKS)).all()
    people = reading.user_names([person for row in rows for person in (row.closed_by, row.assignee)])
    return tuple(
        RecordTask(
            row.instance_id, row.element_name, row.element_name_en, row.state == "completed", people.get(row.closed_by or row.assignee, ""), row.at
        )
        for row in rows
    )


def record_files(reading: Reading, actor: Actor, record_ids: Sequence[str]) -> tuple[RecordFile, ...]:
    """Files that one of the records has or had in fields that the actor may see, last first."""
    used = sa.exists().where(FileUse.file_id == UploadedFile.id, FileUse.holder_type == "record", FileUse.holder_id.in_(record_ids))
    held = sa.exists().where(Record.id.in_(record_ids), visible_holders(reading.connection, actor, UploadedFile.id))
    columns = (UploadedFile.id, UploadedFile.name, UploadedFile.size, UploadedFile.uploaded_by, UploadedFile.uploaded_at)
    rows = reading.connection.execute(sa.select(*columns).where(used, held).order_by(UploadedFile.uploaded_at.desc()).limit(MOST_FILES)).all()
    people = reading.user_names([row.uploaded_by for row in rows])
    return tuple(RecordFile(row.id, row.name, row.size, people[row.uploaded_by], row.uploaded_at) for row in rows)
