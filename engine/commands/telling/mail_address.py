"""The address that somebody's notifications are mailed to: used only once it is known that its owner reads it.

One's own and one that an administrator wrote down are proved by a code that was sent there and has come back; one of the sign-in provider is used
when the provider says that it has verified it, and never instead of one that the person chose.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.input import checked_text
from engine.commands.rights import require_administrator
from engine.commands.work import Work
from engine.model.errors import InputRejected, NotFoundError
from engine.model.identity import SYSTEM, Actor
from engine.settings import is_mail_address
from engine.store import job_queue
from engine.store.accounts import MAIL_ADDRESS_SET, record_account_event
from engine.store.notifications import USUAL_DUE_HOURS, Mail, NotificationSetting
from engine.store.people import lock_people
from engine.store.registers import User

CODE_LASTS = timedelta(hours=24)
CODE_PAUSE = timedelta(minutes=1)
MOST_TRIES = 5
MOST_SIGNS = 254


@dataclass(frozen=True, slots=True)
class SetMailAddress:
    """Send a code to `address`, one's own; empty: no mail any more. Raises InputRejected: bad_mail_address, mail_code_too_soon(seconds)."""

    address: str

    def execute(self, work: Work, actor: Actor) -> None:
        address = _checked(self.address)
        last = _locked(work, actor.user_id)
        if address and last.mail_code_at is not None and last.mail_code_at + CODE_PAUSE > work.now:
            raise InputRejected("mail_code_too_soon", field="address", seconds=int(CODE_PAUSE.total_seconds()))
        _write(work, actor.user_id, address, given_by=actor.user_id)


@dataclass(frozen=True, slots=True)
class SetMailAddressOf:
    """Write down somebody's address and send a code there; empty: take it away. Whether anything changed. Administrators only.

    Nothing but the code goes there before the person has given it back: an administrator may have mistyped it.
    Raises InputRejected: bad_mail_address; NotFoundError.
    """

    user_id: str
    address: str

    def execute(self, work: Work, actor: Actor) -> bool:
        require_administrator(actor)
        user_id, address = checked_text(self.user_id, "user_id", maximum=100), _checked(self.address)
        lock_people(work.connection)
        if work.connection.scalar(sa.select(User.id).where(User.id == user_id)) is None:
            raise NotFoundError("no_such_account", user_id=user_id)
        before = _locked(work, user_id)
        if (before.mail_address or "") == address:
            return False
        _write(work, user_id, address, given_by=actor.user_id)
        _record(work, actor, user_id, before.mail_address, address)
        return True


@dataclass(frozen=True, slots=True)
class ConfirmMailAddress:
    """Give the code back. `expired`: it was older than a day or tried too often, another one must be asked for."""

    code: str

    def execute(self, work: Work, actor: Actor) -> Literal["confirmed", "wrong", "expired"]:
        code = checked_text(self.code, "code", maximum=20)
        mine = NotificationSetting.user_id == actor.user_id
        columns = (NotificationSetting.mail_code, NotificationSetting.mail_code_at, NotificationSetting.mail_tries)
        row = work.connection.execute(sa.select(*columns).where(mine).with_for_update()).one_or_none()
        if row is None or row.mail_code is None or row.mail_code_at + CODE_LASTS < work.now or row.mail_tries >= MOST_TRIES:
            return "expired"
        right = hmac.compare_digest(code.encode(), row.mail_code.encode())
        tries = row.mail_tries + 1
        values: dict[str, Any] = {"mail_tries": tries}
        if right:
            values = {"mail_code": None, "mail_confirmed_at": work.now, "mail_given_by": actor.user_id}
        work.connection.execute(sa.update(NotificationSetting).where(mine).values(values))
        return "confirmed" if right else "expired" if tries >= MOST_TRIES else "wrong"


def mail_address_of(connection: sa.Connection, user_id: str) -> str | None:
    found: str | None = connection.scalar(sa.select(NotificationSetting.mail_address).where(NotificationSetting.user_id == user_id))
    return found


def follow_provider(work: Work, user_id: str, address: str) -> None:
    """Use the address that the sign-in provider has verified, unless the person chose another one, or none. What is no address is left alone."""
    if not is_mail_address(address) or len(address) > MOST_SIGNS:
        return
    columns = (NotificationSetting.mail_address, NotificationSetting.mail_confirmed_at, NotificationSetting.mail_given_by)
    before = work.connection.execute(sa.select(*columns).where(NotificationSetting.user_id == user_id)).one_or_none()
    if before is not None:
        own = before.mail_given_by == user_id or (before.mail_address and before.mail_given_by is None)
        if own or (before.mail_address == address and before.mail_confirmed_at is not None):
            return
    _locked(work, user_id)
    _write(work, user_id, address, given_by=SYSTEM.user_id, proved=True)
    _record(work, SYSTEM, user_id, before.mail_address if before is not None else None, address)


def _checked(address: str) -> str:
    checked = checked_text(address, "address", maximum=MOST_SIGNS, required=False)
    if checked and not is_mail_address(checked):
        raise InputRejected("bad_mail_address", field="address", address=checked)
    return checked


def _locked(work: Work, user_id: str) -> Any:
    """The settings of the person, which are made when there are none: mail_address, mail_code_at."""
    fresh = insert(NotificationSetting).values(user_id=user_id, due_hours=USUAL_DUE_HOURS, mail_tries=0)
    work.connection.execute(fresh.on_conflict_do_nothing())
    columns = (NotificationSetting.mail_address, NotificationSetting.mail_code_at)
    return work.connection.execute(sa.select(*columns).where(NotificationSetting.user_id == user_id).with_for_update()).one()


def _write(work: Work, user_id: str, address: str, *, given_by: str, proved: bool = False) -> None:
    """The new address. Unless it is `proved`, a code is mailed there; mail that was on its way to the old address stays at home."""
    code = f"{secrets.randbelow(10**6):06}" if address and not proved else None
    values: dict[str, Any] = {"mail_address": address or None, "mail_confirmed_at": work.now if proved else None, "mail_tries": 0}
    values |= {"mail_code": code, "mail_given_by": given_by}
    if code is not None:
        values["mail_code_at"] = work.now
    work.connection.execute(sa.update(NotificationSetting).where(NotificationSetting.user_id == user_id).values(values))
    waiting = (Mail.user_id == user_id, Mail.ended_at.is_(None))
    work.connection.execute(sa.update(Mail).where(*waiting).values(ended_at=work.now))
    if code is not None:
        row = {"user_id": user_id, "created_at": work.now, "due_at": work.now, "tries": 0}
        work.connection.execute(sa.insert(Mail).values(**row))
        job_queue.defer(work.connection, [job_queue.send_mails()])


def _record(work: Work, actor: Actor, user_id: str, old: str | None, new: str) -> None:
    changes = {side: value for side, value in (("old", old), ("new", new)) if value}
    record_account_event(work.tx, actor.user_id, MAIL_ADDRESS_SET, ("user", user_id), {"mail_address": changes})
