"""Addresses that others give: an administrator's gets a code and nothing else, the sign-in provider's counts unless the person chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from engine import (
    SYSTEM,
    AccountEvents,
    ChooseNotifications,
    ConfirmMailAddress,
    DeployPack,
    ExternalSignIn,
    InputRejected,
    MailAddressOf,
    NotAllowedError,
    ProcessEngine,
    SaveUser,
    SetMailAddress,
    SetMailAddressOf,
    StartInstance,
    WriteComment,
)
from engine.commands.telling.mails import EndMail, TakeMail
from engine.jobs.mail_text import compose
from engine.queries.people.mails import MailToSend, OutgoingMail
from tests.commands.conftest import HandClock
from tests.commands.packs import END, PACK, START, flows, process, user_task
from tests.commands.people import ADMIN, LI, WANG
from tests.commands.rivals import compete
from tests.jobs.inbox import settings_for

TITLED = process("titled", "取名", START, user_task("work", "办理", assignee="wangfang"), END, flows("start>work>end"), title="customer")


@pytest.fixture(scope="module")
def clock() -> HandClock:
    return HandClock()


@pytest.fixture(scope="module")
def engine(database_url: str, clock: HandClock) -> Iterator[ProcessEngine]:
    engine = ProcessEngine.open(database_url, clock)
    engine.run(DeployPack({**PACK, "titled.bpmn": TITLED}), SYSTEM)
    for person in (WANG, LI, ADMIN):
        engine.run(SaveUser(person.user_id, person.name, None, person.groups, is_administrator=person.is_administrator), SYSTEM)
    yield engine
    engine.close()


def outgoing(engine: ProcessEngine, clock: HandClock) -> list[OutgoingMail]:
    """What would go out in the next minutes."""
    clock.move(minutes=2)
    found = []
    while (number := engine.run(TakeMail(), SYSTEM)) is not None:
        found.append(engine.read(MailToSend(number), SYSTEM))
        engine.run(EndMail(number), SYSTEM)
    return [mail for mail in found if mail is not None]


def kept(engine: ProcessEngine, user_id: str) -> tuple[str, bool, str] | None:
    address = engine.read(MailAddressOf(user_id), ADMIN)
    return (address.address, address.confirmed, address.given_by) if address else None


def test_what_an_administrator_wrote_down_gets_only_a_code(engine, clock):
    with pytest.raises(NotAllowedError):
        engine.run(SetMailAddressOf(WANG.user_id, "w@example.com"), LI)
    assert engine.run(SetMailAddressOf(WANG.user_id, "w@example.com"), ADMIN) is True
    assert engine.run(SetMailAddressOf(WANG.user_id, "w@example.com"), ADMIN) is False
    engine.run(ChooseNotifications(["mentioned"], by_mail=["mentioned"]), WANG)
    instance_id = engine.run(StartInstance("titled", {"customer": "甲"}), ADMIN).instance_id
    engine.run(WriteComment(instance_id, f"@{WANG.user_id} 看"), ADMIN)
    (mail,) = outgoing(engine, clock)
    by = settings_for(25)
    assert "管理员把这个邮箱登记为你的" in compose(mail, by, by.mail).get_body(("plain",)).get_content()
    assert kept(engine, WANG.user_id) == ("w@example.com", False, "administrator")
    assert engine.run(ConfirmMailAddress(mail.code), WANG) == "confirmed"
    assert kept(engine, WANG.user_id) == ("w@example.com", True, "own")
    engine.run(WriteComment(instance_id, f"@{WANG.user_id} 再看"), ADMIN)
    assert [mail.told.kind for mail in outgoing(engine, clock)] == ["mentioned"]
    logged = [row.changes for row in engine.read(AccountEvents(WANG.user_id, "mail_address_set"), ADMIN).rows]
    assert logged == [{"mail_address": (None, "w@example.com")}]
    with pytest.raises(InputRejected):
        engine.run(SetMailAddressOf(WANG.user_id, "nobody"), ADMIN)
    assert engine.run(SetMailAddressOf(WANG.user_id, ""), ADMIN) is True
    assert kept(engine, WANG.user_id) is None


def test_the_providers_word_counts_unless_the_person_chose(engine, clock):
    def come(mail: str) -> tuple[str, bool, str] | None:
        engine.run(ExternalSignIn("https://id.example", "s-li", "李", LI.user_id, mail=mail), SYSTEM)
        return kept(engine, LI.user_id)

    engine.run(SetMailAddressOf(LI.user_id, "typo@example.com"), ADMIN)
    assert come("li@example.com") == ("li@example.com", True, "provider")
    assert outgoing(engine, clock) == []
    assert come("li.qiang@example.com") == ("li.qiang@example.com", True, "provider")
    assert come("no address") == come("") == ("li.qiang@example.com", True, "provider")
    engine.run(SetMailAddress("own@example.com"), LI)
    assert come("li@example.com") == ("own@example.com", False, "own")
    engine.run(SetMailAddress(""), LI)
    assert come("li@example.com") is None


def test_two_administrators_at_once_leave_one_address_and_the_whole_log(engine, clock):
    commands = [SetMailAddressOf(WANG.user_id, f"{name}@example.com") for name in ("one", "two")]
    outcomes = compete(engine, [(command, ADMIN) for command in commands])
    assert outcomes == [True, True]
    last, before = engine.read(AccountEvents(WANG.user_id, "mail_address_set"), ADMIN).rows[:2]
    assert last.changes["mail_address"][0] == before.changes["mail_address"][1]
    assert kept(engine, WANG.user_id)[0] == last.changes["mail_address"][1]
    assert [mail.address for mail in outgoing(engine, clock)] == [last.changes["mail_address"][1]]
