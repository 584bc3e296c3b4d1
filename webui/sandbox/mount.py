"""The pages of staff inside a sandbox: the same application under /trial/<sandbox>/<role>/, over the sandbox's engine and as that role.

What is not listed here does not exist there, and every command goes through the sandbox: nothing leaves it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Flask, Response, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from engine import EngineError, NotFoundError, OpenSandbox, ProcessEngine, Sandboxes, Settings
from webui.link import ASKED, SANDBOX, sandbox
from webui.messages import is_fragment_request
from webui.sandbox.words import role_words

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

EXTENSION = "tuoke_sandboxes"
HELD = "held_sandbox"
PATH = re.compile(r"(?P<prefix>/trial/(?P<id>[0-9a-f]{32})/(?P<role>[\w.-]{1,100}(?::[1-9])?))(?P<rest>/.*)", re.ASCII)
ELSEWHERE = frozenset({"signin", "oidc", "account"})
ROOMS = frozenset({"task", "tasklist", "together", "completing", "start", "instances", "files", "diagrams", "paper", "records", "record"})


class Mount:
    """Takes the sandbox and the role out of the path, so that addresses made on the way lead back into it."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        found = PATH.fullmatch(environ.get("PATH_INFO", ""))
        if found:
            outside = environ.get("SCRIPT_NAME", "")
            environ[ASKED] = (found["id"], found["role"], outside)
            environ["SCRIPT_NAME"] = outside + found["prefix"]
            environ["PATH_INFO"] = found["rest"]
        return self._app(environ, start_response)


def prepare(app: Flask, engine: ProcessEngine, settings: Settings) -> None:
    """Before the application is secured: what a proxy says of the path is taken first."""
    app.wsgi_app = Mount(app.wsgi_app)  # type: ignore[method-assign]
    app.extensions[EXTENSION] = Sandboxes(engine, settings.data_dir)
    app.teardown_request(lambda _error: leave())


def guard_pages(app: Flask) -> None:
    """After the guard, before the CSRF check, whose refusal is a page as well."""
    app.context_processor(lambda: {"sandbox_links": _links()})
    app.before_request_funcs.setdefault(None, []).insert(1, _enter_asked)


def sandboxes() -> Sandboxes:
    found: Sandboxes = current_app.extensions[EXTENSION]
    return found


def enter(sandbox_id: str, role: str = "") -> OpenSandbox:
    """Hold one of the visitor's own for this request. Raises NotFoundError, DefinitionRejected."""
    stack = g.setdefault(HELD, ExitStack())
    opened: OpenSandbox = stack.enter_context(sandboxes().open(sandbox_id, current_user.actor))
    opened.role = role
    return opened


def address(sandbox_id: str, role: str, path: str) -> str:
    """Of a page of staff inside a sandbox; `path` is its address outside."""
    return f"{outside()}/trial/{sandbox_id}/{quote(role, safe=':')}{path}"


def outside() -> str:
    """What stands before the paths of pages that are in no sandbox."""
    asked = request.environ.get(ASKED)
    return str(asked[2]) if asked else request.script_root


@dataclass(frozen=True, slots=True)
class Links:
    """What the band on top leads to; `roles` are (name, address of the task list, whether it is this one)."""

    desk: str
    role: str
    roles: tuple[tuple[str, str, bool], ...]


def _links() -> Links | None:
    opened = sandbox()
    if opened is None:
        return None
    texts = [role.key for role in opened.roles]
    texts += [text for text in (f"{key}:2" for key in list(texts)) if text == opened.role]
    here = opened.detail.sandbox_id
    roles = ((role_words(opened, text), address(here, text, "/tasks"), text == opened.role) for text in texts)
    return Links(f"{outside()}/sandboxes/{here}", role_words(opened, opened.role), tuple(roles))


def _enter_asked() -> ResponseReturnValue | None:
    asked = request.environ.get(ASKED)
    if asked is None or request.endpoint in (None, "static"):
        return None
    if request.blueprint in ELSEWHERE or not current_user.is_authenticated:
        return redirect(outside() + request.full_path.rstrip("?"))
    try:
        opened = enter(asked[0], asked[1])
        _ = opened.actor
    except EngineError:
        # Its own page says what is the matter.
        desk = f"{outside()}/sandboxes/{asked[0]}"
        return Response(headers={"HX-Redirect": desk}) if is_fragment_request() else redirect(desk, 303)
    setattr(g, SANDBOX, opened)
    if request.blueprint not in ROOMS:
        raise NotFoundError("not_in_sandbox")
    return None


def leave() -> None:
    """Let go of what this request holds."""
    stack = g.pop(HELD, None)
    g.pop(SANDBOX, None)
    if stack is not None:
        stack.close()
