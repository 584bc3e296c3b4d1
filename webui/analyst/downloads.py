"""Files of packs as downloads."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response

MEDIA_TYPES = {".bpmn": "application/xml", ".dmn": "application/xml", ".form": "application/json", ".toml": "application/toml"}


def media_type_of(name: str) -> str:
    return next((media for ending, media in MEDIA_TYPES.items() if name.lower().endswith(ending)), "application/octet-stream")


def download(content: bytes, name: str, media_type: str) -> Response:
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, mimetype=media_type, headers={"Content-Disposition": disposition})
