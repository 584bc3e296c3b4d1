"""Sends the mail that is due, over SMTP.

Each mail is taken in a transaction of its own, sent outside of any, and written down as gone. Whoever dies in between leaves it to be sent once more
under the same Message-ID, by which mail programs know it again.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from engine.commands.telling.mails import EndMail, FailMail, TakeMail
from engine.jobs.mail_text import compose
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.people.mails import MailToSend
from engine.settings import MailSettings, Settings

TIMEOUT_SECONDS = 20.0
MOST_AT_ONCE = 500
PERMANENT = 500  # from this answer on, a server will not take the same mail later either
log = logging.getLogger("tuoke.mail")


def send_due_mails(engine: ProcessEngine, settings: Settings) -> int:
    """Send what is due; how many went out. A server that does not answer ends the round: what is left stays due."""
    if settings.mail is None:
        return 0
    sent = 0
    with _Server(settings.mail).opened() as server:
        for _ in range(MOST_AT_ONCE):
            number = engine.run(TakeMail(), SYSTEM)
            if number is None:
                break
            mail = engine.read(MailToSend(number), SYSTEM)
            if mail is not None:
                try:
                    server.connection().send_message(compose(mail, settings, settings.mail))
                except (smtplib.SMTPException, OSError, ValueError) as error:
                    log.warning("mail %s did not go out: %s", number, error)
                    engine.run(FailMail(number, _reason(error), final=_is_final(error)), SYSTEM)
                    if not isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError, ValueError)):
                        break
                    continue
                sent += 1
            engine.run(EndMail(number), SYSTEM)
    return sent


class _Server:
    """A connection that is opened when the first mail needs it."""

    def __init__(self, settings: MailSettings) -> None:
        self._settings = settings
        self._smtp: smtplib.SMTP | None = None

    @contextmanager
    def opened(self) -> Iterator[_Server]:
        try:
            yield self
        finally:
            if self._smtp is not None:
                self._smtp.close()

    def connection(self) -> smtplib.SMTP:
        """Raises SMTPException, OSError."""
        if self._smtp is None:
            self._smtp = self._connected()
        return self._smtp

    def _connected(self) -> smtplib.SMTP:
        place = self._settings
        context = ssl.create_default_context()
        if place.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(place.host, place.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(place.host, place.port, timeout=TIMEOUT_SECONDS)
        try:
            if place.security == "starttls":
                # Refuses a server that cannot: neither the password nor the mail goes out readable.
                smtp.starttls(context=context)
            if place.user:
                smtp.login(place.user, place.password)
        except Exception:
            smtp.close()
            raise
        return smtp


def _reason(error: Exception) -> str:
    """What the server answered, for administrators."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "; ".join(f"{code} {_text(answer)}" for code, answer in error.recipients.values())
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_text(error.smtp_error)}"
    return f"{type(error).__name__}: {error}"


def _text(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _is_final(error: Exception) -> bool:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= PERMANENT for code, _ in error.recipients.values())
    return isinstance(error, ValueError) or (isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= PERMANENT)
