"""What every query works with: one consistent view of the database, the compiled packs, and the clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Generic, TypeVar

import sqlalchemy as sa

from engine.model.errors import InputRejected
from engine.model.identity import SYSTEM, Actor
from engine.store.packs import PackCache
from engine.store.registers import User

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

AnswerT = TypeVar("AnswerT")
MAXIMUM_PAGE = 500
MAXIMUM_SEARCH = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """One query's connection (nothing can be written through it) and what it needs beside the database."""

    connection: sa.Connection
    packs: PackCache[Pack]
    now: datetime

    def pack(self, deployment_id: str, digest: str) -> Pack:
        """The compiled pack of a deployment."""
        return self.packs.get(self.connection, deployment_id, digest)

    def user_names(self, user_ids: Iterable[str | None]) -> dict[str, str]:
        """Names of accounts; an id without an account is its own name."""
        wanted = {user_id for user_id in user_ids if user_id}
        names = {user_id: user_id for user_id in wanted} | {SYSTEM.user_id: SYSTEM.name}
        asked = sorted(wanted - {SYSTEM.user_id})
        if asked:
            names |= dict(self.connection.execute(_NAMES, {"ids": asked}).all())
        return names


_TEXTS = sa.ARRAY(sa.Text())
# Statements without conditions of their own are built once: building costs more than running.
_NAMES = sa.select(User.id, User.name).where(User.id == sa.any_(sa.bindparam("ids", type_=_TEXTS)))


class Query(Generic[AnswerT]):
    """A frozen record that reads. Raises NotFoundError for what the actor may not know of, InputRejected for wrong arguments."""

    __slots__ = ()

    def fetch(self, connection: sa.Connection, actor: Actor, packs: PackCache[Pack], now: datetime) -> AnswerT:
        """How the process engine asks."""
        return self.answer(Reading(connection, packs, now), actor)

    def answer(self, reading: Reading, actor: Actor) -> AnswerT:
        raise NotImplementedError


def text_array(texts: Iterable[str]) -> sa.ColumnElement[list[str]]:
    """A text[] parameter."""
    return sa.literal(list(texts), _TEXTS)


def check_page(limit: int, offset: int) -> None:
    """Raises InputRejected for a page that nobody can mean."""
    if not 1 <= limit <= MAXIMUM_PAGE:
        raise InputRejected("wrong_number", field="limit", minimum=1, maximum=MAXIMUM_PAGE)
    if not 0 <= offset <= 10**9:
        raise InputRejected("wrong_number", field="offset", minimum=0, maximum=10**9)


def findable(text: object) -> str:
    """`text`, or nothing when it is no text that a database could hold: then nothing is found."""
    if not isinstance(text, str) or "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        return ""
    return text


def search_words(search: str) -> list[str]:
    """LIKE patterns of the words of a search; all of them must be found. Text that no database can hold finds nothing, so it is cut out."""
    clean = "".join(character for character in search[:MAXIMUM_SEARCH] if character != "\x00" and not "\ud800" <= character <= "\udfff")
    return ["%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" for word in clean.lower().split()]
