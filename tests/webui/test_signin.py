"""Signing in and out: sessions, cookies, throttling, demo mode, where one may be led."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from engine import DEMO_PASSWORD, SYSTEM, SaveUser, Settings
from tests.webui.website import PASSWORD, Visitor
from webui import create_app
from webui.pages import inside
from webui.security import CONTENT_SECURITY_POLICY

Visit = Callable[[str | None], Visitor]


def cookie(browser: Visitor) -> str:
    found = browser.client.get_cookie("tuoke_session")
    return found.value if found else ""


def test_the_right_password_opens_the_task_list(visitor: Visit):
    browser = visitor(None)
    response = browser.sign_in("wangfang")
    assert (response.status_code, response.location) == (303, "/")
    assert "王芳" in browser.get("/tasks").text


@pytest.mark.parametrize("user_id, password", [("wangfang", "wrong"), ("nobody", PASSWORD), ("", ""), ("王芳\0", "x" * 500)])
def test_anything_else_is_refused_with_the_same_words(visitor: Visit, user_id: str, password: str):
    response = visitor(None).sign_in(user_id, password)
    assert response.status_code == 422
    assert "账号或密码不对" in response.text
    assert password not in response.text or not password


def test_signing_in_begins_a_new_session_with_a_new_token(visitor: Visit):
    browser = visitor(None)
    before, token = cookie(browser), browser.token("/sign-in")
    browser.sign_in("wangfang")
    assert cookie(browser) not in (before, "")
    assert browser.token("/tasks") != token
    response = browser.client.post("/preferences", data={"csrf_token": token, "theme": "dark"})
    assert response.status_code == 400


def test_signing_out_ends_it(visitor: Visit):
    browser = visitor("wangfang")
    assert browser.post("/sign-out", {}).status_code == 302
    assert browser.get("/tasks").status_code == 302


def test_a_new_password_ends_older_sessions(engine, visitor: Visit):
    engine.run(SaveUser("short", "短暂", PASSWORD), SYSTEM)
    browser = visitor("short")
    assert browser.get("/tasks").status_code == 200
    engine.run(SaveUser("short", "短暂", PASSWORD + "2"), SYSTEM)
    assert browser.get("/tasks").status_code == 302


def test_changing_ones_password_keeps_this_session_and_ends_the_others(engine, visitor: Visit):
    engine.run(SaveUser("changer", "变更", PASSWORD), SYSTEM)
    here, there = visitor("changer"), visitor("changer")
    wrong = here.post("/account/password", {"old": "wrong-word", "new": "another-word-1", "again": "another-word-1"})
    assert (wrong.status_code, "原密码不对" in wrong.text) == (422, True)
    short = here.post("/account/password", {"old": PASSWORD, "new": "1", "again": "1"})
    assert (short.status_code, "新密码不能用" in short.text) == (422, True)
    differ = here.post("/account/password", {"old": PASSWORD, "new": "another-word-1", "again": "another-word-2"})
    assert (differ.status_code, "两次输入的新密码不一样" in differ.text) == (422, True)
    done = here.post("/account/password", {"old": PASSWORD, "new": "another-word-1", "again": "another-word-1"})
    assert done.status_code == 303
    assert here.get("/tasks").status_code == 200
    assert there.get("/tasks").status_code == 302


def test_the_cookie_is_closed_to_scripts_and_secure_over_https(visitor: Visit):
    browser = visitor(None)
    plain = browser.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=Lax" in plain
    assert "Secure" not in plain
    fresh = visitor(None).client.get("/sign-in", base_url="https://localhost")
    assert "Secure" in fresh.headers["Set-Cookie"]


def test_guessing_is_throttled(visitor: Visit):
    browser = visitor(None)
    token = browser.token("/sign-in")
    guess = {"user_id": "wangfang", "password": "guess", "csrf_token": token}
    answers = [browser.client.post("/sign-in", data=guess).status_code for _ in range(12)]
    assert answers[:10] == [422] * 10
    assert answers[-1] == 429
    assert "尝试的次数太多" in browser.client.post("/sign-in", data=guess).text


def test_guessing_one_account_locks_no_colleague_out(visitor: Visit):
    browser = visitor(None)
    guess = {"user_id": "wangfang", "password": "guess", "csrf_token": browser.token("/sign-in")}
    assert [browser.client.post("/sign-in", data=guess).status_code for _ in range(11)][-1] == 429
    assert Visitor(browser.client.application).sign_in("sunlei").status_code == 303


def test_every_page_carries_the_policy(visitor: Visit):
    headers = visitor("wangfang").get("/tasks").headers
    assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe-eval" not in CONTENT_SECURITY_POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


def test_built_files_are_kept_by_browsers_and_come_compressed(visitor: Visit):
    browser = visitor(None)
    address = browser.page("/sign-in").xpath("//link[@rel='stylesheet']/@href")[0]
    plain = browser.get(address)
    assert (plain.status_code, plain.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    assert plain.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
    small = browser.get(address, **{"Accept-Encoding": "gzip"})
    assert (small.headers["Content-Encoding"], gzip.decompress(small.data)) == ("gzip", plain.data)
    assert len(small.data) < len(plain.data) / 4
    plain.close()
    page = browser.get("/sign-in", **{"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in page.headers


def test_after_signing_in_one_is_where_one_wanted_to_be(visitor: Visit):
    browser = visitor(None)
    led = browser.get("/records/customer?q=1").location
    assert led == "/sign-in?next=/records/customer?q%3D1"
    response = browser.post("/sign-in", {"user_id": "wangfang", "password": PASSWORD, "next": "/records/customer?q=1"}, page="/sign-in")
    assert response.location == "/records/customer?q=1"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil", "javascript:1", "/a\nb", "", None])
def test_nobody_is_led_elsewhere(target):
    assert inside(target) == "/"


def test_without_demo_mode_there_is_no_one_click(visitor: Visit):
    browser = visitor(None)
    assert "演示账号" not in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", {"user_id": "wangfang"}, page="/sign-in").status_code == 404


def test_in_demo_mode_one_click_opens_only_demo_accounts(engine, tmp_path):
    app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DEMO": "1"}))
    demo = "hexue"
    engine.run(SaveUser(demo, "何雪", DEMO_PASSWORD), SYSTEM)
    engine.run(SaveUser("real", "真实", DEMO_PASSWORD), SYSTEM)
    browser = Visitor(app)
    assert f'value="{demo}"' in browser.get("/sign-in").text
    assert 'value="real"' not in browser.get("/sign-in").text
    assert browser.post("/sign-in/demo", {"user_id": "real"}, page="/sign-in").status_code == 404
    assert browser.post("/sign-in/demo", {"user_id": demo}, page="/sign-in").status_code == 303


def test_the_key_is_made_once_and_only_for_its_owner(tmp_path):
    from webui.secret import FILE_NAME, secret_key

    settings = Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path / "new")})
    key = secret_key(settings)
    assert len(key) >= 48
    assert secret_key(settings) == key
    assert (tmp_path / "new" / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "new").iterdir()] == [FILE_NAME]


@pytest.mark.parametrize("damaged", [b"", b"short", b"\xff" * 60, b"two words that are long enough to be one key"])
def test_a_damaged_key_is_made_anew(tmp_path, damaged: bytes):
    from webui.secret import FILE_NAME, secret_key

    (tmp_path / FILE_NAME).write_bytes(damaged)
    key = secret_key(Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path)}))
    assert len(key) >= 48
    assert (tmp_path / FILE_NAME).read_text() == key
