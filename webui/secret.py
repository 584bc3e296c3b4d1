"""The key that signs sessions."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from engine import Settings

FILE_NAME = "web_secret_key"
KEY_BYTES = 48
_KEY = re.compile(rb"[!-~]{32,}")


def secret_key(settings: Settings) -> str:
    """The key from the settings, else the one kept in the data folder, made at first use; only its owner can read it."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / FILE_NAME
    kept = _read(path)
    if kept is None:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _create(path)
        kept = _read(path)
    if kept is None:
        raise OSError(f"{path}: not readable as a key")
    return kept


def _read(path: Path) -> str | None:
    """None without a file, and for one that is no key (empty after a power failure): a new one costs everybody one sign-in."""
    try:
        kept = path.read_bytes()
    except FileNotFoundError:
        return None
    if _KEY.fullmatch(kept):
        return kept.decode()
    path.unlink(missing_ok=True)
    return None


def _create(path: Path) -> None:
    """Written whole under another name, then linked: of two processes that start at once, one wins and both read the same key."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
    finally:
        fresh.unlink()
