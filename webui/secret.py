"""The key that signs sessions."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from engine import Settings

FILE_NAME = "web_secret_key"
KEY_BYTES = 48


def secret_key(settings: Settings) -> str:
    """The key from the settings, else the one kept in the data folder, made at first use; only its owner can read it."""
    if settings.secret_key:
        return settings.secret_key
    path = settings.data_dir / FILE_NAME
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        _create(path)
    return path.read_text(encoding="ascii")


def _create(path: Path) -> None:
    """Written whole under another name, then linked: of two processes that start at once, one wins and both read the same key."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(KEY_BYTES))
        try:
            os.link(fresh, path)
        except FileExistsError:
            return
    finally:
        fresh.unlink()
