"""Signing in with an identity that somebody else has checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from engine.commands.input import checked_text
from engine.commands.people.account import SignedIn
from engine.commands.people.users import USER_ID, SaveUser
from engine.commands.rights import require_system
from engine.commands.telling.mail_address import follow_provider
from engine.commands.work import Work
from engine.model.errors import NotAllowedError
from engine.model.identity import SYSTEM, Actor
from engine.store.accounts import ExternalIdentity, record_account_event
from engine.store.people import ACTOR_COLUMNS, account_state, actor_of, lock_people
from engine.store.registers import Group, User


@dataclass(frozen=True, slots=True)
class ExternalSignIn:
    """`issuer` and `subject` are the identity. `account`: the login here that the provider vouches for; `groups`: roles that follow the provider.

    Found by its identity; else linked to the account that it names; else made, when `create`, with `default_roles`.
    `groups`: role -> whether the person has it now. `mail`: an address that the provider has verified.

    Raises NotAllowedError: account_closed, no_account_here. For the system.
    """

    issuer: str
    subject: str
    name: str
    account: str = ""
    create: bool = False
    default_roles: Sequence[str] = ()
    groups: Mapping[str, bool] | None = None
    mail: str = ""

    def execute(self, work: Work, actor: Actor) -> SignedIn:
        require_system(actor)
        issuer, subject = checked_text(self.issuer, "issuer", maximum=500), checked_text(self.subject, "subject", maximum=500)
        lock_people(work.connection)
        known = sa.select(ExternalIdentity.user_id).where(ExternalIdentity.issuer == issuer, ExternalIdentity.subject == subject)
        user_id = work.connection.scalar(known) or self._linked(work, issuer, subject)
        self._follow_groups(work, user_id)
        columns = (*ACTOR_COLUMNS, User.active, User.language, User.session_epoch)
        row = work.connection.execute(sa.select(*columns).where(User.id == user_id)).one()
        if not row.active:
            raise NotAllowedError("account_closed")
        if self.mail:
            follow_provider(work, user_id, self.mail.strip())
        return SignedIn(actor_of(row), row.language, row.session_epoch)

    def _linked(self, work: Work, issuer: str, subject: str) -> str:
        user_id = self.account.strip().lower()
        if not USER_ID.fullmatch(user_id) or user_id == SYSTEM.user_id:
            raise NotAllowedError("no_account_here")
        if account_state(work.connection, user_id) is None:
            if not self.create:
                raise NotAllowedError("no_account_here")
            name = checked_text(self.name or user_id, "name", maximum=200)
            SaveUser(user_id, name, groups=_existing(work, self.default_roles), must_be_new=True).execute(work, SYSTEM)
        values = {"issuer": issuer, "subject": subject, "user_id": user_id, "linked_at": work.now}
        work.connection.execute(sa.insert(ExternalIdentity).values(values))
        record_account_event(work.tx, SYSTEM.user_id, "identity_linked", ("user", user_id), {"subject": {"new": f"{issuer} {subject}"}})
        return user_id

    def _follow_groups(self, work: Work, user_id: str) -> None:
        if self.groups is None:
            return
        state: dict[str, Any] | None = account_state(work.connection, user_id)
        if state is None or not state["active"]:
            return
        if state["is_auditor"] and not state["is_administrator"]:
            return  # who audits has no roles, whatever the provider says
        given = _existing(work, [role for role, has in self.groups.items() if has])
        wanted = sorted({*given, *(group for group in state["groups"] if group not in self.groups)})
        if wanted != state["groups"]:
            replace(SaveUser(user_id, **state), groups=wanted).execute(work, SYSTEM)


def _existing(work: Work, roles: Sequence[str]) -> list[str]:
    """Those that a deployed pack names: a setting may be ahead of the packs."""
    return list(work.connection.scalars(sa.select(Group.key).where(Group.key.in_(list(roles))))) if roles else []
