"""Which page a form was filled in on: a token in every form, which says who was shown it and tells two pages of one person apart."""

from __future__ import annotations

import secrets

from flask import current_app, request
from flask_login import current_user
from itsdangerous import BadData, URLSafeSerializer

from engine import SeenDraft
from webui.link import sandbox

PAGE, SEEN, REVISION, OVER, FRAME = "_page", "_seen", "_revision", "_over", "_frame"


def page_token() -> str:
    """The token of the page that is answered: what comes back to a page that was sent stays that page."""
    given = request.form.get(PAGE, "")
    return given if shown_to(given) == current_user.get_id() else _serializer().dumps([secrets.token_urlsafe(9), current_user.get_id()])


def shown_to(token: str) -> str | None:
    """The account that the page with this token was made for; None: no page of ours."""
    try:
        _, user_id = _serializer().loads(token)
    except (BadData, ValueError, TypeError):
        return None
    return str(user_id)


def seen_draft() -> SeenDraft | None:
    """What the page that was sent knows of the draft, or has decided to overwrite; who sends neither has seen none.

    None in sandboxes: what stands there may be made again from its steps, and then counts anew.
    """
    if sandbox() is not None:
        return None
    given = request.form.get(PAGE, "")
    return SeenDraft(number_of(request.form.get(OVER) or request.form.get(REVISION)), given if shown_to(given) == current_user.get_id() else "")


def number_of(text: str | None) -> int:
    """A revision; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or b"", salt="form page")
