"""Programs as visitors: signing in with name and password on every request, and answers as JSON."""

from __future__ import annotations

from flask import Request, Response, abort, current_app, g, request

from engine import SYSTEM, NotAllowedError, SignIn
from webui.accounts import Account
from webui.attempts import attempt
from webui.link import home
from webui.messages import Problem

PATH = "/api/"
BY_PASSWORD = "by_password"
TRIED = "password_tried"
EXAMPLE = "curl -u USER:PASSWORD -F files=@pack.zip -F note='…' {host}/api/deployments"


def is_tool_request() -> bool:
    return request.path.startswith(PATH)


def account_of(asking: Request) -> Account | None:
    """Who sends name and password (HTTP Basic) with a request of a tool; too many wrong ones from one address end in status 429.

    Browsers are never asked for them, so they never send them for somebody else.
    """
    given = asking.authorization
    if not asking.path.startswith(PATH) or given is None or given.type != "basic" or g.get(TRIED):
        return None
    g.setdefault(TRIED, True)
    user_id = given.username or ""
    try:
        with attempt(user_id):
            signed_in = home().run(SignIn(user_id, given.password or ""), SYSTEM)
    except NotAllowedError as error:
        if error.code == "too_many_attempts":
            abort(429)
        return None
    g.setdefault(BY_PASSWORD, True)
    return Account(signed_in.actor, signed_in.language, must_change_password=signed_in.must_change_password)


def answer(problem: Problem) -> Response:
    content = {"error": problem.code or str(problem.status), "title": problem.title, "text": problem.text}
    if problem.reference:
        content["reference"] = problem.reference
    return Response(current_app.json.dumps(content, ensure_ascii=False), problem.status, mimetype="application/json")
