"""When the session's cookie is sent again."""

from __future__ import annotations

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin


class PageSessions(SecureCookieSessionInterface):
    """What a page fetches by itself leaves the cookie alone unless it changes it.

    Such an answer may arrive after that of a click which has put something into the session, the result of a completion for example; sending the
    session as it was before would take it away again.
    """

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        accept = request.headers.get("Accept", "text/html")
        fetched = "HX-Request" in request.headers or "text/html" not in accept
        return session.modified if fetched and request.method == "GET" else super().should_set_cookie(app, session)
