"""A problem becomes an answer: a page of its own, or a notice on the page that htmx is on. Statuses of engine errors stand in webui.security."""

from __future__ import annotations

import logging

from flask import Flask, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException

from webui import tools
from webui.messages import Problem, describe_status, is_fragment_request

NOTICE = "#notice"
log = logging.getLogger("tuoke.web")


def prepare(app: Flask) -> None:
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_crash)


def answer(problem: Problem) -> Response:
    """A page of its own, or a notice at the top of the page that htmx is on."""
    if tools.is_tool_request():
        return tools.answer(problem)
    if is_fragment_request():
        return _notice(problem)
    return make_response(render_template("problem.html", problem=problem), problem.status)


def signed_out() -> Response:
    if tools.is_tool_request():
        return tools.answer(Problem(401, _("需要登录"), _("请用管理员的账号和密码（HTTP Basic），或带上登录后的会话。"), "signed_out"))
    text = _("你的登录已经到期，填写的内容还在这一页。请在新窗口登录，然后回到这里再次提交。")
    actions = ((_("在新窗口登录"), url_for("signin.show")),)
    return _notice(Problem(401, _("需要重新登录"), text, "signed_out", actions))


def _notice(problem: Problem) -> Response:
    response = make_response(render_template("parts/notice.html", problem=problem), problem.status)
    response.headers["HX-Retarget"] = NOTICE
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _on_csrf_error(error: CSRFError) -> ResponseReturnValue:
    """The fresh token goes along, so that the same page can simply be sent again."""
    if not current_user.is_authenticated and request.endpoint != "signin.submit" and not is_fragment_request():
        return redirect(url_for("signin.show"))
    if not current_user.is_authenticated and is_fragment_request():
        return signed_out()
    text = _("这一页打开后你重新登录过，或浏览器没有带上校验信息。请返回上一页，刷新后再提交。")
    if is_fragment_request():
        text = _("这一页打开后你重新登录过。页面已经更新校验信息，请再按一次按钮，填写的内容都还在。")
    response = answer(Problem(400, _("请再提交一次"), text, "csrf"))
    response.headers["X-CSRF-Token"] = generate_csrf()
    return response


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    return answer(describe_status(error.code or 500))


def _on_crash(error: Exception) -> ResponseReturnValue:
    log.error("%s %s", request.method, request.path, exc_info=error)
    return answer(describe_status(500))
