"""Single sign-on: the code flow of OpenID Connect with PKCE, state and nonce, by Authlib."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from joserfc.errors import JoseError

from engine import SYSTEM, ExternalSignIn, NotAllowedError, OidcSettings, RejectedError
from webui import security
from webui.link import home
from webui.messages import Problem, describe
from webui.pages import inside
from webui.problems import answer
from webui.security import Access, allow

EXTENSION = "tuoke_oidc"
NEXT = "oidc_next"
PATIENCE_SECONDS = 10
VERIFIED = "email_verified"

blueprint = Blueprint("oidc", __name__)


def install(app: Flask, settings: OidcSettings | None) -> None:
    """Without settings there is no button, and the addresses do not exist."""
    app.jinja_env.globals["single_sign_on"] = lambda: settings
    if settings is None:
        return
    oauth = OAuth(app)
    client = oauth.register(
        "provider",
        client_id=settings.client_id,
        client_secret=settings.client_secret or None,
        server_metadata_url=settings.issuer.rstrip("/") + "/.well-known/openid-configuration",
        client_kwargs={
            "scope": settings.scopes,
            "code_challenge_method": "S256",
            "default_timeout": PATIENCE_SECONDS,
            **({} if settings.client_secret else {"token_endpoint_auth_method": "none"}),
        },
    )
    app.extensions[EXTENSION] = (settings, client)


@blueprint.get("/sign-in/single")
@allow(Access.ANYONE)
def begin() -> ResponseReturnValue:
    _settings, client = _configured()
    try:
        response = client.authorize_redirect(url_for("oidc.finish", _external=True))
    except (AuthlibBaseError, JoseError, requests.RequestException, ValueError, RuntimeError) as error:
        return _unreachable(error)
    session[NEXT] = inside(request.args.get("next"))
    return cast(ResponseReturnValue, response)


@blueprint.get("/sign-in/single/done")
@allow(Access.ANYONE)
def finish() -> ResponseReturnValue:
    """Where the provider sends the browser back; state, nonce, signature, issuer, audience and time are checked before anybody is let in."""
    settings, client = _configured()
    try:
        token = client.authorize_access_token(claims_options={"iss": {"essential": True, "values": [settings.issuer]}, "sub": {"essential": True}})
    except (AuthlibBaseError, JoseError) as error:
        return _refused(error)
    except (requests.RequestException, ValueError, RuntimeError, KeyError) as error:
        return _unreachable(error)
    claims = token.get("userinfo")
    if not claims:
        return _refused(None)
    target = inside(session.get(NEXT))
    try:
        signed_in = home().run(_command(settings, claims), SYSTEM)
    except (NotAllowedError, RejectedError) as error:
        return answer(describe(error, 403))
    security.sign_in(signed_in, by_provider=True)
    return redirect(target)


@blueprint.get("/sign-in/single/leave")
@allow(Access.ANYONE)
def leave() -> ResponseReturnValue:
    """Ends the session at the provider, too: otherwise the next person at this computer is let in without a password."""
    settings, client = _configured()
    try:
        back = url_for("signin.show", _external=True)
        return cast(ResponseReturnValue, client.logout_redirect(post_logout_redirect_uri=back, client_id=settings.client_id))
    except RuntimeError:
        return answer(Problem(404, _("统一登录不提供退出"), _("请关闭浏览器，或到它自己的页面退出。")))
    except (AuthlibBaseError, JoseError, requests.RequestException, ValueError) as error:
        return _unreachable(error)


def _configured() -> tuple[OidcSettings, Any]:
    found = current_app.extensions.get(EXTENSION)
    if found is None:
        abort(404)
    return cast(tuple[OidcSettings, Any], found)


def _command(settings: OidcSettings, claims: Mapping[str, Any]) -> ExternalSignIn:
    account = str(claims.get(settings.account_claim) or "") if settings.account_claim else ""
    if settings.account_claim == "email" and claims.get(VERIFIED) is not True:
        account = ""
    groups = None
    if settings.groups_claim:
        given = claims.get(settings.groups_claim) or []
        held = {given} if isinstance(given, str) else {str(group) for group in given}
        groups = {role: any(group in held for group, to in settings.groups if to == role) for _group, role in settings.groups}
    name = str(claims.get("name") or claims.get("preferred_username") or "").strip()[:200]
    mail = str(claims.get("email") or "") if claims.get(VERIFIED) is True else ""
    return ExternalSignIn(settings.issuer, str(claims["sub"]), name, account, settings.create, settings.default_roles, groups, mail)


def _refused(error: Exception | None) -> ResponseReturnValue:
    code = getattr(error, "error", "")
    current_app.logger.warning("single sign-on refused: %s", error)
    again = ((_("再登录一次"), url_for("signin.show")),)
    if code == "access_denied":
        return answer(Problem(403, _("没有登录"), _("你在统一登录的页面上取消了，或它没有允许你使用拓客。"), code, again))
    if code in ("mismatching_state", "invalid_grant"):
        return answer(Problem(400, _("这次登录已经过期"), _("登录只能从这个浏览器里开始，并在几分钟内完成。请重新登录。"), code, again))
    return answer(Problem(400, _("统一登录的回答不能接受"), _("没有登录。请重新登录；一直这样时请联系管理员。"), code, again))


def _unreachable(error: Exception) -> ResponseReturnValue:
    current_app.logger.error("single sign-on is not reachable: %s", error)
    again = ((_("再登录一次"), url_for("signin.show")),)
    return answer(Problem(503, _("统一登录暂时不可用"), _("请过一会儿再试，或用账号和密码登录。"), "provider_unavailable", again))
