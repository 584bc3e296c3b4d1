"""A mail server of the tests: what comes is kept, and answered as a test wants it."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from engine import Settings


class Inbox:
    """Keeps what comes, and answers as it is told."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refuse_recipient = ""
        self.refuse_data = ""

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802, ARG002 - aiosmtpd's names
        if self.refuse_recipient:
            return self.refuse_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, ARG002
        if self.refuse_data:
            return self.refuse_data
        self.messages.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"

    def take(self) -> list[EmailMessage]:
        taken, self.messages = self.messages, []
        return taken


def settings_for(port: int, security: str = "none") -> Settings:
    smtp = {"HOST": "127.0.0.1", "PORT": str(port), "SECURITY": security, "FROM": "拓客 <tuoke@example.com>"}
    environment = {f"TUOKE_SMTP_{key}": value for key, value in smtp.items()}
    return Settings.from_environment({"TUOKE_PUBLIC_URL": "https://tuoke.example.com/", **environment})
