"""A notification as a mail: plain text and HTML in the reader's language, links to the public address, nothing that is not on their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from html import escape
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from engine.queries.people.mails import OutgoingMail
from engine.queries.people.notification_words import notification_words
from engine.settings import MailSettings, Settings

LONGEST_SUBJECT = 150


@dataclass(frozen=True, slots=True)
class _Words:
    """A mail's parts: what happened, what else there is to say of it, the link, and why it came."""

    subject: str
    lines: tuple[str, ...]
    quote: str
    link: str
    button: str
    why: str
    choices: str
    change: str


def compose(mail: OutgoingMail, settings: Settings, by: MailSettings) -> EmailMessage:
    """The message, with the same Message-ID however often it is made."""
    words = _code_words(mail, settings) if mail.told is None else _told_words(mail, settings)
    message = EmailMessage(policy=SMTP)
    name, address = parseaddr(by.sender)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(_one_line(mail.name), addr_spec=mail.address)
    message["Subject"] = _one_line(words.subject)[:LONGEST_SUBJECT]
    message["Date"] = format_datetime(mail.first_at)
    message["Message-ID"] = f"<tuoke-{mail.mail_id}-{int(mail.first_at.timestamp())}@{urlsplit(settings.public_url).hostname}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{words.choices}>"
    message.set_content(_plain(words))
    message.add_alternative(_html(words, mail.language), subtype="html")
    return message


def _told_words(mail: OutgoingMail, settings: Settings) -> _Words:
    assert mail.told is not None  # noqa: S101 - narrows the type
    english, told = mail.language == "en", mail.told
    subject = notification_words(told)[english]
    lines = []
    if told.due_at is not None and told.kind not in ("mentioned", "copied"):
        due = _moment(told.due_at, settings.time_zone)
        lines.append(f"Due: {due}" if english else f"到期：{due}")
    link = f"{settings.public_url}/notifications/{told.notification_id}"
    why = "You get this mail because you chose to be told by e-mail." if english else "你收到这封邮件，是因为你选择了用邮件通知。"
    return _Words(subject, tuple(lines), told.excerpt or "", link, "Open" if english else "打开", why, *_choices(settings, english))


def _code_words(mail: OutgoingMail, settings: Settings) -> _Words:
    english = mail.language == "en"
    if english:
        subject, why, button = f"Your code: {mail.code}", "If you did not ask for it, you need not do anything.", "My account"
        line = "Type it on the page “My account” within 24 hours, and notifications go to this address."
        if mail.by_administrator:
            line = f"An administrator wrote this address down as yours. If it is: {line[0].lower()}{line[1:]}"
    else:
        subject, why, button = f"验证码：{mail.code}", "不是你要的，不用理会。", "我的账号"
        line = "请在 24 小时内填到“我的账号”页上，以后的通知就发到这个邮箱。"
        if mail.by_administrator:
            line = f"管理员把这个邮箱登记为你的。确实是你的，{line}"
    choices, change = _choices(settings, english)
    return _Words(subject, (line,), "", choices, button, why, choices, change)


def _choices(settings: Settings, english: bool) -> tuple[str, str]:
    return f"{settings.public_url}/account#notifications", "Change what you are told of" if english else "修改通知设置"


def _moment(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _one_line(text: str) -> str:
    """Headers are one line: what people wrote may have more."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def _plain(words: _Words) -> str:
    quote = "\n".join(f"> {line}" for line in words.quote.splitlines())
    parts = [words.subject, *words.lines, *([quote] if quote else []), f"{words.button}: {words.link}"]
    return "\n\n".join(parts) + f"\n\n-- \n{words.why}\n{words.change}: {words.choices}\n"


# Mail programs know neither style sheets from elsewhere nor variables; colours hold on white and, inverted by the program, on black.
_FONT = "font-family:-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei',sans-serif"
_BUTTON = "display:inline-block;padding:12px 20px;border-radius:8px;background:#1f5fd0;color:#ffffff;text-decoration:none;font-weight:600"
_QUOTE = "margin:16px 0;padding:8px 16px;border-left:3px solid #c5cbd6;white-space:pre-line"


def _html(words: _Words, language: str) -> str:
    lines = "".join(f'<p style="margin:0 0 12px">{escape(line)}</p>' for line in words.lines)
    quote = f'<blockquote style="{_QUOTE}">{escape(words.quote)}</blockquote>' if words.quote else ""
    return f"""<!doctype html>
<html lang="{'en' if language == 'en' else 'zh-CN'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><title>{escape(words.subject)}</title></head>
<body style="margin:0;padding:24px 16px;{_FONT};font-size:16px;line-height:1.6">
<div style="max-width:560px;margin:0 auto">
<h1 style="margin:0 0 12px;font-size:20px;line-height:1.4">{escape(words.subject)}</h1>
{lines}{quote}<p style="margin:20px 0"><a href="{escape(words.link)}" style="{_BUTTON}">{escape(words.button)}</a></p>
<p style="margin:24px 0 0;font-size:13px;opacity:.8">{escape(words.why)}
<a href="{escape(words.choices)}" style="color:inherit">{escape(words.change)}</a></p>
</div></body></html>
"""
