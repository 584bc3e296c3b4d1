"""Notifications by mail, against a real SMTP server: what is in them, that none is lost or doubled, and what happens when the server refuses."""

from __future__ import annotations

import re
import smtplib
import socket
import threading
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller

from engine import (
    SYSTEM,
    AssignTask,
    ChangeLanguage,
    ChooseNotifications,
    CompleteTask,
    ConfirmMailAddress,
    DeployPack,
    FailingMails,
    InputRejected,
    MarkNotificationsRead,
    MyNotificationChoices,
    NotAllowedError,
    Notifications,
    ProcessEngine,
    RetryMails,
    SaveUser,
    SetActive,
    SetMailAddress,
    Settings,
    StartInstance,
    WriteComment,
)
from engine.commands.telling.mail_address import MOST_TRIES
from engine.commands.telling.mails import GIVEN_UP_AFTER, KEPT_FOR, RemoveOldMails, TakeMail
from engine.jobs.app import build_app
from engine.jobs.mail import send_due_mails
from engine.store.job_queue import send_mails
from tests.commands.conftest import HandClock
from tests.commands.packs import END, PACK, START, flows, process, user_task
from tests.commands.people import ADMIN, LI, NOBODY, WANG
from tests.jobs.inbox import Inbox, settings_for

# Its title is whatever it was started with: no form refuses anything.
TITLED = process("titled", "取名", START, user_task("work", "办理", assignee="wangfang"), END, flows("start>work>end"), title="customer")
ADDRESS = "wang.fang@example.com"


@pytest.fixture(scope="module")
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture(scope="module")
def server(inbox: Inbox) -> Iterator[Controller]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port, ready_timeout=60)
    controller.start()
    yield controller
    controller.stop()


@pytest.fixture(scope="module")
def settings(server: Controller) -> Settings:
    return settings_for(server.port)


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="module")
def engine(database_url: str, clock: HandClock) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url, clock)
    engine.run(DeployPack({**PACK, "titled.bpmn": TITLED}), SYSTEM)
    for person in (WANG, LI, NOBODY, ADMIN):
        engine.run(SaveUser(person.user_id, person.name, None, person.groups, is_administrator=person.is_administrator), SYSTEM)
    yield engine
    engine.close()


@pytest.fixture(autouse=True)
def _reachable(engine: ProcessEngine, clock: HandClock, inbox: Inbox, settings: Settings) -> None:
    """Wang has an address that was proved; nothing is on its way."""
    clock.move(minutes=5)
    inbox.refuse_recipient = inbox.refuse_data = ""
    engine.run(SetActive(WANG.user_id, True), ADMIN)
    engine.run(ChangeLanguage("zh"), WANG)
    engine.run(ChooseNotifications(["mentioned", "assigned"], by_mail=["mentioned", "assigned"]), WANG)
    prove(engine, inbox, settings, WANG, ADDRESS)


def prove(engine, inbox, settings, person, address) -> None:
    engine.run(SetMailAddress(address), person)
    send_due_mails(engine, settings)
    code = re.search(r"\d{6}", inbox.take()[-1]["Subject"])
    assert engine.run(ConfirmMailAddress(code[0]), person) == "confirmed"


def case(engine) -> str:
    return engine.run(StartInstance("titled", {"customer": "甲<公司>\n& 乙"}), ADMIN).instance_id


def mention(engine, text: str = "请看 <b>这里</b>") -> str:
    instance_id = case(engine)
    engine.run(WriteComment(instance_id, f"@{WANG.user_id} {text}"), ADMIN)
    return instance_id


def test_a_mail_says_what_the_bell_says_in_two_forms(engine, clock, inbox, settings):
    mention(engine)
    assert send_due_mails(engine, settings) == 0
    clock.move(minutes=1)
    assert send_due_mails(engine, settings) == 1
    (mail,) = inbox.take()
    told = engine.read(Notifications(), WANG).rows[0]
    assert mail["Subject"] == "管理员 在“甲<公司> & 乙”的留言里提到了你"
    assert (str(mail["To"]), str(mail["From"])) == (f"王芳 <{ADDRESS}>", "拓客 <tuoke@example.com>")
    assert mail["Auto-Submitted"] == "auto-generated"
    link = f"https://tuoke.example.com/notifications/{told.notification_id}"
    plain, html = mail.get_body(("plain",)).get_content(), mail.get_body(("html",)).get_content()
    assert link in plain
    assert "> @wangfang 请看 <b>这里</b>" in plain
    assert f'href="{link}"' in html
    assert "<b>" not in html
    assert "&lt;b&gt;这里&lt;/b&gt;" in html
    assert 'lang="zh-CN"' in html
    assert send_due_mails(engine, settings) == 0


