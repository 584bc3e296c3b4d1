"""Addresses of the built browser files, from the build's manifest; sent compressed to browsers that take it."""

from __future__ import annotations

import gzip
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for
from flask.wrappers import Response

DIST = "dist"
# The names of built files carry a digest of what is in them, so what was read once stays right.
KEPT_FOREVER = "public, max-age=31536000, immutable"
COMPRESSED = frozenset({".css", ".js", ".svg"})


class Assets:
    """In templates: `assets.script("app")`, `assets.styles("app")`, `assets.icons()`, `assets.folder("pdf")`."""

    def __init__(self, app: Flask) -> None:
        self._folder = Path(app.static_folder or "") / DIST
        self._read: tuple[float, dict[str, Any]] = (0.0, {})
        app.jinja_env.globals["assets"] = self
        app.after_request(self.send)

    def script(self, entry: str) -> str:
        return _address(self._manifest()["entries"][entry]["js"])

    def styles(self, entry: str) -> list[str]:
        return [_address(name) for name in self._manifest()["entries"][entry]["css"]]

    def icons(self) -> str:
        return _address(self._manifest()["icons"])

    def folder(self, name: str) -> str:
        """The address of a folder of files that scripts fetch as they need them; it ends with a slash."""
        return _address(self._manifest()["folders"][name] + "/")

    def send(self, response: Response) -> Response:
        """Built files only; pages stay as they are, because compressing secrets beside what a visitor sent gives them away."""
        name = (request.view_args or {}).get("filename", "")
        if request.endpoint != "static" or not name.startswith(f"{DIST}/") or response.status_code != 200:
            return response
        response.headers["Cache-Control"] = KEPT_FOREVER
        path = self._folder / name.removeprefix(f"{DIST}/")
        if path.suffix in COMPRESSED:
            response.vary.add("Accept-Encoding")
            if request.accept_encodings.quality("gzip") > 0:
                response.close()
                response.direct_passthrough = False
                response.set_data(_compressed(path))
                response.headers["Content-Encoding"] = "gzip"
                response.headers.pop("ETag", None)
        return response

    def _manifest(self) -> dict[str, Any]:
        """Read again when the build has written a new one."""
        path = self._folder / "manifest.json"
        changed_at = path.stat().st_mtime
        if changed_at != self._read[0]:
            self._read = (changed_at, json.loads(path.read_text(encoding="utf-8")))
        return self._read[1]


def _address(name: str) -> str:
    return url_for("static", filename=f"{DIST}/{name}")


@lru_cache(maxsize=64)
def _compressed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), mtime=0)
