"""How often a password may be tried: counted in the database, so that all processes and restarts count together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import IPv6Address, ip_address

from flask import request

from engine import SYSTEM, AttemptLimit, BeginAttempt, ForgetAttempt
from webui.link import home

# Wrong passwords for one account from one address; all wrong ones from one address, behind which a whole office may sit.
PER_ACCOUNT, PER_ADDRESS = (10, 60), (100, 600)
# One customer of a provider has at least so many leading bits to himself.
OWN_BITS = 64


@contextmanager
def attempt(user_id: str) -> Iterator[None]:
    """Around the check of a password: what raises inside it counts. Raises NotAllowedError("too_many_attempts") before it."""
    address = visitors_address()
    name = "".join(character for character in user_id[:100].casefold() if character.isprintable())
    limits = (AttemptLimit(f"account {address} {name}", *PER_ACCOUNT), AttemptLimit(f"address {address}", *PER_ADDRESS))
    counted = home().run(BeginAttempt(limits), SYSTEM)
    yield
    home().run(ForgetAttempt(counted), SYSTEM)


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
