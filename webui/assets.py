"""Addresses of the built browser files, from the build's manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask, url_for

DIST = "dist"


class Assets:
    """In templates: `assets.script("app")`, `assets.styles("app")`, `assets.icons()`. File names carry a digest, so browsers may keep them."""

    def __init__(self, app: Flask) -> None:
        self._manifest_path = Path(app.static_folder or "") / DIST / "manifest.json"
        self._read: tuple[float, dict[str, Any]] = (0.0, {})
        app.jinja_env.globals["assets"] = self

    def script(self, entry: str) -> str:
        return _address(self._manifest()["entries"][entry]["js"])

    def styles(self, entry: str) -> list[str]:
        return [_address(name) for name in self._manifest()["entries"][entry]["css"]]

    def icons(self) -> str:
        return _address(self._manifest()["icons"])

    def _manifest(self) -> dict[str, Any]:
        """Read again when the build has written a new one."""
        changed_at = self._manifest_path.stat().st_mtime
        if changed_at != self._read[0]:
            self._read = (changed_at, json.loads(self._manifest_path.read_text(encoding="utf-8")))
        return self._read[1]


def _address(name: str) -> str:
    return url_for("static", filename=f"{DIST}/{name}")
