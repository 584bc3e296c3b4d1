"""Files that forms take: kept as soon as they are chosen, referred to by what is submitted, removed when nothing refers to them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, BinaryIO

import sqlalchemy as sa

from engine import forms
from engine.commands.rights import require_system
from engine.commands.work import Work
from engine.model.errors import FieldProblem, FormRejected, InputRejected
from engine.model.identity import Actor
from engine.model.values import JsonValue, Value
from engine.store.drafts import Draft
from engine.store.files import FileUse, UploadedFile, chunks, hold_files, keep_content, remove_contents, use_files
from engine.store.record_options import ActorRecords

KEPT_UNUSED = timedelta(days=7)
MOST_UNUSED = 200
MOST_UNUSED_BYTES = 2_000_000_000
REMOVED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class FileKept:
    """What a form's value holds of a file; `type` is what the content says."""

    id: str
    name: str
    size: int
    type: str
    digest: str

    def as_value(self) -> dict[str, Value]:
        return {"id": self.id, "name": self.name, "size": self.size, "type": self.type, "digest": self.digest}


@dataclass(frozen=True, slots=True)
class KeepFile:
    """Keep an upload of the actor's, to be named in a form within seven days. `content` is read from its beginning and never run or unpacked.

    Raises FormRejected with the problem of `field`: file_empty, file_size, file_content (a name that the content belies), file_type (not among
    `accept`), too_many_uploads.
    """

    name: str
    content: BinaryIO | bytes
    accept: tuple[str, ...] = ()
    field: str = ""

    def execute(self, work: Work, actor: Actor) -> FileKept:
        if not isinstance(self.name, str):
            raise InputRejected("wrong_type", field="name", expected="text", given=type(self.name).__name__)
        content = BytesIO(self.content) if isinstance(self.content, (bytes, bytearray)) else self.content
        name = forms.clean_name(self.name)
        digest, size = self._measured(name, content)
        kind = self._kind(name, content)
        self._require_room(work, actor, size)
        keep_content(work.connection, digest, size, content)
        kept = FileKept(work.tx.new_id(), name, size, kind, digest)
        by = {"uploaded_by": actor.user_id, "uploaded_at": work.now}
        work.connection.execute(sa.insert(UploadedFile).values(id=kept.id, name=name, type=kind, size=size, digest=digest, **by))
        return kept

    def _refuse(self, code: str, **values: Any) -> FormRejected:
        return FormRejected({self.field: FieldProblem(code, **values)})

    def _measured(self, name: str, content: BinaryIO) -> tuple[str, int]:
        hashed, size = hashlib.sha256(), 0
        for chunk in chunks(content):
            hashed.update(chunk)
            size += len(chunk)
            if size > forms.LIMITS.file_bytes:
                raise self._refuse("file_size", name=name, megabytes=forms.LIMITS.file_bytes // 1_000_000)
        if not size:
            raise self._refuse("file_empty", name=name)
        return hashed.hexdigest(), size

    def _kind(self, name: str, content: BinaryIO) -> str:
        content.seek(0)
        kind = forms.sniff(content.read(forms.HEAD_BYTES))
        if not forms.fits_name(name, kind):
            raise self._refuse("file_content", name=name)
        if not forms.accepted(name, kind, self.accept):
            raise self._refuse("file_type", name=name, accept=" ".join(self.accept))
        return kind

    def _require_room(self, work: Work, actor: Actor, size: int) -> None:
        counted = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(UploadedFile.size), 0)).where(UploadedFile.uploaded_by == actor.user_id)
        number, total = work.connection.execute(counted.where(_unused())).one()
        if number >= MOST_UNUSED or total + size > MOST_UNUSED_BYTES:
            raise self._refuse("too_many_uploads")


@dataclass(frozen=True, slots=True)
class FilesRemoved:
    files: int
    contents: int
    at: datetime


@dataclass(frozen=True, slots=True)
class RemoveUnusedFiles:
    """Take away uploads that nothing has referred to for seven days: no instance, no record, no draft. System only; run it daily."""

    def execute(self, work: Work, actor: Actor) -> FilesRemoved:
        require_system(actor)
        old = sa.select(UploadedFile.id).where(UploadedFile.uploaded_at < work.now - KEPT_UNUSED, _unused(), ~_drafted())
        # Held first and looked at again afterwards: somebody may submit one of them just now.
        held = list(work.connection.scalars(old.order_by(UploadedFile.id).limit(REMOVED_AT_ONCE).with_for_update(skip_locked=True)))
        removal = sa.delete(UploadedFile).where(UploadedFile.id.in_(held), _unused(), ~_drafted()).returning(UploadedFile.id)
        removed = work.connection.execute(removal).all() if held else []
        # Also those whose last file was taken away on purpose.
        return FilesRemoved(len(removed), remove_contents(work.connection), work.now)


def forget_file(connection: sa.Connection, file_id: str) -> None:
    """Nobody gets the file any more, who uploaded it included, unless something else refers to it; its content goes with the daily cleaning."""
    connection.execute(sa.delete(UploadedFile).where(UploadedFile.id == file_id, _unused(), ~_drafted()))


def _unused() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(FileUse.file_id == UploadedFile.id)


def _drafted() -> sa.ColumnElement[bool]:
    return sa.exists().where(Draft.user_id == UploadedFile.uploaded_by, sa.func.strpos(sa.cast(Draft.data, sa.Text), UploadedFile.id) > 0)


def form_lookups(work: Work, form: forms.Form, data: Mapping[str, Any], actor: Actor) -> forms.Lookups:
    """What the actor may name in that form: own uploads, held until the end of the transaction, and registers that may be seen."""
    ids = forms.file_ids(form, data)
    rows = hold_files(work.connection, ids, actor.user_id) if ids else []
    files = (FileKept(row.id, row.name, row.size, row.type, row.digest) for row in rows)
    return forms.Lookups({file.id: file.as_value() for file in files}, ActorRecords(work.connection, actor))


def refer_to_files(work: Work, lookups: forms.Lookups, form: forms.Form, values: Mapping[str, Value], holder_type: str, holder_id: str) -> None:
    """From now on whoever may see the holder may see those uploads of the actor that the submitted values name.

    Only these: a value that was there before may have been made up by whoever sets variables without a form.
    """
    ids = forms.file_ids(form, values) & lookups.files.keys() if lookups.files else frozenset()
    if ids:
        use_files(work.connection, ids, holder_type, holder_id)


def share_files(work: Work, values: Mapping[str, JsonValue], holder_type: str, holder_id: str, record_id: str) -> None:
    """A record that takes values from an instance, or from another record, refers to those of the holder's own files that stand in them."""
    ids = set(_ids(values))
    if ids:
        own = sa.select(FileUse.file_id).where(FileUse.holder_type == holder_type, FileUse.holder_id == holder_id, FileUse.file_id.in_(sorted(ids)))
        use_files(work.connection, list(work.connection.scalars(own)), "record", record_id)


def _ids(value: Any) -> list[str]:
    if forms.is_file(value):
        return [str(value["id"])]
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, (list, tuple)) else ()
    return [id for item in inner for id in _ids(item)]
