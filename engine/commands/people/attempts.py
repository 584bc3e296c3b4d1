"""How often a password may be tried, counted in the database for all processes.

One account may be tried from many addresses at once. Closing it would let a stranger lock somebody out, so only strangers are slowed down: whoever
comes from a device or an address where the account has signed in before is not, and neither is who has a one-time password that nobody can guess.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.rights import require_system
from engine.commands.work import Work
from engine.model.errors import NotAllowedError
from engine.model.identity import Actor
from engine.store.accounts import KnownAddress, SignInAttempt
from engine.store.registers import User

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ADDRESS_KNOWN_FOR = timedelta(days=90)
# Wrong passwords of strangers for one account in an hour: from so many on each address has a few left, and all together no more than so many.
WATCHED_AFTER, PER_STRANGER, PER_ALL_STRANGERS = 20, 3, 100
_NOW = sa.func.now()


@dataclass(frozen=True, slots=True)
class AttemptLimit:
    """How often what has this key may be tried in a minute and in an hour."""

    key: str
    per_minute: int
    per_hour: int


@dataclass(frozen=True, slots=True)
class AttemptAt:
    """Which account is tried, from which address; `known_device`: the account has signed in there before."""

    user_id: str
    address: str
    known_device: bool = False


@dataclass(frozen=True, slots=True)
class BeginAttempt:
    """Before a password is checked: counted before the check, so that many at once are no way around it.

    Raises NotAllowedError("too_many_attempts"), with `guarded` when strangers have tried the account too often; then nothing was counted. For the
    system.
    """

    limits: Sequence[AttemptLimit]
    at: AttemptAt | None = None

    def execute(self, work: Work, actor: Actor) -> tuple[int, ...]:
        require_system(actor)
        limits = sorted(self.limits, key=lambda limit: limit.key)
        strangers = _stranger_keys(work, self.at)
        for key in sorted({*strangers, *(limit.key for limit in limits)}):
            work.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_lock_of(key))))
        work.connection.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < _NOW - HOUR))
        for limit in limits:
            minute, hour = _counted(work, limit.key)
            if minute >= limit.per_minute or hour >= limit.per_hour:
                raise NotAllowedError("too_many_attempts", seconds=60 if hour < limit.per_hour else 3600)
        if strangers:
            (_, everybody), (_, own) = (_counted(work, key) for key in strangers)
            if everybody >= PER_ALL_STRANGERS or (everybody >= WATCHED_AFTER and own >= PER_STRANGER):
                raise NotAllowedError("too_many_attempts", seconds=3600, guarded=True)
        rows = [{"key": key, "at": _NOW} for key in (*(limit.key for limit in limits), *strangers)]
        return tuple(work.connection.scalar(sa.insert(SignInAttempt).values(**row).returning(SignInAttempt.id)) or 0 for row in rows)


@dataclass(frozen=True, slots=True)
class ForgetAttempt:
    """The password was right: the attempt does not count, and the address is known from now on. For the system."""

    attempts: Sequence[int]
    at: AttemptAt | None = None

    def execute(self, work: Work, actor: Actor) -> None:
        require_system(actor)
        work.connection.execute(sa.delete(SignInAttempt).where(SignInAttempt.id.in_(list(self.attempts))))
        if self.at is not None:
            there = sa.select(User.id, sa.literal(self.at.address), _NOW).where(User.id == self.at.user_id)
            known = insert(KnownAddress).from_select(["user_id", "address", "last_at"], there)
            work.connection.execute(known.on_conflict_do_update(index_elements=["user_id", "address"], set_={"last_at": _NOW}))
            old = KnownAddress.last_at < _NOW - ADDRESS_KNOWN_FOR
            work.connection.execute(sa.delete(KnownAddress).where(KnownAddress.user_id == self.at.user_id, old))


def _stranger_keys(work: Work, at: AttemptAt | None) -> tuple[str, ...]:
    """Under which the attempt counts as a stranger's: for all of them, and for this one; none for whom the account knows."""
    if at is None or at.known_device:
        return ()
    mine = (KnownAddress.user_id == at.user_id, KnownAddress.address == at.address)
    is_known = sa.exists().where(*mine, KnownAddress.last_at > _NOW - ADDRESS_KNOWN_FOR)
    expected = sa.exists().where(User.id == at.user_id, User.must_change_password, User.password_expires_at > work.now)
    if work.connection.scalar(sa.select(sa.or_(is_known, expected))):
        return ()
    return (f"strangers {at.user_id}", f"stranger {at.user_id} {at.address}")


def _counted(work: Work, key: str) -> tuple[int, int]:
    """Attempts of the last minute and of the last hour."""
    recent = sa.func.count().filter(SignInAttempt.at > _NOW - MINUTE)
    minute, hour = work.connection.execute(sa.select(recent, sa.func.count()).where(SignInAttempt.key == key)).one()
    return int(minute), int(hour)


def _lock_of(key: str) -> int:
    """A bigint of the key, in a space of its own."""
    return int.from_bytes(hashlib.sha256(b"attempt " + key.encode(errors="replace")).digest()[:8], signed=True)
