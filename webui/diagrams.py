"""The BPMN file of a process version, for the viewer in the browser."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from engine import DiagramXml
from webui.link import read
from webui.security import Access, allow

blueprint = Blueprint("diagrams", __name__)
# A version never changes: the browser may keep it.
KEEP = "private, max-age=31536000, immutable"


@blueprint.get("/diagrams/<process_key>/<int:version>.bpmn")
@allow(Access.SIGNED_IN)
def xml(process_key: str, version: int) -> ResponseReturnValue:
    return Response(read(DiagramXml(process_key, version)), mimetype="application/xml", headers={"Cache-Control": KEEP})
