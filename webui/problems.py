"""A problem becomes an answer: a page of its own, or a notice on the page that htmx is on. Statuses of engine errors stand in webui.security."""

from __future__ import annotations

import logging
import secrets
from dataclasses import replace
from urllib.parse import urlsplit

from flask import Flask, current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from werkzeug.exceptions import HTTPException

from webui import form_pages, kept_forms, tools
from webui.language import HTML_LANG, language
from webui.link import asks_for_sandbox
from webui.messages import Problem, describe_status, is_fragment_request

NOTICE = "#notice"
# Seconds after which trying again may go well.
RETRY_AFTER = {429: "60", 503: "5"}
log = logging.getLogger("tuoke.web")


def prepare(app: Flask) -> None:
    app.register_error_handler(CSRFError, _on_csrf_error)
    app.register_error_handler(HTTPException, _on_http_error)
    app.register_error_handler(Exception, _on_crash)


def answer(problem: Problem) -> Response:
    """A page of its own, or a notice at the top of the page that htmx is on."""
    if tools.is_tool_request():
        return tools.answer(problem)
    response = _notice(problem) if is_fragment_request() else make_response(_page(problem), problem.status)
    if problem.status in RETRY_AFTER:
        response.headers["Retry-After"] = RETRY_AFTER[problem.status]
    return response


def failed(problem: Problem, error: Exception) -> Response:
    """What is not the visitor's doing: logged with a number, which the page tells."""
    reference = secrets.token_hex(4)
    log.error("%s: %s %s: %s", reference, request.method, request.path, error, exc_info=error)
    return answer(replace(problem, reference=reference))


def _page(problem: Problem) -> str:
    """Where even the frame of the page fails, because it needs what is broken, a page without it."""
    try:
        return render_template("problem.html", problem=problem, back=_page_before(), again=request.script_root + request.full_path.rstrip("?"))
    except Exception as error:
        if problem.status < 500:
            raise
        log.error("%s: the page of the error: %s", problem.reference, error, exc_info=error)
        template = current_app.jinja_env.get_template("problem_plain.html")
        return template.render(problem=problem, again=_("再试一次"), number=_("编号"), html_lang=HTML_LANG[language()])


def _page_before() -> str | None:
    """Where the visitor came from, if from here and not from this very page."""
    parts = urlsplit(request.referrer or "")
    outside = parts.netloc != request.host or parts.path.startswith("//")
    return None if outside or parts.path == request.path else parts._replace(scheme="", netloc="").geturl()


def signed_out() -> Response:
    if tools.is_tool_request():
        return tools.answer(Problem(401, _("需要登录"), _("请用管理员的账号和密码（HTTP Basic），或带上登录后的会话。"), "signed_out"))
    page = request.form.get(form_pages.PAGE, "")
    user_id = None if asks_for_sandbox() else form_pages.shown_to(page)
    if user_id is not None:
        response = in_notice("parts/sign_in_here.html", 401, user_id=user_id, page=page)
    else:
        text = _("你的登录已经到期，填写的内容还在这一页。请在新窗口登录，然后回到这里再次提交。")
        actions = ((_("在新窗口登录"), url_for("signin.show")),)
        response = _notice(Problem(401, _("需要重新登录"), text, "signed_out", actions))
    response.headers["X-CSRF-Token"] = generate_csrf()
    return response


def in_notice(template: str, status: int, **shown: object) -> Response:
    """Into the place for notices of the page that htmx is on."""
    response = make_response(render_template(template, **shown), status)
    response.headers["HX-Retarget"] = NOTICE
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def _notice(problem: Problem) -> Response:
    return in_notice("parts/notice.html", problem.status, problem=problem)


def _on_csrf_error(error: CSRFError) -> ResponseReturnValue:
    """The fresh token goes along, so that the same page can simply be sent again."""
    if not current_user.is_authenticated and request.endpoint != "signin.submit" and not is_fragment_request():
        return redirect(url_for("signin.show"))
    if not current_user.is_authenticated and is_fragment_request():
        return signed_out()
    again = None if is_fragment_request() or tools.is_tool_request() else kept_forms.show_again()
    if again is not None:
        return kept_forms.told(again, 400)
    text = _("这一页打开后你重新登录过，或浏览器没有带上校验信息。请返回上一页，刷新后再提交。")
    if is_fragment_request():
        text = _("这一页打开后你重新登录过。页面已经更新校验信息，请再按一次按钮，填写的内容都还在。")
    response = answer(Problem(400, _("请再提交一次"), text, "csrf"))
    response.headers["X-CSRF-Token"] = generate_csrf()
    return response


def _on_http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error
    problem = describe_status(error.code or 500)
    if problem.status >= 500:
        return failed(problem, error)
    response = answer(problem)
    # Which methods there are belongs to the answer 405.
    response.headers.extend({name: value for name, value in error.get_headers() if name == "Allow"})
    return response


def _on_crash(error: Exception) -> ResponseReturnValue:
    return failed(describe_status(500), error)
