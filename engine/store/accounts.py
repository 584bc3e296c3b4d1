"""Tables of signing in: sessions, attempts, identities elsewhere; and the log of what was changed about people and departments."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import BigInteger, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.store.database import Transaction, json_text
from engine.store.people import lock_people
from engine.store.tables import Base


class UserSession(Base):
    """Somebody signed in at one device. `token_hash`: SHA-256 of the only thing that the browser has.

    Over when `epoch` is not the account's any more. Times are the database's: all processes measure by one clock.
    """

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("token_hash"), Index("ix_sessions_user_id", "user_id"), Index("ix_sessions_last_seen_at", "last_seen_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    token_hash: Mapped[str]
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    epoch: Mapped[int]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    address: Mapped[str]
    device: Mapped[str]


class SignInAttempt(Base):
    """A password that was tried and was not right, or is being checked now; `key` says what is counted together. The clock is the database's."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_key_at", "key", "at"), Index("ix_sign_in_attempts_at", "at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime]


class KnownAddress(Base):
    """From where somebody has signed in with the right password, and when last. The clock is the database's."""

    __tablename__ = "known_addresses"

    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"), primary_key=True)
    address: Mapped[str] = mapped_column(primary_key=True)
    last_at: Mapped[datetime]


class ExternalIdentity(Base):
    """Who somebody is at a sign-in provider."""

    __tablename__ = "external_identities"
    __table_args__ = (Index("ix_external_identities_user_id", "user_id"),)

    issuer: Mapped[str] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(ForeignKey("users.id"))
    linked_at: Mapped[datetime]


# An administrator, or the sign-in provider, gave somebody an address of mail; the person's own choice is nobody's business.
MAIL_ADDRESS_SET = "mail_address_set"


class AccountEvent(Base):
    """A change to a person, a role's members or a department. `changes`: field -> {old?, new?}. `hash` covers it and its predecessor's.

    Never updated or deleted (trigger).
    """

    __tablename__ = "account_events"
    __table_args__ = (
        Index("ix_account_events_subject_type_subject_id", "subject_type", "subject_id"),
        Index("ix_account_events_actor", "actor"),
        Index("ix_account_events_at", "at"),
    )

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    subject_type: Mapped[str]
    subject_id: Mapped[str]
    changes: Mapped[dict[str, Any]]
    hash: Mapped[str]


def record_account_event(tx: Transaction, actor: str, kind: str, subject: tuple[str, str], changes: Mapping[str, Any]) -> None:
    """Append to the log; holds the people's lock to the end of the transaction. `subject`: (type, id). Passwords are never in `changes`."""
    lock_people(tx.connection)
    last = tx.connection.execute(sa.select(AccountEvent.number, AccountEvent.hash).order_by(AccountEvent.number.desc()).limit(1)).one_or_none()
    number, before = (last.number, last.hash) if last else (0, "")
    values = {"number": number + 1, "at": tx.now, "actor": actor, "kind": kind, "changes": dict(changes)}
    values |= {"subject_type": subject[0], "subject_id": subject[1]}
    tx.connection.execute(sa.insert(AccountEvent).values(**values, hash=account_event_hash(before, values)))


def account_event_hash(before: str, values: Mapping[str, Any]) -> str:
    """SHA-256 in hex over an event and the hash of the one before."""
    at: datetime = values["at"]
    parts = [before, values["number"], at.isoformat(), *(values[name] for name in ("actor", "kind", "subject_type", "subject_id", "changes"))]
    return hashlib.sha256(json_text(parts).encode()).hexdigest()