def test_in_the_readers_language(engine, clock, inbox, settings):
    engine.run(ChangeLanguage("en"), WANG)
    mention(engine)
    clock.move(minutes=1)
    send_due_mails(engine, settings)
    (mail,) = inbox.take()
    assert "mentioned you in a comment" in mail["Subject"]
    assert "Open: https://" in mail.get_body(("plain",)).get_content()


def test_nothing_that_people_write_becomes_a_header(engine, clock, inbox, settings):
    engine.run(SaveUser(WANG.user_id, "王芳\r\nBcc: thief@example.com", None, WANG.groups), ADMIN)
    instance_id = engine.run(StartInstance("titled", {"customer": "甲\r\nBcc: thief@example.com\r\n\r\n正文"}), ADMIN).instance_id
    engine.run(WriteComment(instance_id, f"@{WANG.user_id} 看"), ADMIN)
    clock.move(minutes=1)
    assert send_due_mails(engine, settings) == 1
    (mail,) = inbox.take()
    assert mail["Bcc"] is None
    assert "\n" not in mail["Subject"]
    assert [address.addr_spec for address in mail["To"].addresses] == [ADDRESS]
    engine.run(SaveUser(WANG.user_id, WANG.name, None, WANG.groups), ADMIN)


def test_what_was_read_or_is_over_or_not_wanted_is_not_mailed(engine, clock, inbox, settings):
    mention(engine)
    engine.run(MarkNotificationsRead(2**62), WANG)
    started = engine.run(StartInstance("named", {"who": LI.user_id}), ADMIN)
    engine.run(AssignTask(f"{started.instance_id}.2", WANG.user_id), ADMIN)
    engine.run(CompleteTask(f"{started.instance_id}.2", {}), WANG)
    engine.run(ChooseNotifications(["mentioned"], by_mail=[]), WANG)
    mention(engine)
    clock.move(minutes=1)
    assert send_due_mails(engine, settings) == 0
    assert inbox.take() == []


def test_by_mail_only_leaves_the_bell_alone(engine, clock, inbox, settings):
    engine.run(MarkNotificationsRead(2**62), WANG)
    engine.run(ChooseNotifications([], by_mail=["mentioned"]), WANG)
    before = engine.read(Notifications(), WANG)
    mention(engine)
    after = engine.read(Notifications(), WANG)
    assert (after.total, after.unread) == (before.total, 0)
    engine.run(MarkNotificationsRead(2**62), WANG)
    clock.move(minutes=1)
    assert send_due_mails(engine, settings) == 1
    inbox.take()


def test_who_has_left_or_may_not_see_the_case_gets_nothing(engine, clock, inbox, settings):
    mention(engine)
    engine.run(SetActive(WANG.user_id, False), ADMIN)
    clock.move(minutes=1)
    assert send_due_mails(engine, settings) == 0


def test_killed_while_sending_it_comes_again_under_the_same_name(engine, clock, inbox, settings, monkeypatch):
    mention(engine)
    clock.move(minutes=1)
    real = smtplib.SMTP.send_message

    class Killed(BaseException):
        pass

    def send_and_die(smtp, message):
        real(smtp, message)
        raise Killed

    monkeypatch.setattr(smtplib.SMTP, "send_message", send_and_die)
    with pytest.raises(Killed):
        send_due_mails(engine, settings)
    monkeypatch.undo()
    assert send_due_mails(engine, settings) == 0
    clock.move(minutes=3)
    assert send_due_mails(engine, settings) == 1
    first, again = inbox.take()
    assert first["Message-ID"] == again["Message-ID"]
    assert first.as_bytes().split(b"boundary")[0] == again.as_bytes().split(b"boundary")[0]


def test_a_server_that_does_not_answer_is_tried_again_later_and_seen_by_administrators(engine, clock, inbox, settings):
    mention(engine)
    clock.move(minutes=1)
    away = settings_for(1)
    assert send_due_mails(engine, away) == 0
    (failing,) = engine.read(FailingMails(), ADMIN)
    assert (failing.name, failing.address, failing.tries) == (WANG.name, ADDRESS, 1)
    assert "ConnectionRefusedError" in failing.error
    assert failing.next_at > engine.now()
    for person in (WANG, LI):
        with pytest.raises(NotAllowedError):
            engine.read(FailingMails(), person)
        with pytest.raises(NotAllowedError):
            engine.run(RetryMails(), person)
    assert send_due_mails(engine, settings) == 0
    clock.move(minutes=2, seconds=1)
    assert send_due_mails(engine, away) == 0
    clock.move(minutes=3)
    # The pause has doubled.
    assert send_due_mails(engine, settings) == 0
    clock.move(minutes=2)
    assert send_due_mails(engine, settings) == 1
    assert engine.read(FailingMails(), ADMIN) == ()
    inbox.take()


