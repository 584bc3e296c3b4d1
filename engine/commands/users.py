"""Accounts and their groups."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from engine.model.identity import Actor


@dataclass(frozen=True, slots=True)
class UserSaved:
    user_id: str
    created: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SaveUser:
    """Create or change an account. `password` None keeps the old one; a new password or `active` False ends all sessions. Administrators only."""

    user_id: str
    name: str
    password: str | None = None
    groups: Collection[str] = ()
    is_administrator: bool = False
    language: str = "zh"
    active: bool = True


@dataclass(frozen=True, slots=True)
class ChangePassword:
    """Change one's own password; all other sessions end."""

    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangeLanguage:
    """Choose the language of one's own screens: zh or en."""

    language: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in; a session is valid while the account is active and has this `session_epoch`."""

    actor: Actor
    language: str
    session_epoch: int


@dataclass(frozen=True, slots=True)
class SignIn:
    """Check a password. Raises NotAllowedError("wrong_sign_in") for an unknown login, a wrong password and an inactive account alike."""

    user_id: str
    password: str
