"""How often a password may be tried: counted in the database, so that all processes and restarts count together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

from flask import after_this_request, current_app, request
from flask.wrappers import Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from engine import SYSTEM, AttemptAt, AttemptLimit, BeginAttempt, ForgetAttempt
from webui.link import home

# Wrong passwords for one account from one address; all wrong ones from one address, behind which a whole office may sit.
PER_ACCOUNT, PER_ADDRESS = (10, 60), (100, 600)
# One customer of a provider has at least so many leading bits to himself.
OWN_BITS = 64
COOKIE, MOST_KNOWN, KNOWN_FOR_SECONDS = "tuoke_known", 10, 180 * 86_400


@contextmanager
def attempt(user_id: str) -> Iterator[None]:
    """Around the check of a password: what raises inside it counts. Raises NotAllowedError("too_many_attempts") before it.

    A right one makes the address known, and the browser, which keeps a signed note of whose password was right there.
    """
    address = visitors_address()
    name = "".join(character for character in user_id[:100].casefold() if character.isprintable())
    limits = (AttemptLimit(f"account {address} {name}", *PER_ACCOUNT), AttemptLimit(f"address {address}", *PER_ADDRESS))
    known = _known_here()
    at = AttemptAt(name, address, name in known)
    counted = home().run(BeginAttempt(limits, at), SYSTEM)
    yield
    home().run(ForgetAttempt(counted, at), SYSTEM)
    if name not in known[:1] and not request.path.startswith("/api/"):
        _keep([name, *(other for other in known if other != name)][:MOST_KNOWN])


def _known_here() -> list[str]:
    """Whose password was right in this browser lately, last first."""
    try:
        known = _notes().loads(request.cookies.get(COOKIE, ""), max_age=KNOWN_FOR_SECONDS)
    except BadSignature:
        return []
    return [str(each) for each in known][:MOST_KNOWN] if isinstance(known, list) else []


def _keep(known: list[str]) -> None:
    note, secure = str(_notes().dumps(known)), request.is_secure

    @after_this_request
    def keep(response: Response) -> Response:
        response.set_cookie(COOKIE, note, max_age=KNOWN_FOR_SECONDS, httponly=True, samesite="Lax", secure=secure)
        return response


def _notes() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="known device")


def visitors_address() -> str:
    """Whom attempts are counted for: an IPv4 address, or the network of an IPv6 one."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given[:100]
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        return f"{IPv6Address(int(address) >> OWN_BITS << OWN_BITS)}/{OWN_BITS}"
    return given
