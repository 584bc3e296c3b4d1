"""Uploaded files: what they are and what is in them, for those who may see what refers to them; and which an actor may attach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from engine import forms
from engine.model.errors import NotFoundError
from engine.model.identity import Actor
from engine.model.values import Value
from engine.queries.reading import Query, Reading, findable
from engine.queries.visibility import visible_instances
from engine.store.attachments import HOLDER
from engine.store.case_access import recorded_look
from engine.store.files import CHUNK_BYTES, FileChunk, FileUse, UploadedFile
from engine.store.record_options import ActorRecords, visible_holders
from engine.store.registers import Record
from engine.store.tables import Instance

CHUNKS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class FileView:
    """`type` is what the content says; `inline` says that a browser may show it: a plain image."""

    file_id: str
    name: str
    type: str
    size: int
    digest: str
    uploaded_by_name: str
    uploaded_at: datetime

    @property
    def inline(self) -> bool:
        return self.preview == "image"

    @property
    def preview(self) -> forms.PreviewKind:
        return forms.preview_kind(self.type)

    @property
    def parts(self) -> int:
        """How many FileParts there are."""
        return -(-self.size // (CHUNK_BYTES * CHUNKS_AT_ONCE))


@dataclass(frozen=True, slots=True)
class FileDetail(Query[FileView]):
    """For whoever uploaded it and those who may see an instance or a record that refers to it. NotFoundError for everybody else."""

    file_id: str

    def answer(self, reading: Reading, actor: Actor) -> FileView:
        row = _file(reading, actor, self.file_id)
        name = reading.user_names([row.uploaded_by])[row.uploaded_by]
        return FileView(row.id, row.name, row.type, row.size, row.digest, name, row.uploaded_at)


@dataclass(frozen=True, slots=True)
class FilePart(Query[bytes]):
    """Some megabytes of a file; `number` counts from 0 to FileView.parts - 1. Raises NotFoundError."""

    file_id: str
    number: int

    def answer(self, reading: Reading, actor: Actor) -> bytes:
        row = _file(reading, actor, self.file_id)
        wanted = range(self.number * CHUNKS_AT_ONCE, (self.number + 1) * CHUNKS_AT_ONCE)
        statement = sa.select(FileChunk.content).where(FileChunk.digest == row.digest, FileChunk.number.in_(wanted)).order_by(FileChunk.number)
        return b"".join(bytes(chunk) for chunk in reading.connection.scalars(statement))


def _file(reading: Reading, actor: Actor, file_id: str) -> sa.Row[Any]:
    statement = sa.select(*UploadedFile.__table__.columns).where(UploadedFile.id == findable(file_id), _may_see(reading, actor))
    row = reading.connection.execute(statement).one_or_none()
    if row is None:
        raise NotFoundError("no_such_file", file_id=str(file_id)[:100])
    return row


def _may_see(reading: Reading, actor: Actor) -> sa.ColumnElement[bool]:
    used = sa.exists().where(FileUse.file_id == UploadedFile.id)
    instances = sa.select(Instance.id).where(visible_instances(actor), Instance.id == FileUse.holder_id)
    held = visible_holders(reading.connection, actor, UploadedFile.id)
    records = sa.select(Record.id).where(Record.id == FileUse.holder_id, held).correlate(FileUse, UploadedFile)
    looked = recorded_look(actor, FileUse.holder_id, reading.now)
    by_instance = used.where(FileUse.holder_type.in_(("instance", HOLDER)), sa.or_(instances.exists(), looked))
    by_record = used.where(FileUse.holder_type == "record", records.exists())
    return sa.or_(UploadedFile.uploaded_by == actor.user_id, by_instance, by_record)


@dataclass(frozen=True, slots=True)
class FormFiles(Query[Mapping[str, Mapping[str, Value]]]):
    """id -> {id, name, size, type, digest} of the actor's own uploads that the data of a form names; for showing it again."""

    form: forms.Form
    data: Mapping[str, Any]

    def answer(self, reading: Reading, actor: Actor) -> Mapping[str, Mapping[str, Value]]:
        ids = forms.file_ids(self.form, self.data)
        if not ids:
            return {}
        keys = ("id", "name", "size", "type", "digest")
        statement = sa.select(*(getattr(UploadedFile, key) for key in keys))
        rows = reading.connection.execute(statement.where(UploadedFile.id.in_(sorted(ids)), UploadedFile.uploaded_by == actor.user_id))
        return {row.id: dict(zip(keys, row, strict=True)) for row in rows}


@dataclass(frozen=True, slots=True)
class FormOptions(Query["tuple[forms.Option, ...] | None"]):
    """What a register offers for a search; None when the actor may not see the register, or there is none."""

    source: forms.RecordSource
    search: str = ""

    def answer(self, reading: Reading, actor: Actor) -> tuple[forms.Option, ...] | None:
        return ActorRecords(reading.connection, actor).find(self.source, self.search, forms.LIMITS.record_options)


@dataclass(frozen=True, slots=True)
class RecordNames(Query["tuple[forms.Option, ...] | None"]):
    """The options of those tokens, as FormOptions."""

    source: forms.RecordSource
    tokens: tuple[str, ...]

    def answer(self, reading: Reading, actor: Actor) -> tuple[forms.Option, ...] | None:
        return ActorRecords(reading.connection, actor).named(self.source, self.tokens)
