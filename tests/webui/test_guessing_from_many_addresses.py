"""One account guessed at from many addresses: strangers are slowed down, the person is not locked out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import SYSTEM, AttemptAt, BeginAttempt, ForgetAttempt, ProcessEngine, ResetPassword, SaveUser
from engine.commands.people import attempts
from tests.commands.rivals import compete, split
from tests.webui.website import PASSWORD, Visitor, forget_attempts

Open = Callable[[str | None], Visitor]


def tried(browser: Visitor, user_id: str, password: str, address: str) -> int:
    token = browser.token("/sign-in")
    sent = {"user_id": user_id, "password": password, "csrf_token": token}
    return browser.client.post("/sign-in", data=sent, environ_overrides={"REMOTE_ADDR": address}).status_code


@pytest.fixture
def attacked(engine: ProcessEngine, app) -> str:
    """An account that has been tried from ten addresses, twice from each."""
    forget_attempts(engine)
    user_id = "target"
    engine.run(SaveUser(user_id, "目标", PASSWORD), SYSTEM)
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM known_addresses WHERE user_id = 'target'")
    return user_id


def attack(app, user_id: str, addresses: int, each: int = 2) -> list[int]:
    browser = Visitor(app)
    return [tried(browser, user_id, "guess", f"203.0.113.{number}") for number in range(addresses) for _ in range(each)]


def test_each_stranger_has_a_few_tries_left_and_the_right_password_is_one_of_them(app, attacked):
    assert attack(app, attacked, 10) == [422] * 20
    browser = Visitor(app)
    assert [tried(browser, attacked, "guess", "198.51.100.7") for _ in range(4)] == [422, 422, 422, 429]
    page = browser.client.post("/sign-in", data={"user_id": attacked, "password": "x", "csrf_token": browser.token("/sign-in")})
    assert page.status_code == 422, "another address still has its own"
    assert tried(browser, attacked, PASSWORD, "198.51.100.8") == 303
    assert tried(Visitor(app), "wangfang", PASSWORD, "198.51.100.7") == 303


def test_a_known_device_and_a_known_address_are_never_slowed_down(app, engine, attacked, monkeypatch):
    device, office = Visitor(app), Visitor(app)
    assert tried(device, attacked, PASSWORD, "192.0.2.1") == 303
    assert tried(office, attacked, PASSWORD, "192.0.2.2") == 303
    monkeypatch.setattr(attempts, "PER_ALL_STRANGERS", 30)
    assert attack(app, attacked, 15)[-1] == 422
    assert attack(app, attacked, 15, 1)[-1] == 429
    assert tried(Visitor(app), attacked, PASSWORD, "198.51.100.9") == 429
    for client in (device, office):
        client.post("/sign-out", {})
    assert tried(device, attacked, PASSWORD, "198.51.100.10") == 303
    assert tried(Visitor(app), attacked, PASSWORD, "192.0.2.2") == 303
    once = engine.run(ResetPassword(attacked), SYSTEM).one_time_password
    assert tried(Visitor(app), attacked, once, "198.51.100.11") == 303


def test_what_is_said_to_a_stranger_says_nothing_of_the_account(app, engine, attacked, monkeypatch):
    monkeypatch.setattr(attempts, "PER_ALL_STRANGERS", 4)
    answers = []
    for user_id in (attacked, "nobody-here"):
        browser = Visitor(app)
        codes = [tried(browser, user_id, "guess", f"203.0.113.{number}") for number in range(5)]
        sent = {"user_id": user_id, "password": "guess", "csrf_token": browser.token("/sign-in")}
        text = browser.client.post("/sign-in", data=sent).text
        answers.append((codes, "暂时不能从这里登录" in text))
    assert answers == [([422, 422, 422, 422, 429], True)] * 2


def test_a_forged_note_of_a_device_is_worth_nothing(app, attacked, monkeypatch):
    monkeypatch.setattr(attempts, "PER_ALL_STRANGERS", 2)
    assert attack(app, attacked, 1) == [422, 422]
    browser = Visitor(app)
    browser.client.set_cookie("tuoke_known", '["target"].x.y')
    assert tried(browser, attacked, PASSWORD, "198.51.100.12") == 429


def test_many_strangers_at_once_are_no_way_around(engine, attacked, monkeypatch):
    monkeypatch.setattr(attempts, "PER_ALL_STRANGERS", 5)
    commands = [(BeginAttempt((), AttemptAt(attacked, f"203.0.113.{number}")), SYSTEM) for number in range(16)]
    done, refused = split(compete(engine, commands))
    assert (len(done), {(error.code, error.details["guarded"]) for error in refused}) == (5, {("too_many_attempts", True)})
    engine.run(ForgetAttempt(done[0], AttemptAt(attacked, "203.0.113.99")), SYSTEM)
    assert engine.run(BeginAttempt((), AttemptAt(attacked, "203.0.113.99")), SYSTEM) == ()
    assert len(engine.run(BeginAttempt((), AttemptAt(attacked, "203.0.113.98")), SYSTEM)) == 2
