"""Single sign-on against a real OpenID Connect server on this machine."""

from __future__ import annotations

import base64
import hashlib
import warnings
from collections.abc import Callable, Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from engine import SYSTEM, AccountEvents, FindAccount, MailAddressOf, SaveUser, SetActive, Settings
from tests.webui.website import PASSWORD, Visitor
from webui import create_app

with warnings.catch_warnings():
    # The server uses a part of Authlib that will go one day; what is tested does not.
    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread

pytestmark = pytest.mark.filterwarnings("ignore")
CLAIMS = {
    "s-wang": {"name": "王芳", "email": "wangfang", "email_verified": True, "preferred_username": "wangfang"},
    "s-fake": {"name": "冒名", "email": "liqiang", "email_verified": False, "preferred_username": "liqiang"},
    "s-new": {"name": "新来", "email": "xinlai@firm.example", "email_verified": True, "preferred_username": "XinLai", "teams": ["sales", "other"]},
    "s-closed": {"name": "停用", "email": "closed@firm.example", "email_verified": True, "preferred_username": "closed"},
}
Build = Callable[..., Visitor]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=[User(sub=sub, claims=claims) for sub, claims in CLAIMS.items()]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def build(engine, issuer: str, tmp_path) -> Build:
    """build(CREATE="1"): a browser at an installation with these TUOKE_OIDC_ settings."""

    def make(**settings: str) -> Visitor:
        given = {"ISSUER": issuer, "CLIENT_ID": "tuoke", "CLIENT_SECRET": "secret", **settings}
        environment = {f"TUOKE_OIDC_{name}": value for name, value in given.items()}
        app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DEMO": "0", **environment}))
        app.testing = False
        return Visitor(app)

    return make


