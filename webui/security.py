"""Who may open what, and what every answer carries: deny by default, sessions, CSRF, throttling, headers, errors to statuses."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user, login_user, logout_user
from flask_wtf import CSRFProtect

from engine import (
    Actor,
    ConflictError,
    EngineError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
    SignedIn,
    StorageError,
    is_analyst,
    is_auditor,
)
from webui import problems, tools
from webui.accounts import Account, find_account
from webui.messages import describe, is_fragment_request

SESSION_LIFETIME = timedelta(hours=12)
# Wrong passwords for one account from one address; all wrong ones from one address, behind which a whole office may sit.
SIGN_IN_LIMIT, ADDRESS_LIMIT = "10 per minute; 60 per hour", "100 per minute; 600 per hour"
EPOCH = "epoch"
UNREACHABLE = "accounts_unreachable"
ATTRIBUTE = "tuoke_access"
LARGEST = "tuoke_largest_request"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

STATUSES: tuple[tuple[type[EngineError], int], ...] = (
    (NotFoundError, 404),
    (NotAllowedError, 403),
    (ConflictError, 409),
    (RejectedError, 422),
    (StorageError, 503),
    (EngineError, 500),
)
log = logging.getLogger("tuoke.web")

View = TypeVar("View", bound=Callable[..., Any])


class Access(Enum):
    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    ADMINISTRATORS = "administrators"
    ANALYSTS = "analysts"
    AUDITORS = "auditors"
    PACK_READERS = "pack_readers"
    """Analysts, and auditors, who change nothing."""


# What opens for some of those who have signed in: the permission, and the code of the refusal.
KEPT_FOR: dict[Access, tuple[Callable[[Actor], bool], str]] = {
    Access.ADMINISTRATORS: (lambda actor: actor.is_administrator, "administrators_only"),
    Access.ANALYSTS: (is_analyst, "analysts_only"),
    Access.AUDITORS: (is_auditor, "auditors_only"),
    Access.PACK_READERS: (lambda actor: is_analyst(actor) or is_auditor(actor), "analysts_only"),
}


def allow(access: Access) -> Callable[[View], View]:
    """Declares who may open a view; a view without it opens for nobody."""

    def declare(view: View) -> View:
        setattr(view, ATTRIBUTE, access)
        return view

    return declare


def receives(most_bytes: int) -> Callable[[View], View]:
    """Declares that a view takes larger requests than others; only those who may open it can send them."""

    def declare(view: View) -> View:
        setattr(view, LARGEST, most_bytes)
        return view

    return declare


def access_of(view: Callable[..., Any] | None) -> Access | None:
    return getattr(view, ATTRIBUTE, None)


limiter = Limiter(key_func=get_remote_address, storage_uri="memory://", strategy="sliding-window-counter")
csrf = CSRFProtect()


class _SessionInterface(SecureCookieSessionInterface):
    """The cookie is marked secure whenever the page came over HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def prepare(app: Flask) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="tuoke_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        # As long as the session itself: a form may stay open all day.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.session_interface = _SessionInterface()
    csrf.init_app(app)
    limiter.init_app(app)
    manager = LoginManager(app)
    manager.user_loader(_load_account)
    manager.request_loader(lambda asking: tools.account_of(asking, limiter, SIGN_IN_LIMIT))
    allow(Access.ANYONE)(app.view_functions["static"])
    # Before everything else, CSRF included: a request to a view that is closed learns nothing more.
    app.before_request_funcs.setdefault(None, []).insert(0, _guard)
    app.after_request(_add_headers)
    app.register_error_handler(EngineError, _on_engine_error)
    problems.prepare(app)


def tried_account() -> str:
    """Whose password somebody tries, from where."""
    return f"{get_remote_address()} {request.form.get('user_id', '').strip()[:100]}"


def is_refusal(response: Response) -> bool:
    return response.status_code >= 400


def sign_in(signed_in: SignedIn) -> None:
    """Begins a new session: nothing of the one before, its CSRF token included, lives on."""
    session.clear()
    login_user(Account(signed_in.actor, signed_in.language, signed_in.session_epoch))
    session[EPOCH] = signed_in.session_epoch
    session.permanent = True


def renew() -> None:
    """Keeps this session when the account's others have ended."""
    account = find_account(current_user.get_id())
    if account:
        session[EPOCH] = account.session_epoch


def sign_out() -> None:
    logout_user()
    session.clear()


def _load_account(user_id: str) -> Account | None:
    try:
        account = find_account(user_id)
    except StorageError:
        # Raised once; the page that says so is shown as to a visitor.
        if g.get(UNREACHABLE):
            return None
        g.setdefault(UNREACHABLE, True)
        raise
    return account if account and account.session_epoch == session.get(EPOCH) else None


def status_of(error: EngineError) -> int:
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def _on_engine_error(error: EngineError) -> ResponseReturnValue:
    status = status_of(error)
    if status >= 500:
        log.error("%s %s: %s", request.method, request.path, error, exc_info=error)
    return problems.answer(describe(error, status))


def _guard() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    access = access_of(view)
    if access is Access.ANYONE:
        return None
    if access is None:
        raise NotAllowedError("not_declared", endpoint=request.endpoint)
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if access in KEPT_FOR:
        may, refusal = KEPT_FOR[access]
        if not may(current_user.actor):
            raise NotAllowedError(refusal)
    request.max_content_length = getattr(view, LARGEST, current_app.config["MAX_CONTENT_LENGTH"])
    return None


def _ask_to_sign_in() -> ResponseReturnValue:
    """A page leads to the sign-in page and back; a fragment says so in place, so that what was typed stays where it is."""
    if is_fragment_request() or tools.is_tool_request():
        return problems.signed_out()
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("signin.show", next=target))


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.add("Vary", "HX-Request")
    return response
