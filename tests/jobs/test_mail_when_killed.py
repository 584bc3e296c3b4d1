"""kill -9 of whoever sends mail, again and again: every mail arrives, at most one for each kill comes twice, and under the same Message-ID."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from engine import SYSTEM, ProcessEngine, SaveUser, SetMailAddressOf
from engine.jobs.mail import send_due_mails
from tests.commands.people import ADMIN
from tests.jobs.inbox import Inbox, settings_for

PEOPLE, KILLS, BETWEEN = 16, 2, 5
PATIENCE_SECONDS = 120
SENDER = """
import sys
from engine import ProcessEngine
from engine.jobs.mail import send_due_mails
from tests.jobs.inbox import settings_for
send_due_mails(ProcessEngine.open(sys.argv[1], migrate=False), settings_for(int(sys.argv[2])))
"""


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def port(inbox: Inbox) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        number = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=number, ready_timeout=60)
    controller.start()
    yield number
    controller.stop()


def killed_while_sending(url: str, port: int, inbox: Inbox, after: int) -> None:
    """A process that sends is killed once so many more mails have come."""
    sender = subprocess.Popen([sys.executable, "-c", SENDER, url, str(port)])
    wanted, until = len(inbox.messages) + after, time.monotonic() + PATIENCE_SECONDS
    while len(inbox.messages) < wanted and sender.poll() is None and time.monotonic() < until:
        time.sleep(0.001)
    os.kill(sender.pid, signal.SIGKILL)
    assert sender.wait() == -signal.SIGKILL, "it was done before it could be killed"


def test_every_mail_arrives_however_often_its_sender_is_killed(fresh_database_url: str, inbox: Inbox, port: int):
    engine = ProcessEngine.open(fresh_database_url)
    engine.run(SaveUser(ADMIN.user_id, ADMIN.name, is_administrator=True), SYSTEM)
    for number in range(PEOPLE):
        engine.run(SaveUser(f"p{number}", f"人{number}"), SYSTEM)
        engine.run(SetMailAddressOf(f"p{number}", f"p{number}@example.com"), ADMIN)
    for _ in range(KILLS):
        killed_while_sending(fresh_database_url, port, inbox, BETWEEN)
    with engine.database.engine.begin() as connection:
        left = connection.exec_driver_sql("UPDATE mails SET due_at = now() WHERE ended_at IS NULL").rowcount
    assert left >= PEOPLE - len(inbox.messages)
    while send_due_mails(engine, settings_for(port)):
        continue
    came = Counter(str(message["To"]) for message in inbox.messages)
    assert len(came) == PEOPLE
    assert max(came.values()) <= 2
    assert len(inbox.messages) - PEOPLE <= KILLS
    assert len({str(message["Message-ID"]) for message in inbox.messages}) == PEOPLE
    engine.close()
