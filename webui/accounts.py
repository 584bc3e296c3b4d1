"""The signed-in account as Flask-Login wants it."""

from __future__ import annotations

from dataclasses import dataclass

from engine import SYSTEM, Actor, FindAccount
from webui.link import engine


@dataclass(frozen=True, slots=True)
class Account:
    """`session_epoch` changes with the password and when the account is closed: older sessions are over then."""

    actor: Actor
    language: str
    session_epoch: int

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.actor.user_id


def find_account(user_id: str) -> Account | None:
    found = engine().read(FindAccount(user_id), SYSTEM)
    return Account(found.actor, found.language, found.session_epoch) if found else None