def at_provider(address: str, sub: str, **changed: str) -> str:
    """Signs in at the provider; answers the address to which it sends the browser back."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    answer = requests.post(parts._replace(query=urlencode(query)).geturl(), data={"sub": sub}, allow_redirects=False, timeout=10)
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def sign_in(browser: Visitor, sub: str, start: str = "/sign-in/single"):
    return browser.get(at_provider(browser.get(start).location, sub))


def test_an_account_is_found_by_its_claim_and_then_by_its_identity(engine, build: Build):
    browser = build(ACCOUNT_CLAIM="email")
    assert "用统一登录" in browser.get("/sign-in").text
    response = sign_in(browser, "s-wang", "/sign-in/single?next=/start")
    assert (response.status_code, response.location) == (302, "/start")
    assert "王芳" in browser.get("/tasks").text
    assert engine.read(AccountEvents(person="wangfang", kind="identity_linked"), SYSTEM).total == 1
    again = build()
    assert sign_in(again, "s-wang").status_code == 302
    assert again.get("/tasks").status_code == 200
    assert engine.read(AccountEvents(person="wangfang", kind="identity_linked"), SYSTEM).total == 1


def test_the_flow_has_state_nonce_and_pkce(build: Build):
    browser = build()
    query = parse_qs(urlsplit(browser.get("/sign-in/single").location).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    [verifier] = [data["data"]["code_verifier"] for name, data in session_of(browser).items() if name.startswith("_state_provider_")]
    assert query["code_challenge"] == [base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")]
    assert len(query["nonce"][0]) >= 20
    assert len(query["state"][0]) >= 20


def session_of(browser: Visitor) -> dict[str, dict[str, dict[str, str]]]:
    with browser.client.session_transaction() as session:
        return dict(session)


def test_an_unverified_address_is_nobody(build: Build):
    browser = build(ACCOUNT_CLAIM="email")
    response = sign_in(browser, "s-fake")
    assert (response.status_code, "这里没有你的账号" in response.text) == (403, True)
    assert browser.get("/tasks").status_code == 302


def test_a_stranger_gets_an_account_only_where_that_is_allowed(engine, build: Build):
    settings = {"ACCOUNT_CLAIM": "preferred_username"}
    assert sign_in(build(**settings), "s-new").status_code == 403
    groups = {"GROUPS_CLAIM": "teams", "GROUPS": "sales=marketing_specialist,lead=marketing_supervisor,sales=no_such_role"}
    browser = build(CREATE="1", DEFAULT_ROLES="production_department,no_such_role", **settings, **groups)
    assert sign_in(browser, "s-new").status_code == 302
    actor = engine.read(FindAccount("xinlai"), SYSTEM).actor
    assert (actor.name, actor.groups) == ("新来", {"production_department", "marketing_specialist"})
    assert not actor.is_administrator
    address = engine.read(MailAddressOf("xinlai"), SYSTEM)
    assert (address.address, address.confirmed, address.given_by) == ("xinlai@firm.example", True, "provider")
    engine.run(SaveUser("xinlai", "新来", None, ("marketing_supervisor", "technical_department")), SYSTEM)
    assert sign_in(build(**settings, **groups), "s-new").status_code == 302
    assert engine.read(FindAccount("xinlai"), SYSTEM).actor.groups == {"technical_department", "marketing_specialist"}


def test_a_closed_account_stays_closed(engine, build: Build):
    engine.run(SaveUser("closed", "停用", PASSWORD), SYSTEM)
    browser = build(ACCOUNT_CLAIM="preferred_username")
    assert sign_in(browser, "s-closed").status_code == 302
    engine.run(SetActive("closed", False), SYSTEM)
    assert browser.get("/tasks").status_code == 302
    response = sign_in(build(), "s-closed")
    assert (response.status_code, "这个账号已经停用" in response.text) == (403, True)


def test_what_was_not_begun_here_is_refused(build: Build):
    browser, other = build(ACCOUNT_CLAIM="email"), build(ACCOUNT_CLAIM="email")
    back = at_provider(other.get("/sign-in/single").location, "s-wang")
    for address in (back, back.replace("state=", "state=x"), "/sign-in/single/done", "/sign-in/single/done?code=x&state=y"):
        response = browser.get(address)
        assert (response.status_code, "这次登录已经过期" in response.text) == (400, True), address
        assert browser.get("/tasks").status_code == 302


def test_a_code_is_good_once_and_only_a_real_one(build: Build):
    browser = build(ACCOUNT_CLAIM="email")
    back = at_provider(browser.get("/sign-in/single").location, "s-wang")
    state = parse_qs(urlsplit(back).query)["state"][0]
    response = browser.get(f"/sign-in/single/done?code=invented&state={state}")
    assert (response.status_code, "这次登录已经过期" in response.text) == (400, True)
    assert browser.get(back).status_code == 400
    assert browser.get("/tasks").status_code == 302


def test_an_answer_to_another_question_is_refused(build: Build):
    browser = build(ACCOUNT_CLAIM="email")
    response = browser.get(at_provider(browser.get("/sign-in/single").location, "s-wang", nonce="another"))
    assert (response.status_code, "统一登录的回答不能接受" in response.text) == (400, True)
    assert browser.get("/tasks").status_code == 302


def test_a_token_of_another_issuer_is_refused(issuer: str, build: Build):
    browser = build(ACCOUNT_CLAIM="email", ISSUER=issuer.replace("localhost", "127.0.0.1") + "/")
    location = browser.get("/sign-in/single").location
    response = browser.get(at_provider(location, "s-wang"))
    assert (response.status_code, "统一登录的回答不能接受" in response.text) == (400, True)


def test_a_token_that_is_too_old_is_refused(engine, tmp_path):
    users = [User(sub="s-wang", claims=CLAIMS["s-wang"])]
    with run_server_in_thread(user_claims=users, access_token_max_age=timedelta(minutes=-10)) as server:
        issuer = f"http://localhost:{server.server_port}"
        environment = {"TUOKE_OIDC_ISSUER": issuer, "TUOKE_OIDC_CLIENT_ID": "tuoke", "TUOKE_OIDC_ACCOUNT_CLAIM": "email"}
        app = create_app(engine, Settings.from_environment({"TUOKE_DATA_DIR": str(tmp_path), "TUOKE_DEMO": "0", **environment}))
        app.testing = False
        browser = Visitor(app)
        response = sign_in(browser, "s-wang")
        assert response.status_code == 400
        assert browser.get("/tasks").status_code == 302


def test_saying_no_at_the_provider(build: Build):
    response = build().get("/sign-in/single/done?error=access_denied&state=x")
    assert (response.status_code, "没有登录" in response.text) == (403, True)


def test_a_provider_that_is_not_there(build: Build):
    response = build(ISSUER="http://localhost:1").get("/sign-in/single")
    assert (response.status_code, "统一登录暂时不可用" in response.text) == (503, True)


def test_leaving_offers_to_leave_the_provider_too(issuer: str, build: Build):
    browser = build(ACCOUNT_CLAIM="email")
    sign_in(browser, "s-wang")
    left = browser.post("/sign-out", {})
    assert left.location == "/sign-in?left=provider"
    assert "/sign-in/single/leave" in browser.get(left.location).text
    out = urlsplit(browser.get("/sign-in/single/leave").location)
    assert f"{out.scheme}://{out.netloc}" == issuer
    assert parse_qs(out.query)["client_id"] == ["tuoke"]


def test_without_settings_there_is_no_single_sign_on(visitor: Callable[[str | None], Visitor]):
    browser = visitor(None)
    assert "统一登录" not in browser.get("/sign-in").text
    for address in ("/sign-in/single", "/sign-in/single/done", "/sign-in/single/leave"):
        assert browser.get(address).status_code == 404
