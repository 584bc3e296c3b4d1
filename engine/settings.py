"""What the environment says: every TUOKE_ variable, read once and checked."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
ON, OFF = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+{_LABEL}")
DATABASE_SCHEMES = frozenset({"postgresql", "postgres", "postgresql+psycopg"})


class SettingsError(ValueError):
    """A TUOKE_ variable cannot be used; the text names it, its value and what is expected, in Chinese; `en` the same in English."""

    def __init__(self, about: str, zh: str, en: str) -> None:
        """`about`: the variable, with its value when that is no secret."""
        super().__init__(f"{about}:{zh}")
        self.en = f"{about}: {en}"


@dataclass(frozen=True, slots=True)
class OidcSettings:
    """Single sign-on at an OpenID Connect provider. Each field is TUOKE_OIDC_ and its name."""

    issuer: str
    """Whose sign-in page is used, exactly as the provider calls itself; its metadata is found under /.well-known/openid-configuration."""
    client_id: str
    client_secret: str
    """May be empty for a public client: PKCE is always used."""
    name: str = ""
    """What the button says after “用”; empty: a general text."""
    scopes: str = "openid profile email"
    account_claim: str = ""
    """The claim that holds the login of an account here, for people who have not come this way before; `email` counts only when verified."""
    create: bool = False
    """Whether somebody without an account gets one."""
    default_roles: tuple[str, ...] = ()
    """What a new account gets, separated by commas."""
    groups_claim: str = ""
    """The claim that lists a person's groups at the provider."""
    groups: tuple[tuple[str, str], ...] = ()
    """group=role pairs separated by commas; at each sign-in these roles follow the claim, others stay."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The server that mail goes out by. Each field is TUOKE_SMTP_ and its name."""

    host: str
    sender: str
    """Whose name the mail carries: an address, or `name <address>`. The variable is TUOKE_SMTP_FROM."""
    port: int
    """587, for tls 465, for none 25."""
    security: str = "starttls"
    """`starttls`; `tls` from the first byte; `none` only for a server on the way that cannot be listened to."""
    user: str = ""
    """Empty: without signing in."""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """All that differs between installations. Times on screen and in forms without a zone are in `time_zone`."""

    data_dir: Path
    """TUOKE_DATA_DIR, `./data`: embedded database, keys, files."""
    database_url: str | None
    """TUOKE_DATABASE_URL of a PostgreSQL server; None: the embedded one in `data_dir`."""
    host: str
    """TUOKE_HOST, 127.0.0.1: the address that the web server listens on."""
    port: int
    """TUOKE_PORT, 8000."""
    demo: bool
    """TUOKE_DEMO, on with the embedded database only: demo accounts, shown on the sign-in page."""
    processes_dir: Path
    """TUOKE_PROCESSES_DIR, `processes/` beside the engine: one folder per process pack."""
    time_zone: str
    """TUOKE_TIME_ZONE, Asia/Shanghai."""
    secret_key: str | None
    """TUOKE_SECRET_KEY signs what browsers keep between pages; None: one is made and kept in `data_dir`. Needed when several machines serve."""
    session_idle_hours: int = 12
    """TUOKE_SESSION_IDLE_HOURS, 12: a session that nobody used for so long has ended."""
    session_hours: int = 168
    """TUOKE_SESSION_HOURS, 168: a session ends so long after signing in, however much it is used."""
    trusted_proxies: int = 0
    """TUOKE_TRUSTED_PROXIES, 0: how many proxies stand before the server; so many entries of X-Forwarded-For, -Proto and -Host are believed."""
    attachment_megabytes: int = 50
    """TUOKE_ATTACHMENT_MEGABYTES, 50: how large a file attached to a case may be."""
    attachments_at_once: int = 20
    """TUOKE_ATTACHMENTS_AT_ONCE, 20: how many files may be attached with one request."""
    database_owner_url: str | None = None
    """TUOKE_DATABASE_OWNER_URL: who owns the tables and brings them up to date, when TUOKE_DATABASE_URL is a role that only works in them."""

    public_url: str = ""
    """TUOKE_PUBLIC_URL: how people reach the pages, for links in mail, for example https://tuoke.example.com. Needed with TUOKE_SMTP_*."""

    contact: str = ""
    """TUOKE_CONTACT: whom people ask who cannot sign in, shown on the help page before signing in; empty: a general text."""
    language: str = ""
    """TUOKE_LANGUAGE: zh or en, what the command line speaks; empty: as the system does."""
    oidc: OidcSettings | None = None
    """TUOKE_OIDC_*: single sign-on, when an issuer is given."""
    mail: MailSettings | None = None
    """TUOKE_SMTP_*: notifications by e-mail, when a server is given."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """An empty value counts as not set. Raises SettingsError for a value that cannot be used and for a TUOKE_ variable that does not exist."""
        environ = os.environ if environ is None else environ
        given = {name: value.strip() for name, value in environ.items() if name.startswith("TUOKE_") and value.strip()}
        unknown = sorted(given.keys() - VARIABLES)
        if unknown:
            raise SettingsError(
                ", ".join(unknown),
                f"没有这样的设置;可用的有 {'、'.join(sorted(VARIABLES))}",
                f"no such setting; there are {', '.join(sorted(VARIABLES))}",
            )
        database_url = _database_url("TUOKE_DATABASE_URL", given)
        if database_url is None and "TUOKE_DATABASE_OWNER_URL" in given:
            raise SettingsError("TUOKE_DATABASE_OWNER_URL", "要和 TUOKE_DATABASE_URL 一起给出", "needs TUOKE_DATABASE_URL beside it")
        return cls(
            data_dir=Path(given.get("TUOKE_DATA_DIR", "data")).expanduser().absolute(),
            database_url=database_url,
            database_owner_url=_database_url("TUOKE_DATABASE_OWNER_URL", given),
            host=given.get("TUOKE_HOST", "127.0.0.1"),
            port=_port(given.get("TUOKE_PORT", "8000")),
            demo=_switch("TUOKE_DEMO", given.get("TUOKE_DEMO"), default=database_url is None),
            processes_dir=Path(given.get("TUOKE_PROCESSES_DIR", ROOT / "processes")).expanduser().absolute(),
            time_zone=_time_zone(given.get("TUOKE_TIME_ZONE", "Asia/Shanghai")),
            secret_key=_secret_key(given.get("TUOKE_SECRET_KEY")),
            session_idle_hours=_whole("TUOKE_SESSION_IDLE_HOURS", given, 12, 1, 24 * 365),
            session_hours=_whole("TUOKE_SESSION_HOURS", given, 168, 1, 24 * 365),
            contact=given.get("TUOKE_CONTACT", "")[:200],
            trusted_proxies=_whole("TUOKE_TRUSTED_PROXIES", given, 0, 0, 10),
            attachment_megabytes=_whole("TUOKE_ATTACHMENT_MEGABYTES", given, 50, 1, 50),
            attachments_at_once=_whole("TUOKE_ATTACHMENTS_AT_ONCE", given, 20, 1, 100),
            public_url=_public_url(given),
            language=_language(given.get("TUOKE_LANGUAGE", "")),
            oidc=_oidc(given),
            mail=_mail(given),
        )


OIDC_VARIABLES = frozenset(f"TUOKE_OIDC_{name.upper()}" for name in OidcSettings.__dataclass_fields__)
MAIL_VARIABLES = frozenset(f"TUOKE_SMTP_{name}" for name in ("HOST", "FROM", "PORT", "SECURITY", "USER", "PASSWORD"))
_OWN = Settings.__dataclass_fields__.keys() - {"oidc", "mail"}
VARIABLES = OIDC_VARIABLES | MAIL_VARIABLES | {f"TUOKE_{name.upper()}" for name in _OWN}
_USUAL_PORTS = {"starttls": 587, "tls": 465, "none": 25}


def _oidc(given: Mapping[str, str]) -> OidcSettings | None:
    asked = {name.removeprefix("TUOKE_OIDC_").lower(): value for name, value in given.items() if name in OIDC_VARIABLES}
    if not asked:
        return None
    for needed in ("issuer", "client_id"):
        if needed not in asked:
            raise SettingsError(f"TUOKE_OIDC_{needed.upper()}", "使用统一登录时必须给出", "needed for single sign-on")
    issuer = urlsplit(asked["issuer"])
    if issuer.scheme != "https" and not (issuer.scheme == "http" and issuer.hostname in {"localhost", "127.0.0.1"}):
        raise SettingsError(f"TUOKE_OIDC_ISSUER={asked['issuer']}", "应以 https:// 开头", "must begin with https://")
    pairs = tuple((left.strip(), right.strip()) for left, _, right in (pair.partition("=") for pair in _listed(asked.get("groups", ""))))
    if not all(left and right for left, right in pairs):
        raise SettingsError("TUOKE_OIDC_GROUPS", "应形如 组=岗位标识,组=岗位标识", "must look like group=role,group=role")
    return OidcSettings(
        asked["issuer"],
        asked["client_id"],
        asked.get("client_secret", ""),
        asked.get("name", ""),
        asked.get("scopes", "openid profile email"),
        asked.get("account_claim", ""),
        _switch("TUOKE_OIDC_CREATE", asked.get("create"), default=False),
        _listed(asked.get("default_roles", "")),
        asked.get("groups_claim", ""),
        pairs,
    )


def _mail(given: Mapping[str, str]) -> MailSettings | None:
    asked = {name.removeprefix("TUOKE_SMTP_"): value for name, value in given.items() if name in MAIL_VARIABLES}
    if not asked:
        return None
    for needed in ("HOST", "FROM"):
        if needed not in asked:
            raise SettingsError(f"TUOKE_SMTP_{needed}", "发邮件时必须给出", "needed to send mail")
    if "TUOKE_PUBLIC_URL" not in given:
        raise SettingsError(
            "TUOKE_PUBLIC_URL",
            "发邮件时必须给出,邮件里的链接用它,例如 https://tuoke.example.com",
            "needed to send mail, for the links in it, for example https://tuoke.example.com",
        )
    if not is_mail_address(parseaddr(asked["FROM"])[1]) or not asked["FROM"].isprintable():
        raise SettingsError(
            f"TUOKE_SMTP_FROM={asked['FROM']}",
            "应为邮箱地址,例如 拓客 <tuoke@example.com>",
            "must be an address of mail, for example Tuoke <tuoke@example.com>",
        )
    security = asked.get("SECURITY", "starttls")
    if security not in _USUAL_PORTS:
        raise SettingsError(f"TUOKE_SMTP_SECURITY={security}", "应为 starttls、tls 或 none", "must be starttls, tls or none")
    port = _whole("TUOKE_SMTP_PORT", given, _USUAL_PORTS[security], 1, 65535)
    return MailSettings(asked["HOST"], asked["FROM"], port, security, asked.get("USER", ""), asked.get("PASSWORD", ""))


def is_mail_address(text: str) -> bool:
    """Of one mailbox that a usual mail server takes; whether anybody reads it only a mail to it shows."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def _public_url(given: Mapping[str, str]) -> str:
    text = given.get("TUOKE_PUBLIC_URL", "")
    parts = urlsplit(text) if text.isascii() and text.isprintable() else None
    if text and not (parts and parts.scheme in ("http", "https") and parts.hostname and not parts.query and not parts.fragment):
        raise SettingsError(f"TUOKE_PUBLIC_URL={text}", "应形如 https://tuoke.example.com", "must look like https://tuoke.example.com")
    return text.rstrip("/")


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        raise SettingsError(f"TUOKE_PORT={text}", "应为 1 到 65535 之间的整数", "must be a whole number from 1 to 65535")
    return int(text)


