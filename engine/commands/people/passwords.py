"""Passwords: how long, which are too easy to guess, how they are kept, and one-time ones."""

from __future__ import annotations

import secrets
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from engine.model.errors import InputRejected

SHORTEST_PASSWORD, LONGEST_PASSWORD = 8, 200
ONE_TIME_LASTS = timedelta(days=3)
# Letters and digits that nobody mistakes for each other when they are read out.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_FEW_CHARACTERS = 3
_HASHER = PasswordHasher()
_QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)


def checked_password(given: object) -> str:
    """Raises InputRejected: bad_password for a wrong length, bad_text."""
    if not isinstance(given, str) or not SHORTEST_PASSWORD <= len(given) <= LONGEST_PASSWORD:
        raise InputRejected("bad_password", field="password", minimum=SHORTEST_PASSWORD, maximum=LONGEST_PASSWORD)
    if any("\ud800" <= character <= "\udfff" for character in given):
        raise InputRejected("bad_text", field="password")
    return given


def refuse_common(password: str, *own: str) -> None:
    """Raises InputRejected("common_password") for what everybody tries first; `own` are names of the account, which say nothing secret."""
    plain = password.casefold()
    too_few = len(set(plain)) <= _FEW_CHARACTERS
    named = any(name and plain.replace(name.casefold(), "").strip("0123456789 .-_!@") == "" for name in own)
    if too_few or named or plain in _common() or plain.rstrip("0123456789!.") in _common() or _is_run(plain):
        raise InputRejected("common_password", field="password")


def hashed(password: str, *, random: bool = False) -> str:
    """`random`: one of `one_time_password`, which nobody can guess, however fast trying is; a whole company gets theirs in a moment."""
    return (_QUICK_HASHER if random else _HASHER).hash(password)


def needs_rehash(password_hash: str) -> bool:
    return _HASHER.check_needs_rehash(password_hash)


def matches(password_hash: str | None, password: object) -> bool:
    """An account without a password, or no account, costs the same time as a wrong password."""
    given = password if isinstance(password, str) and len(password) <= LONGEST_PASSWORD else ""
    try:
        return _HASHER.verify(password_hash or _nobodys_hash(), given.encode(errors="replace")) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def one_time_password() -> str:
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


def _is_run(password: str) -> bool:
    """Each character is the one after the one before it: abcdefgh, 87654321."""
    steps = {ord(second) - ord(first) for first, second in zip(password, password[1:], strict=False)}
    return steps in ({1}, {-1})


@cache
def _common() -> frozenset[str]:
    return frozenset(FREQUENCY_LISTS["passwords"])


@cache
def _nobodys_hash() -> str:
    return hashed("nobody has this password")
