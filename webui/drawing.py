"""A process diagram as a template shows it: marks for the viewer in the browser, and the server's own drawing for everybody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for

from engine import DiagramSvg, Progress
from webui.language import language
from webui.link import read


@dataclass(frozen=True, slots=True)
class Shown:
    """`marks` as webui/frontend/src/diagram/marks.js reads them; `drawing` is SVG."""

    process_key: str
    address: str
    marks: dict[str, Any]
    drawing: str


def show(process_key: str, version: int, instance_id: str | None = None, progress: Progress | None = None) -> Shown:
    drawing = read(DiagramSvg(process_key, version, instance_id, language(), progress))
    return Shown(process_key, url_for("diagrams.xml", process_key=process_key, version=version), marks(progress), drawing)


def marks(progress: Progress | None) -> dict[str, Any]:
    if progress is None:
        return {}
    return {
        "active": dict(progress.active),
        "done": {element: progress.visits.get(element, 1) for element in progress.done},
        "cancelled": sorted(progress.cancelled),
        "flows": sorted(progress.flows),
    }
