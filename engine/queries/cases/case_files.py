"""All files of one case in one list: those that people attached, and those that its forms took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import forms
from engine.model.errors import NotFoundError
from engine.model.identity import Actor, is_instance_id, only_looks
from engine.queries.reading import Query, Reading
from engine.queries.visibility import visible_instances
from engine.store.attachments import Attachment
from engine.store.case_access import recorded_look
from engine.store.files import FileUse, UploadedFile
from engine.store.registers import User
from engine.store.tables import Instance

MOST_FILES = 1000


@dataclass(frozen=True, slots=True)
class CaseFileLine:
    """`number` of an attachment within the case, None for a file of a form. `file_id` None: removed, by whom, when and why stands in `removed_*`."""

    number: int | None
    file_id: str | None
    name: str
    type: str
    size: int
    digest: str
    added_by_name: str
    added_at: datetime
    removed_at: datetime | None
    removed_by_name: str | None
    removal_reason: str | None
    is_own: bool

    @property
    def preview(self) -> forms.PreviewKind:
        return forms.preview_kind(self.type)


@dataclass(frozen=True, slots=True)
class CaseFiles:
    """Oldest first. `there` counts those that have not been removed; `more` says that there are others beyond the first thousand."""

    lines: tuple[CaseFileLine, ...]
    may_add: bool
    more: bool = False

    @property
    def there(self) -> int:
        return sum(line.file_id is not None for line in self.lines)


@dataclass(frozen=True, slots=True)
class FilesOfCase(Query[CaseFiles]):
    """For those who may see the case, and for auditors whose look into it is on record. Auditors add nothing. Raises NotFoundError for others."""

    instance_id: str

    def answer(self, reading: Reading, actor: Actor) -> CaseFiles:
        sees, looked = False, False
        if is_instance_id(self.instance_id):
            ways = sa.select(visible_instances(actor), recorded_look(actor, Instance.id, reading.now)).where(Instance.id == self.instance_id)
            sees, looked = reading.connection.execute(ways).one_or_none() or (sees, looked)
        if not (sees or looked):
            raise NotFoundError("no_such_instance", instance_id=str(self.instance_id)[:100])
        every = sa.union_all(_attached(self.instance_id, actor), _of_forms(self.instance_id, actor)).subquery()
        statement = sa.select(every).order_by(every.c.added_at, every.c.number.nulls_first(), every.c.name).limit(MOST_FILES + 1)
        rows = reading.connection.execute(statement).all()
        return CaseFiles(tuple(CaseFileLine(*row) for row in rows[:MOST_FILES]), bool(sees) and not only_looks(actor), len(rows) > MOST_FILES)


def _attached(instance_id: str, actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    remover = sa.orm.aliased(User)
    told = (Attachment.name, Attachment.type, Attachment.size, Attachment.digest)
    added = (sa.func.coalesce(User.name, Attachment.added_by).label("added_by_name"), Attachment.added_at)
    removed = (Attachment.removed_at, sa.func.coalesce(remover.name, Attachment.removed_by).label("removed_by_name"), Attachment.removal_reason)
    columns = (Attachment.number, Attachment.file_id, *told, *added, *removed, (Attachment.added_by == actor.user_id).label("is_own"))
    people = sa.select(*columns).outerjoin(User, User.id == Attachment.added_by).outerjoin(remover, remover.id == Attachment.removed_by)
    return people.where(Attachment.instance_id == instance_id)


def _of_forms(instance_id: str, actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    told = (UploadedFile.name, UploadedFile.type, UploadedFile.size, UploadedFile.digest)
    added = (sa.func.coalesce(User.name, UploadedFile.uploaded_by), UploadedFile.uploaded_at)
    never = (sa.null().cast(sa.DateTime(timezone=True)), sa.null().cast(sa.Text()), sa.null().cast(sa.Text()))
    columns = (sa.null().cast(sa.Integer()), UploadedFile.id, *told, *added, *never, UploadedFile.uploaded_by == actor.user_id)
    joined = sa.select(*columns).join(FileUse, FileUse.file_id == UploadedFile.id).outerjoin(User, User.id == UploadedFile.uploaded_by)
    return joined.where(FileUse.holder_type == "instance", FileUse.holder_id == instance_id)
