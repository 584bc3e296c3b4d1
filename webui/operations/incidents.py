"""What is stuck on an error, for administrators."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from engine import Incidents
from webui.link import read
from webui.security import Access, allow

blueprint = Blueprint("incidents", __name__)


@blueprint.get("/incidents")
@allow(Access.ADMINISTRATORS)
def show() -> ResponseReturnValue:
    return render_template("incidents.html", incidents=read(Incidents()))
