"""Forms that arrived when their sender was signed out: kept for an hour, shown once, to the same person only."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from engine.commands.input import checked_text
from engine.commands.rights import require_system
from engine.commands.work import Work
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.store.database import json_text
from engine.store.drafts import KeptForm
from engine.store.registers import User

KEPT_FOR = timedelta(hours=1)
MOST_OF_ONE = 5
MOST_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class KeepForm:
    """Keep what `user_id` sent to the page at `address`; answers the secret with which it is taken again. For the system.

    Raises InputRejected: there is no such account, text that cannot be kept, more than 1 MB. Each account has the newest five.
    """

    user_id: str
    address: str
    fields: Sequence[tuple[str, str]]

    def execute(self, work: Work, actor: Actor) -> str:
        require_system(actor)
        address = checked_text(self.address, "address", maximum=2000)
        fields = [[checked_text(name, "fields", maximum=1000), _storable(value)] for name, value in self.fields]
        if len(json_text(fields).encode()) > MOST_BYTES:
            raise InputRejected("too_large", field="fields", maximum=MOST_BYTES)
        if not work.connection.scalar(sa.select(sa.exists().where(User.id == self.user_id, User.active))):
            raise InputRejected("unknown_user", field="user_id")
        newest = sa.select(KeptForm.digest).where(KeptForm.user_id == self.user_id).order_by(KeptForm.kept_at.desc()).limit(MOST_OF_ONE - 1)
        surplus = sa.and_(KeptForm.user_id == self.user_id, KeptForm.digest.not_in(newest))
        work.connection.execute(sa.delete(KeptForm).where(sa.or_(surplus, KeptForm.kept_at < work.now - KEPT_FOR)))
        secret = secrets.token_urlsafe(32)
        row = {"digest": _digest(secret), "user_id": self.user_id, "address": address, "fields": fields, "kept_at": work.now}
        work.connection.execute(sa.insert(KeptForm).values(row))
        return secret


@dataclass(frozen=True, slots=True)
class KeptFields:
    """What was posted to the page at `address`."""

    address: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class TakeKeptForm:
    """What the actor sent before signing in, once; None when it is somebody else's, older than an hour, or taken already."""

    secret: str

    def execute(self, work: Work, actor: Actor) -> KeptFields | None:
        taken = sa.delete(KeptForm).where(KeptForm.digest == _digest(self.secret))
        row = work.connection.execute(taken.returning(KeptForm.user_id, KeptForm.address, KeptForm.fields, KeptForm.kept_at)).one_or_none()
        if row is None or row.user_id != actor.user_id or row.kept_at < work.now - KEPT_FOR:
            return None
        return KeptFields(row.address, tuple((name, value) for name, value in row.fields))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _storable(value: str) -> str:
    """As typed, white space included; half a surrogate pair and NUL, which no database keeps, are left out."""
    return "".join(character for character in value if character != "\x00" and not "\ud800" <= character <= "\udfff")
