"""A form that could not be taken, because its sender was signed out or its page out of date, is shown again with all that was typed.

Only what a page of ours was sent with (webui.form_pages), and only to whom that page was shown.
"""

from __future__ import annotations

from contextlib import suppress

from flask import current_app, g, request, session
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from engine import SYSTEM, EngineError, KeepForm, RejectedError, TakeKeptForm
from webui.form_pages import PAGE, shown_to
from webui.link import home

SECRET = "kept_form"
SENT = "sent_again"
# A file that came along with the form itself: no page can choose it again for anybody.
LOST_FILE = "_lost_file"


def keep() -> bool:
    """Keep what was sent for after the sign-in; whether that could be done."""
    user_id = shown_to(request.form.get(PAGE, ""))
    if user_id is None or _page() is None:
        return False
    with suppress(RejectedError):
        session[SECRET] = home().run(KeepForm(user_id, _address(), _fields()), SYSTEM)
        return True
    return False


def is_kept() -> bool:
    return SECRET in session


def sent() -> MultiDict[str, str] | None:
    """What was sent to this page before and is to be shown again; None: nothing."""
    if SENT in g:
        return MultiDict(g.get(SENT))
    secret = session.pop(SECRET, None)
    if not secret:
        return None
    kept = home().run(TakeKeptForm(str(secret)), current_user.actor)
    if kept is None or kept.address != _address():
        return None
    setattr(g, SENT, MultiDict(kept.fields))
    return MultiDict(kept.fields)


def show_again() -> ResponseReturnValue | None:
    """The page of the form that was sent, with what was typed; None when it is no form of a page that this person was shown."""
    if shown_to(request.form.get(PAGE, "")) != current_user.get_id():
        return None
    page = _page()
    if page is None:
        return None
    setattr(g, SENT, MultiDict(_fields()))
    endpoint, arguments = page
    with suppress(EngineError):
        return current_app.ensure_sync(current_app.view_functions[endpoint])(**arguments)  # type: ignore[no-any-return]
    return None


def _fields() -> list[tuple[str, str]]:
    typed = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", LOST_FILE)]
    return typed + [(LOST_FILE, file.filename) for file in request.files.values() if file.filename]


def _page() -> tuple[str, dict[str, object]] | None:
    """The view and its arguments that show the form which is sent to this address. Whoever may send it may see it."""
    adapter = current_app.create_url_adapter(request)
    try:
        found = adapter.match(method="GET") if adapter else None
    except HTTPException:
        return None
    return (found[0], dict(found[1])) if found else None


def _address() -> str:
    return request.script_root + request.path


def told(answer: ResponseReturnValue, status: int) -> Response:
    response = current_app.make_response(answer)
    response.status_code = status
    return response