def _whole(name: str, given: Mapping[str, str], default: int, minimum: int, maximum: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and minimum <= int(text) <= maximum):
        raise SettingsError(f"{name}={text}", f"应为 {minimum} 到 {maximum} 之间的整数", f"must be a whole number from {minimum} to {maximum}")
    return int(text)


def _switch(name: str, text: str | None, *, default: bool) -> bool:
    if text is None:
        return default
    if text.lower() not in ON | OFF:
        raise SettingsError(f"{name}={text}", "应为 1(开)或 0(关)", "must be 1 (on) or 0 (off)")
    return text.lower() in ON


def _database_url(name: str, given: Mapping[str, str]) -> str | None:
    text = given.get(name)
    if text is None:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in DATABASE_SCHEMES or not parts.path.strip("/"):
        # The value is not repeated: it holds a password.
        raise SettingsError(
            name,
            "应形如 postgresql://用户:密码@主机:5432/数据库名(只支持 PostgreSQL)",
            "must look like postgresql://user:password@host:5432/database (PostgreSQL only)",
        )
    return "postgresql:" + text.split(":", 1)[1]


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (OSError, ValueError, KeyError):
        raise SettingsError(f"TUOKE_TIME_ZONE={text}", "不是已知的时区,例如 Asia/Shanghai", "no known time zone, for example Asia/Shanghai") from None
    return text


def _language(text: str) -> str:
    if text not in ("", "zh", "en"):
        raise SettingsError(f"TUOKE_LANGUAGE={text}", "应为 zh 或 en", "must be zh or en")
    return text


def _secret_key(text: str | None) -> str | None:
    if text is not None and len(text) < 32:
        raise SettingsError("TUOKE_SECRET_KEY", "至少 32 个字符", "needs at least 32 characters")
    return text
