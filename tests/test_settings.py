"""Settings: defaults, every variable, and refusals that name the variable."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.settings import MAIL_VARIABLES, OIDC_VARIABLES, VARIABLES, MailSettings, OidcSettings, Settings, SettingsError, is_mail_address

URL = "postgresql://tuoke:geheim@db:5432/tuoke"
DESK = "服务台 8000"
OWNER = "postgresql://owner:geheim@db/tuoke"


def test_defaults() -> None:
    settings = Settings.from_environment({"PATH": "/bin"})
    assert settings.data_dir == Path.cwd() / "data"
    assert (settings.database_url, settings.host, settings.port, settings.demo) == (None, "127.0.0.1", 8000, True)
    assert settings.processes_dir == Path(__file__).resolve().parents[1] / "processes"
    assert (settings.time_zone, settings.secret_key) == ("Asia/Shanghai", None)


def test_every_variable_is_read() -> None:
    given = {
        "TUOKE_DATA_DIR": "/srv/data",
        "TUOKE_DATABASE_URL": "postgres://tuoke:geheim@db:5432/tuoke",
        "TUOKE_HOST": "0.0.0.0",
        "TUOKE_PORT": "9001",
        "TUOKE_DEMO": "on",
        "TUOKE_CONTACT": DESK,
        "TUOKE_PROCESSES_DIR": "/srv/processes",
        "TUOKE_TIME_ZONE": "Asia/Urumqi",
        "TUOKE_SECRET_KEY": "k" * 32,
        "TUOKE_SESSION_IDLE_HOURS": "2",
        "TUOKE_SESSION_HOURS": "24",
        "TUOKE_TRUSTED_PROXIES": "1",
        "TUOKE_ATTACHMENT_MEGABYTES": "20",
        "TUOKE_ATTACHMENTS_AT_ONCE": "5",
        "TUOKE_DATABASE_OWNER_URL": OWNER,
        "TUOKE_PUBLIC_URL": "https://tuoke.example.com/",
        "TUOKE_LANGUAGE": "en",
    }
    assert given.keys() == VARIABLES - OIDC_VARIABLES - MAIL_VARIABLES
    secret, public = "k" * 32, "https://tuoke.example.com"
    expected = Settings(Path("/srv/data"), URL, "0.0.0.0", 9001, True, Path("/srv/processes"), "Asia/Urumqi", secret, 2, 24, 1, 20, 5, OWNER, public)
    expected = replace(expected, contact=DESK, language="en")
    assert Settings.from_environment(given) == expected


def test_single_sign_on_is_read_whole() -> None:
    given = {
        "ISSUER": "https://id.example",
        "CLIENT_ID": "tuoke",
        "CLIENT_SECRET": "geheim",
        "NAME": "企业微信",
        "SCOPES": "openid",
        "ACCOUNT_CLAIM": "email",
        "CREATE": "1",
        "DEFAULT_ROLES": "staff, guest",
        "GROUPS_CLAIM": "groups",
        "GROUPS": "a=staff, b=guest",
    }
    environment = {f"TUOKE_OIDC_{name}": value for name, value in given.items()}
    assert environment.keys() == OIDC_VARIABLES
    roles, groups = ("staff", "guest"), (("a", "staff"), ("b", "guest"))
    expected = OidcSettings("https://id.example", "tuoke", "geheim", "企业微信", "openid", "email", True, roles, "groups", groups)
    assert Settings.from_environment(environment).oidc == expected


MAIL = {"TUOKE_SMTP_HOST": "mail.example.com", "TUOKE_SMTP_FROM": "拓客 <tuoke@example.com>", "TUOKE_PUBLIC_URL": "https://tuoke.example.com"}


def test_a_mail_server_is_read_whole_and_its_password_shown_nowhere() -> None:
    given = {"PORT": "2525", "SECURITY": "tls", "USER": "tuoke", "PASSWORD": "geheim"}
    environment = {**MAIL, **{f"TUOKE_SMTP_{name}": value for name, value in given.items()}}
    assert environment.keys() - {"TUOKE_PUBLIC_URL"} == MAIL_VARIABLES
    settings = Settings.from_environment(environment)
    assert settings.mail == MailSettings("mail.example.com", "拓客 <tuoke@example.com>", 2525, "tls", "tuoke", "geheim")
    assert "geheim" not in repr(settings)
    ports = {security: Settings.from_environment({**MAIL, "TUOKE_SMTP_SECURITY": security}).mail.port for security in ("starttls", "tls", "none")}
    assert ports == {"starttls": 587, "tls": 465, "none": 25}


@pytest.mark.parametrize(
    "name, value",
    [
        ("TUOKE_SMTP_HOST", ""),
        ("TUOKE_SMTP_FROM", ""),
        ("TUOKE_SMTP_FROM", "拓客"),
        ("TUOKE_SMTP_FROM", "a@example.com\nBcc: b@example.com"),
        ("TUOKE_SMTP_PORT", "0"),
        ("TUOKE_SMTP_SECURITY", "ssl"),
        ("TUOKE_PUBLIC_URL", ""),
        ("TUOKE_PUBLIC_URL", "tuoke.example.com"),
        ("TUOKE_PUBLIC_URL", "https://tuoke.example.com/?a=1"),
    ],
)
def test_half_a_mail_server_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({**MAIL, "TUOKE_SMTP_PASSWORD": "geheim", name: value})


def test_what_an_address_is() -> None:
    assert all(map(is_mail_address, ("a@b.cn", "wang.fang+tuoke@mail.example.com", "x_1@a-b.example")))
    assert not any(map(is_mail_address, ("", "a", "a@b", "a@@b.cn", "a b@c.cn", ".a@b.cn", "a.@b.cn", "a@-b.cn", "a@b.cn\n", f"{'a' * 250}@b.cn")))


OIDC = {"TUOKE_OIDC_ISSUER": "https://id.example", "TUOKE_OIDC_CLIENT_ID": "tuoke"}


@pytest.mark.parametrize(
    "name, value",
    [("TUOKE_OIDC_ISSUER", "http://id.example"), ("TUOKE_OIDC_GROUPS", "a"), ("TUOKE_OIDC_CREATE", "perhaps"), ("TUOKE_OIDC_CLIENT_ID", "")],
)
def test_half_a_single_sign_on_is_refused(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_environment({**OIDC, name: value})


@pytest.mark.parametrize("given, demo", [({}, True), ({"TUOKE_DATABASE_URL": URL}, False), ({"TUOKE_DEMO": "0"}, False), ({"TUOKE_DEMO": " "}, True)])
def test_demo_accounts_only_where_nobody_brought_a_database(given: dict[str, str], demo: bool) -> None:
    assert Settings.from_environment(given).demo is demo


@pytest.mark.parametrize(
    "name, value",
    [
        ("TUOKE_PORT", "0"),
        ("TUOKE_PORT", "65536"),
        ("TUOKE_PORT", "８０００"),
        ("TUOKE_PORT", "http"),
        ("TUOKE_DEMO", "maybe"),
        ("TUOKE_DATABASE_URL", "mysql://a:geheim@b/c"),
        ("TUOKE_DATABASE_URL", "postgresql://a:geheim@b"),
        ("TUOKE_DATABASE_URL", "postgresql://a:geheim@[b/c"),
        ("TUOKE_TIME_ZONE", "Asia/Nowhere"),
        ("TUOKE_TIME_ZONE", "/etc/passwd"),
        ("TUOKE_SECRET_KEY", "geheim"),
        ("TUOKE_SESSION_HOURS", "0"),
        ("TUOKE_SESSION_IDLE_HOURS", "half"),
        ("TUOKE_TRUSTED_PROXIES", "-1"),
        ("TUOKE_PROT", "8000"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name_and_secrets_are_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name) as caught:
        Settings.from_environment({name: value})
    assert "geheim" not in str(caught.value)
