"""Mail on its way: taken by whoever sends it, gone, failed, tried again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from engine.commands.rights import require_administrator, require_system
from engine.commands.work import Work
from engine.model.identity import Actor
from engine.store import job_queue
from engine.store.notifications import Mail

# Longer than a try takes: whoever dies while sending leaves it to the next one, who sends it again under the same Message-ID.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=2)
GIVEN_UP_AFTER = timedelta(days=2)
KEPT_FOR = timedelta(days=30)
LONGEST_ERROR = 500
_MOST_DOUBLINGS = 10


@dataclass(frozen=True, slots=True)
class TakeMail:
    """The next mail that is due, by its number, None: none is. Nobody else gets it before its next time. System only."""

    def execute(self, work: Work, actor: Actor) -> int | None:
        require_system(actor)
        due = sa.select(Mail.id, Mail.tries).where(Mail.ended_at.is_(None), Mail.due_at <= work.now)
        row = work.connection.execute(due.order_by(Mail.due_at, Mail.id).limit(1).with_for_update(skip_locked=True)).one_or_none()
        if row is None:
            return None
        pause = min(FIRST_PAUSE * 2 ** min(row.tries, _MOST_DOUBLINGS), LONGEST_PAUSE)
        work.connection.execute(sa.update(Mail).where(Mail.id == row.id).values(tries=row.tries + 1, due_at=work.now + pause))
        return int(row.id)


@dataclass(frozen=True, slots=True)
class EndMail:
    """It went out, or is not needed any more. System only."""

    mail_id: int

    def execute(self, work: Work, actor: Actor) -> None:
        require_system(actor)
        work.connection.execute(sa.update(Mail).where(Mail.id == self.mail_id).values(ended_at=work.now, error=None))


@dataclass(frozen=True, slots=True)
class FailMail:
    """It did not go out; it is tried again at its next time, unless the failure is `final` or it is older than two days. System only."""

    mail_id: int
    error: str
    final: bool = False

    def execute(self, work: Work, actor: Actor) -> None:
        require_system(actor)
        # What a server answers may hold anything; the database takes no NUL.
        error = self.error.replace("\x00", "?")[:LONGEST_ERROR]
        over = sa.or_(sa.literal(self.final), Mail.created_at < work.now - GIVEN_UP_AFTER)
        ended = sa.case((over, sa.literal(work.now, sa.DateTime(timezone=True))))
        work.connection.execute(sa.update(Mail).where(Mail.id == self.mail_id).values(error=error, ended_at=ended))


@dataclass(frozen=True, slots=True)
class RetryMails:
    """Try everything again that has failed, what was given up too; how many. Administrators only."""

    def execute(self, work: Work, actor: Actor) -> int:
        require_administrator(actor)
        again = sa.update(Mail).where(Mail.error.is_not(None)).values(due_at=work.now, ended_at=None, error=None, tries=0)
        count = work.connection.execute(again).rowcount
        if count:
            job_queue.defer(work.connection, [job_queue.send_mails()])
        return count


@dataclass(frozen=True, slots=True)
class RemoveOldMails:
    """What is older than a month goes, sent or not; how many. System only."""

    def execute(self, work: Work, actor: Actor) -> int:
        require_system(actor)
        return work.connection.execute(sa.delete(Mail).where(Mail.created_at < work.now - KEPT_FOR)).rowcount
