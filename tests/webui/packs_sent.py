"""Process packs as people and tools send them, good ones and bad ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from engine import ProcessEngine
from tests.webui.website import PACK_FOLDER, Visitor

FILES = {
    path.relative_to(PACK_FOLDER).as_posix(): path.read_bytes()
    for path in sorted(PACK_FOLDER.rglob("*"))
    if path.suffix in {".bpmn", ".dmn", ".form", ".toml"}
}
SMALL = (
    '<?xml version="1.0" encoding="UTF-8"?><definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="http://example.org/t">'
    '<process id="{key}" name="{name}" isExecutable="true"><startEvent id="start" name="开始"/><endEvent id="end" name="完成"/>'
    '<sequenceFlow id="flow" sourceRef="start" targetRef="end"/></process></definitions>'
)


def small(key: str, name: str = "小流程") -> bytes:
    return SMALL.format(key=key, name=name).encode()


def zipped(files: Mapping[str, bytes], folder: str = "") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(folder + name, content)
    return target.getvalue()


def changed(name: str, old: str, new: str) -> dict[str, bytes]:
    """The pack with one text of one file replaced; it must be there."""
    assert old.encode() in FILES[name]
    return FILES | {name: FILES[name].replace(old.encode(), new.encode())}


def without(*names: str) -> dict[str, bytes]:
    return {name: content for name, content in FILES.items() if name not in names}


def deploy(visitor: Visitor, files: Iterable[tuple[str, bytes]], **more: str) -> TestResponse:
    """Through the page, as a browser without scripts: into the working copy."""
    headers = {name.replace("_", "-"): more.pop(name) for name in list(more) if name.startswith("HX_")}
    body, media_type = encoded(files, csrf_token=visitor.token("/deploy"), **more)
    return visitor.client.post("/deploy", data=body, content_type=media_type, headers=headers)


def released(visitor: Visitor, files: Iterable[tuple[str, bytes]], note: str = "改动", **more: str) -> TestResponse:
    """As `deploy`, then through the release page: all scenarios, the note, the button."""
    taken = deploy(visitor, files, **more)
    assert taken.status_code == 303, taken.text[-3000:]
    if not taken.location.endswith("/edit/release"):
        return taken
    with visitor.post(taken.location.replace("/edit/release", "/scenarios"), {"after": "release"}) as ran:
        assert "data-follow" in ran.get_data(as_text=True)
    page = visitor.page(taken.location)
    hidden = {name: page.xpath(f"//form[contains(@class, 'release-form')]//input[@name='{name}']/@value")[0] for name in ("revision", "base")}
    return visitor.post(taken.location, hidden | {"note": note})


def revision(browser: Visitor, key: str) -> str:
    """Of the open working copy, as its release page says."""
    return str(browser.page(f"/packs/{key}/edit/release").xpath("//form[contains(@class, 'release-form')]//input[@name='revision']/@value")[0])


def encoded(files: Iterable[tuple[str, bytes]], **more: str) -> tuple[bytes, str]:
    """A form as a browser encodes it, and its media type."""
    values: dict[str, Any] = {"files": [FileStorage(io.BytesIO(content), name) for name, content in files], **more}
    boundary, body = encode_multipart(values)
    return body, f"multipart/form-data; boundary={boundary}"


def counts(engine: ProcessEngine) -> Callable[[], tuple[int, ...]]:
    """How many rows the tables that a deployment writes have."""

    def count() -> tuple[int, ...]:
        with engine.database.engine.connect() as connection:
            tables = ("deployments", "deployed_contents", "deployed_files", "definitions", "start_waits", "record_types", "groups")
            return tuple(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() for table in tables)

    return count