@pytest.mark.parametrize("answer, given_up", [("550 no such mailbox", True), ("450 busy", False)])
def test_a_mailbox_that_is_refused(engine, clock, inbox, settings, answer, given_up):
    mention(engine)
    mention(engine)
    clock.move(minutes=1)
    inbox.refuse_recipient = answer
    assert send_due_mails(engine, settings) == 0
    failing = engine.read(FailingMails(), ADMIN)
    assert [(each.error, each.next_at is None) for each in failing] == [(answer, given_up)] * 2
    inbox.refuse_recipient = ""
    assert engine.run(RetryMails(), ADMIN) == 2
    assert send_due_mails(engine, settings) == 2
    assert engine.read(FailingMails(), ADMIN) == ()
    inbox.take()


def test_content_that_is_refused_and_two_days_without_success(engine, clock, inbox, settings):
    mention(engine)
    clock.move(minutes=1)
    inbox.refuse_data = "451 later"
    assert send_due_mails(engine, settings) == 0
    assert engine.read(FailingMails(), ADMIN)[0].next_at is not None
    clock.move(seconds=GIVEN_UP_AFTER.total_seconds())
    assert send_due_mails(engine, settings) == 0
    assert engine.read(FailingMails(), ADMIN)[0].next_at is None
    clock.move(seconds=KEPT_FOR.total_seconds())
    assert engine.run(RemoveOldMails(), SYSTEM) > 0
    assert engine.read(FailingMails(), ADMIN) == ()


def test_a_server_without_encryption_gets_nothing_where_it_is_asked_for(engine, clock, inbox, settings):
    mention(engine)
    clock.move(minutes=1)
    assert send_due_mails(engine, settings_for(settings.mail.port, "starttls")) == 0
    assert "STARTTLS" in engine.read(FailingMails(), ADMIN)[0].error
    assert inbox.take() == []
    engine.run(RetryMails(), ADMIN)
    send_due_mails(engine, settings)
    inbox.take()


def test_two_workers_never_take_the_same(engine, clock):
    for _ in range(4):
        mention(engine)
    clock.move(minutes=1)
    taken: list[int | None] = []
    threads = [threading.Thread(target=lambda: taken.append(engine.run(TakeMail(), SYSTEM))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = [number for number in taken if number is not None]
    assert len(numbers) == len(set(numbers))
    with pytest.raises(NotAllowedError):
        engine.run(TakeMail(), ADMIN)
    engine.run(SetMailAddress(""), WANG)


def test_an_address_is_used_once_its_owner_has_the_code(engine, clock, inbox, settings):
    engine.run(SetMailAddress("other@example.com"), LI)
    engine.run(WriteComment(case(engine), f"@{WANG.user_id} 看"), ADMIN)
    choices = engine.read(MyNotificationChoices(), LI)
    assert (choices.mail_address, choices.mail_confirmed) == ("other@example.com", False)
    with pytest.raises(InputRejected) as refused:
        engine.run(SetMailAddress("third@example.com"), LI)
    assert refused.value.code == "mail_code_too_soon"
    send_due_mails(engine, settings)
    code = re.search(r"\d{6}", next(mail for mail in inbox.take() if "other" in mail["To"])["Subject"])[0]
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert [engine.run(ConfirmMailAddress(wrong), LI) for _ in range(MOST_TRIES)] == ["wrong"] * (MOST_TRIES - 1) + ["expired"]
    assert engine.run(ConfirmMailAddress(code), LI) == "expired"
    clock.move(minutes=1)
    prove(engine, inbox, settings, LI, "other@example.com")
    assert engine.read(MyNotificationChoices(), LI).mail_confirmed
    clock.move(minutes=1)
    engine.run(SetMailAddress("late@example.com"), LI)
    send_due_mails(engine, settings)
    code = re.search(r"\d{6}", inbox.take()[-1]["Subject"])[0]
    clock.move(days=1, seconds=1)
    assert engine.run(ConfirmMailAddress(code), LI) == "expired"
    for address in ("nobody", "a@b", "a b@example.com", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com", "甲@example.com"):
        with pytest.raises(InputRejected) as refused:
            engine.run(SetMailAddress(address), NOBODY)
        assert refused.value.code == "bad_mail_address"


def test_the_job_that_a_command_asks_for_is_one_of_the_worker(engine, clock, inbox, settings):
    mention(engine)
    clock.move(minutes=1)
    build_app(engine, connections=1).tasks[send_mails().name].func(**send_mails().arguments)
    assert inbox.take() == []
    build_app(engine, connections=1, settings=settings).tasks[send_mails().name].func(**send_mails().arguments)
    assert len(inbox.take()) == 1
