"""The address that somebody's notifications are mailed to: used only after a code that was sent there has come back."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from engine.commands.input import checked_text
from engine.commands.work import Work
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.settings import is_mail_address
from engine.store import job_queue
from engine.store.notifications import USUAL_DUE_HOURS, Mail, NotificationSetting

CODE_LASTS = timedelta(hours=24)
CODE_PAUSE = timedelta(minutes=1)
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class SetMailAddress:
    """Send a code to `address`, one's own; empty: no mail any more. Raises InputRejected: bad_mail_address, mail_code_too_soon(seconds)."""

    address: str

    def execute(self, work: Work, actor: Actor) -> None:
        address = checked_text(self.address, "address", maximum=254, required=False)
        if address and not is_mail_address(address):
            raise InputRejected("bad_mail_address", field="address", address=address)
        values: dict[str, Any] = {"mail_address": address or None, "mail_confirmed_at": None, "mail_tries": 0}
        values |= {"mail_code": f"{secrets.randbelow(10**6):06}" if address else None}
        fresh = insert(NotificationSetting).values(user_id=actor.user_id, due_hours=USUAL_DUE_HOURS, mail_tries=0)
        work.connection.execute(fresh.on_conflict_do_nothing())
        mine = NotificationSetting.user_id == actor.user_id
        last = work.connection.scalar(sa.select(NotificationSetting.mail_code_at).where(mine).with_for_update())
        if address:
            if last is not None and last + CODE_PAUSE > work.now:
                raise InputRejected("mail_code_too_soon", field="address", seconds=int(CODE_PAUSE.total_seconds()))
            values["mail_code_at"] = work.now
        work.connection.execute(sa.update(NotificationSetting).where(mine).values(values))
        # Mail that was on its way to the old address stays at home.
        waiting = (Mail.user_id == actor.user_id, Mail.ended_at.is_(None))
        work.connection.execute(sa.update(Mail).where(*waiting).values(ended_at=work.now))
        if address:
            row = {"user_id": actor.user_id, "created_at": work.now, "due_at": work.now, "tries": 0}
            work.connection.execute(sa.insert(Mail).values(**row))
            job_queue.defer(work.connection, [job_queue.send_mails()])


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
        values: dict[str, Any] = {"mail_code": None, "mail_confirmed_at": work.now} if right else {"mail_tries": tries}
        work.connection.execute(sa.update(NotificationSetting).where(mine).values(values))
        return "confirmed" if right else "expired" if tries >= MOST_TRIES else "wrong"
