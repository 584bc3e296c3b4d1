"""The signed-in account as Flask-Login wants it, and the session that it came with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Request, current_app

from engine import SYSTEM, Actor, FindSession, TouchSession, token_hash
from webui.link import home

TOKEN_COOKIE = "tuoke_sign_in"
LONGEST_TOKEN = 200
# What a page asks again and again while it stays open: nobody is at work for that.
ASKED_BY_ITSELF = frozenset({"notifications.bell", "tasklist.rows", "editor.watch"})


@dataclass(frozen=True, slots=True)
class Account:
    """`session_id` is empty for a program that sends its password with every request; `unread`: notifications."""

    actor: Actor
    language: str
    session_id: str = ""
    must_change_password: bool = False
    unread: int = 0

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.actor.user_id


def session_limits() -> tuple[timedelta, timedelta]:
    """(ends when unused for so long, ends so long after it began)"""
    return current_app.config["SESSION_IDLE"], current_app.config["SESSION_LASTS"]


def account_of_session(asking: Request) -> Account | None:
    """Whoever signed in with this browser; None when nobody did or the session has ended."""
    token = asking.cookies.get(TOKEN_COOKIE, "")
    if not token or len(token) > LONGEST_TOKEN:
        return None
    found = home().read(FindSession(token_hash(token), *session_limits()), SYSTEM)
    if found is None:
        return None
    if found.is_stale and asking.endpoint not in ASKED_BY_ITSELF:
        home().run(TouchSession(found.session_id, asking.remote_addr or ""), SYSTEM)
    return Account(found.actor, found.language, found.session_id, found.must_change_password, found.unread)
