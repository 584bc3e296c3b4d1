"""Who may open what, and what every answer carries: deny by default, sessions, CSRF, throttling, headers, errors to statuses."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from enum import Enum
from typing import Any, TypeVar

from flask import Flask, Request, after_this_request, current_app, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_login import LoginManager, current_user
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from engine import (
    SYSTEM,
    Actor,
    BeginSession,
    ConflictError,
    EndSession,
    EngineError,
    NotAllowedError,
    NotFoundError,
    RejectedError,
    Settings,
    SignedIn,
    StorageError,
    is_analyst,
    is_auditor,
)
from webui import kept_forms, problems, tools
from webui.accounts import TOKEN_COOKIE, Account, account_of_session
from webui.link import home
from webui.messages import describe, is_fragment_request

SIGNED_IN_AS = "signed_in_as"
BY_PROVIDER = "by_provider"
# Where somebody with a one-time password may go before choosing another.
BEFORE_THE_PASSWORD = frozenset({"account.change_password", "account.choose_password", "account.preferences", "signin.leave"})
TOO_MANY = "too_many_attempts"
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

View = TypeVar("View", bound=Callable[..., Any])


class Access(Enum):
    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    ADMINISTRATORS = "administrators"
    ANALYSTS = "analysts"
    AUDITORS = "auditors"
    PACK_READERS = "pack_readers"
    """Analysts, and auditors, who change nothing."""
    PEOPLE_READERS = "people_readers"
    """Administrators, and auditors, who change nothing."""


# What opens for some of those who have signed in: the permission, and the code of the refusal.
KEPT_FOR: dict[Access, tuple[Callable[[Actor], bool], str]] = {
    Access.ADMINISTRATORS: (lambda actor: actor.is_administrator, "administrators_only"),
    Access.ANALYSTS: (is_analyst, "analysts_only"),
    Access.AUDITORS: (is_auditor, "auditors_only"),
    Access.PEOPLE_READERS: (is_auditor, "administrators_only"),
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


csrf = CSRFProtect()


class _SessionInterface(SecureCookieSessionInterface):
    """The cookie is marked secure whenever the page came over HTTPS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def prepare(app: Flask, settings: Settings) -> None:
    app.config.update(
        SESSION_COOKIE_NAME="tuoke_session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_IDLE=timedelta(hours=settings.session_idle_hours),
        SESSION_LASTS=timedelta(hours=settings.session_hours),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        # It lasts as long as the session in the database anyway. Sent with every answer, a late older one would undo a newer one.
        SESSION_REFRESH_EACH_REQUEST=False,
        # As long as the session itself: a form may stay open all day.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if count := settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    app.session_interface = _SessionInterface()
    csrf.init_app(app)
    LoginManager(app).request_loader(_load_account)
    allow(Access.ANYONE)(app.view_functions["static"])
    # Before everything else, CSRF included: a request to a view that is closed learns nothing more.
    app.before_request_funcs.setdefault(None, []).insert(0, _guard)
    app.after_request(_add_headers)
    app.register_error_handler(EngineError, _on_engine_error)
    problems.prepare(app)


def sign_in(signed_in: SignedIn, *, by_provider: bool = False) -> None:
    """Begins a new session: nothing of the one before, its CSRF token included, lives on.

    The browser gets a random token, whose digest is kept in the database; the signed cookie beside it holds only the CSRF token and notices.
    """
    kept = session.get(kept_forms.SECRET)
    sign_out()
    if kept:
        session[kept_forms.SECRET] = kept
    user_agent = request.headers.get("User-Agent", "")
    begun = home().run(BeginSession(signed_in.actor.user_id, signed_in.session_epoch, request.remote_addr or "", user_agent), SYSTEM)
    session[SIGNED_IN_AS] = begun.session_id
    session[BY_PROVIDER] = by_provider
    session.permanent = True
    _keep_token(begun.token)


def sign_out() -> None:
    """The session ends in the database: a copy of the cookie opens nothing any more."""
    if current_user.is_authenticated and current_user.session_id:
        with suppress(NotFoundError):
            home().run(EndSession(current_user.session_id), current_user.actor)
    session.clear()
    _keep_token("")


def _keep_token(token: str) -> None:
    secure, lasts = request.is_secure, current_app.config["SESSION_LASTS"]

    @after_this_request
    def keep(response: Response) -> Response:
        if token:
            response.set_cookie(TOKEN_COOKIE, token, max_age=lasts, httponly=True, samesite="Lax", secure=secure)
        else:
            response.delete_cookie(TOKEN_COOKIE, httponly=True, samesite="Lax", secure=secure)
        return response


def _load_account(asking: Request) -> Account | None:
    try:
        account = account_of_session(asking) or tools.account_of(asking)
    except StorageError:
        # Raised once; the page that says so is shown as to a visitor.
        if g.get(UNREACHABLE):
            return None
        g.setdefault(UNREACHABLE, True)
        raise
    if account and account.session_id and session.get(SIGNED_IN_AS) != account.session_id:
        # A CSRF token that was planted, or that belongs to another session, is not this one's.
        kept = session.get(kept_forms.SECRET)
        session.clear()
        session[SIGNED_IN_AS] = account.session_id
        if kept:
            session[kept_forms.SECRET] = kept
    # Who was let in by a provider has no use for a password here.
    return replace(account, must_change_password=False) if account and session.get(BY_PROVIDER) else account


def status_of(error: EngineError) -> int:
    if error.code == TOO_MANY:
        return 429
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def _on_engine_error(error: EngineError) -> ResponseReturnValue:
    status = status_of(error)
    problem = describe(error, status)
    return problems.failed(problem, error) if status >= 500 else problems.answer(problem)


def _guard() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None:
        return None
    access = access_of(view)
    if access is Access.ANYONE:
        # Looked up before the CSRF token is checked: one that belongs to another session goes.
        if request.endpoint != "static":
            _ = current_user.is_authenticated
        return None
    if access is None:
        raise NotAllowedError("not_declared", endpoint=request.endpoint)
    if not current_user.is_authenticated:
        return _ask_to_sign_in()
    if current_user.must_change_password and request.endpoint not in BEFORE_THE_PASSWORD:
        return _ask_for_a_password()
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
    kept = request.method == "POST" and kept_forms.keep()
    target = request.script_root + request.full_path.rstrip("?") if request.method == "GET" or kept else None
    return redirect(url_for("signin.show", next=target))


def _ask_for_a_password() -> ResponseReturnValue:
    if is_fragment_request() or tools.is_tool_request():
        raise NotAllowedError("password_change_needed")
    return redirect(url_for("account.choose_password"))


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    response.headers.add("Vary", "HX-Request")
    return response
