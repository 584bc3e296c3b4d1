"""A file looked at without opening it elsewhere: pictures and PDF files, the beginning of texts. Nothing of it is ever run."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import ENCODINGS, PreviewText
from webui.files import seen
from webui.link import read
from webui.pages import inside
from webui.security import Access, allow

blueprint = Blueprint("previews", __name__)


@blueprint.get("/files/<file_id>/preview")
@allow(Access.SIGNED_IN)
def show(file_id: str) -> ResponseReturnValue:
    file = seen(file_id)
    asked = request.args.get("encoding", "")
    text = read(PreviewText(file_id, asked if asked in ENCODINGS else "")) if file.preview == "text" else None
    back = inside(request.args.get("next"), url_for("tasklist.show"))
    return render_template("preview.html", file=file, text=text, asked=asked, encodings=encoding_names(), back=back)


def encoding_names() -> list[tuple[str, str]]:
    """As people who must choose one know them."""
    names = {
        "utf-8": "UTF-8",
        "gb18030": _("简体中文（GBK、GB18030）"),
        "big5": _("繁体中文（Big5）"),
        "utf-16": "UTF-16",
        "shift_jis": _("日文（Shift JIS）"),
        "cp1252": _("西文（Windows-1252）"),
    }
    return [(encoding, names[encoding]) for encoding in ENCODINGS]
