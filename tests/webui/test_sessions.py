"""Sessions live in the database: what ends them, what a copied cookie is worth, whom one-time passwords and proxies let in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from engine import SYSTEM, EndSessionsOf, ResetPassword, SaveUser, SetActive, Settings
from tests.webui.website import PASSWORD, Visitor, forget_attempts
from webui import create_app
from webui.accounts import TOKEN_COOKIE
from webui.people.devices import device_words

Visit = Callable[[str | None], Visitor]
NEW = "three green teapots"


def token(browser: Visitor) -> str:
    found = browser.client.get_cookie(TOKEN_COOKIE)
    return found.value if found else ""


def change(engine, text: str) -> None:
    with engine.database.engine.begin() as connection:
        connection.exec_driver_sql(text)


@pytest.fixture
def person(engine, visitor: Visit) -> Callable[[str], Visitor]:
    """person("li"): a new account that has signed in."""

    def make(user_id: str) -> Visitor:
        engine.run(SaveUser(user_id, user_id.title(), PASSWORD), SYSTEM)
        return visitor(user_id)

    return make


@contextmanager
def counted(engine) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        sent.append(statement)

    sa.event.listen(engine.database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        sa.event.remove(engine.database.engine, "before_cursor_execute", note)


def test_a_session_costs_one_statement_and_the_list_of_people_a_few(engine, person, visitor: Visit):
    browser, admin = person("frugal"), visitor("admin")
    with counted(engine) as sent:
        assert browser.get("/nowhere").status_code == 404
    assert len(sent) == 1, sent
    for number in range(30):
        engine.run(SaveUser(f"crowd{number}", f"人群{number}", groups=("marketing_specialist",), manager_id="zhaomin"), SYSTEM)
    with counted(engine) as sent:
        assert admin.get("/people").status_code == 200
    assert len(sent) <= 9, sent


def test_a_copied_cookie_is_worth_nothing_after_signing_out(app, person):
    browser = person("copied")
    thief = Visitor(app)
    for cookie in ("tuoke_session", TOKEN_COOKIE):
        thief.client.set_cookie(cookie, browser.client.get_cookie(cookie).value)
    assert thief.get("/tasks").status_code == 200
    browser.post("/sign-out", {})
    assert thief.get("/tasks").status_code == 302


def test_the_browser_has_a_random_token_of_which_the_database_keeps_the_digest(engine, person):
    first, second = person("digest"), Visitor(person("digest2").client.application)
    second.sign_in("digest")
    assert token(first) != token(second)
    assert len(token(first)) >= 43
    kept = engine.database.read(lambda connection: connection.exec_driver_sql("SELECT * FROM sessions").all())
    assert not any(token(first) in str(row) for row in kept)


def test_a_token_that_was_planted_before_signing_in_opens_nothing(app, engine):
    engine.run(SaveUser("planted", "Planted", PASSWORD), SYSTEM)
    browser, attacker = Visitor(app), Visitor(app)
    for each in (browser, attacker):
        each.client.set_cookie(TOKEN_COOKIE, "x" * 43)
    browser.sign_in("planted")
    assert token(browser) != "x" * 43
    assert attacker.get("/tasks").status_code == 302


def test_a_csrf_token_of_another_session_is_not_this_ones(app, person):
    browser, other = person("forged"), person("other")
    foreign = other.token("/account")
    browser.client.set_cookie("tuoke_session", other.client.get_cookie("tuoke_session").value)
    answer = browser.client.post("/preferences", data={"csrf_token": foreign, "theme": "dark"})
    assert answer.status_code == 400


@pytest.mark.parametrize(
    "late",
    ["last_seen_at = now() - interval '13 hours'", "created_at = now() - interval '169 hours'", "epoch = epoch - 1"],
)
def test_a_session_ends_when_unused_and_in_any_case(engine, person, late: str):
    browser = person("late")
    change(engine, f"UPDATE sessions SET {late} WHERE user_id = 'late'")
    assert browser.get("/tasks").location.startswith("/sign-in")
    browser.sign_in("late")
    assert browser.get("/tasks").status_code == 200


def test_using_a_session_keeps_it_alive(engine, person):
    browser = person("alive")
    change(engine, "UPDATE sessions SET last_seen_at = now() - interval '11 hours' WHERE user_id = 'alive'")
    assert browser.get("/tasks").status_code == 200
    recent = "SELECT now() - last_seen_at < '1 minute' FROM sessions WHERE user_id = 'alive'"
    assert engine.database.read(lambda connection: connection.exec_driver_sql(recent).scalar_one()) is True


@pytest.mark.parametrize("address", ["/tasks/rows?tab=groups", "/notifications/bell"])
def test_a_page_that_only_stays_open_keeps_no_session_alive(engine, person, address: str):
    browser = person("watching")
    change(engine, "UPDATE sessions SET last_seen_at = now() - interval '11 hours' WHERE user_id = 'watching'")
    assert browser.get(address).status_code == 200
    old = "SELECT now() - last_seen_at > '10 hours' FROM sessions WHERE user_id = 'watching'"
    assert engine.database.read(lambda connection: connection.scalar(sa.text(old))) is True
    assert browser.get("/tasks?tab=groups").status_code == 200
    assert engine.database.read(lambda connection: connection.scalar(sa.text(old))) is False


def test_a_closed_account_is_signed_out_at_once(engine, person):
    for end in (SetActive("closed", False), EndSessionsOf("closed"), ResetPassword("closed")):
        browser = person("closed")
        assert browser.get("/tasks").status_code == 200
        engine.run(end, SYSTEM)
        assert browser.get("/tasks").status_code == 302


def test_one_sees_where_one_is_signed_in_and_ends_the_others(app, person):
    here = person("twice")
    there = Visitor(app)
    there.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) Chrome/140"
    there.sign_in("twice")
    third = Visitor(app)
    third.sign_in("twice")
    page = here.page("/account")
    assert "Chrome · Android" in page.text_content()
    [address] = page.xpath("//li[contains(., 'Android')]//form/@action")
    assert person("stranger").post(address, {}).status_code == 404
    assert there.get("/tasks").status_code == 200
    assert here.post(address, {}).status_code == 303
    assert [browser.get("/tasks").status_code for browser in (here, there, third)] == [200, 302, 200]
    here.post("/account/sessions/end-others", {})
    assert [browser.get("/tasks").status_code for browser in (here, third)] == [200, 302]


def test_a_one_time_password_opens_only_the_way_to_another(engine, visitor: Visit):
    engine.run(SaveUser("fresh", "新人", groups=("marketing_specialist",)), SYSTEM)
    once = engine.run(ResetPassword("fresh"), SYSTEM).one_time_password
    browser = visitor(None)
    assert browser.sign_in("fresh", once).status_code == 303
    for address in ("/tasks", "/account", "/start"):
        assert browser.get(address).location == "/account/password"
    assert browser.get("/tasks", **{"HX-Request": "true"}).status_code == 403
    assert "一次性密码" in browser.get("/account/password").text
    for new, words in (("password1", "太容易猜到"), (once, "新密码和原密码一样"), ("fresh2026", "太容易猜到"), ("short", "新密码不能用")):
        answer = browser.post("/account/password", {"old": once, "new": new, "again": new}, page="/account/password")
        assert (answer.status_code, words in answer.text) == (422, True), new
    assert browser.post("/account/password", {"old": once, "new": NEW, "again": NEW}, page="/account/password").status_code == 303
    assert browser.get("/tasks").status_code == 200
    assert visitor(None).sign_in("fresh", once).status_code == 422


def test_a_one_time_password_is_good_for_three_days(engine, visitor: Visit):
    engine.run(SaveUser("slow", "迟到"), SYSTEM)
    once = engine.run(ResetPassword("slow"), SYSTEM).one_time_password
    change(engine, "UPDATE users SET password_expires_at = password_expires_at - interval '4 days' WHERE id = 'slow'")
    answer = visitor(None).sign_in("slow", once)
    assert (answer.status_code, "一次性密码已经过期" in answer.text) == (422, True)


def test_ones_own_name(engine, person):
    browser = person("named")
    assert browser.post("/account/name", {"name": "新名字"}).status_code == 303
    assert "新名字" in browser.page("/account").xpath("//span[@class='person-name']")[0].text
    answer = browser.post("/account/name", {"name": "  "})
    assert (answer.status_code, "这里不能空着" in answer.text or "请填写后再保存" in answer.text) == (422, True)


def test_attempts_are_counted_for_all_processes(app, engine, tmp_path):
    forget_attempts(engine)
    twin = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DEMO": "0"}))
    answers = [Visitor(each).sign_in("wangfang", "guess").status_code for each in (app, twin) * 6]
    assert answers == [422] * 10 + [429] * 2
    assert Visitor(twin).sign_in("wangfang").status_code == 429
    change(engine, "UPDATE sign_in_attempts SET at = at - interval '61 seconds'")
    assert Visitor(twin).sign_in("wangfang").status_code == 303


def test_a_right_password_does_not_count(app, engine):
    forget_attempts(engine)
    assert [Visitor(app).sign_in("sunlei").status_code for _ in range(12)] == [303] * 12


def test_forwarded_addresses_are_believed_only_from_trusted_proxies(app, engine, tmp_path):
    forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    assert "Secure" not in app.test_client().get("/sign-in", headers=forwarded).headers["Set-Cookie"]
    settings = Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DEMO": "0", "TUOKE_TRUSTED_PROXIES": "1"})
    behind = create_app(engine, settings)
    assert "Secure" in behind.test_client().get("/sign-in", headers=forwarded).headers["Set-Cookie"]
    engine.run(SaveUser("remote", "Remote", PASSWORD), SYSTEM)
    browser = Visitor(behind)
    browser.client.environ_base |= {"HTTP_X_FORWARDED_FOR": "198.51.100.1, 203.0.113.9", "HTTP_X_FORWARDED_PROTO": "http"}
    assert browser.sign_in("remote").status_code == 303
    assert "203.0.113.9" in browser.page("/account").text_content()
    assert "198.51.100.1" not in browser.page("/account").text_content()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit Chrome/140 Safari/537 Edg/140", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU) MicroMessenger/8", "WeChat · iPhone"),
        ("", ""),
        ("strange" * 20, ("strange" * 20)[:40]),
    ],
)
def test_devices_in_words(given: str, words: str):
    assert device_words(given) == words
