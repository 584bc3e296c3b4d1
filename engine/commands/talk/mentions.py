"""`@姓名` and `@account` in a text: whom they mean, decided here and not by what the page suggested."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa

from engine.commands.readers import may_read
from engine.commands.work import Work
from engine.model.errors import InputRejected
from engine.model.identity import Actor
from engine.store.assigning import standings_column, to_standings
from engine.store.instances import LockedInstance
from engine.store.people import ACTOR_COLUMNS, actor_of
from engine.store.registers import User

MOST_MENTIONS = 20
LONGEST = 60
# An address of mail has a letter or digit before the sign; a sign before white space is a sign.
_SIGN = re.compile(r"(?<![A-Za-z0-9._%+-])[@＠](?=\S)")
_LATIN = re.compile(r"[A-Za-z0-9_]")


@dataclass(frozen=True, slots=True)
class _Named:
    user_id: str
    length: int


def mentioned(work: Work, head: LockedInstance, actor: Actor, text: str) -> tuple[str, ...]:
    """Ids of those mentioned, in the text's order, without the actor.

    Raises InputRejected, field text: unknown_mention, ambiguous_mention, mention_cannot_see (name, accounts), too_many_mentions.
    """
    rests = [text[sign.end() : sign.end() + LONGEST] for sign in _SIGN.finditer(text)]
    if len(rests) > MOST_MENTIONS:
        raise InputRejected("too_many_mentions", field="text", maximum=MOST_MENTIONS)
    found = dict.fromkeys(_resolved(work, rest) for rest in rests)
    found.pop(actor.user_id, None)
    if found:
        _require_readers(work, head, list(found))
    return tuple(found)


def _resolved(work: Work, rest: str) -> str:
    """The person whose account or name the text begins with; the longest wins, and an account wins over a name."""
    begins = sa.or_(*(sa.func.starts_with(rest.lower(), sa.func.lower(column)) for column in (User.id, User.name)))
    rows = work.connection.execute(sa.select(User.id, User.name).where(User.active, User.name != "", begins)).all()
    accounts = [_Named(row.id, len(row.id)) for row in rows if _is_whole(rest, row.id)]
    names = [_Named(row.id, len(row.name)) for row in rows if _is_whole(rest, row.name)]
    for named in (accounts, names):
        longest = max((each.length for each in named), default=0)
        people = sorted(each.user_id for each in named if each.length == longest)
        if len(people) > 1:
            raise InputRejected("ambiguous_mention", field="text", name=rest[:longest], accounts=people[:10])
        if people:
            return people[0]
    raise InputRejected("unknown_mention", field="text", name=re.split(r"[\s，。,;；：:！!？?]", rest, maxsplit=1)[0][:30])


def _is_whole(rest: str, name: str) -> bool:
    """Whether the text begins with the name and does not go on within the same Latin word: `@wu` is not in `@wuhao`."""
    if not rest.lower().startswith(name.lower()):
        return False
    following = rest[len(name) : len(name) + 1]
    return not (_LATIN.match(name[-1:]) and _LATIN.match(following))


def _require_readers(work: Work, head: LockedInstance, user_ids: list[str]) -> None:
    rows = work.connection.execute(sa.select(*ACTOR_COLUMNS, standings_column(work.now)).where(User.id.in_(user_ids)))
    people = {row.id: actor_of(row, to_standings(row.standings)) for row in rows}
    for user_id in user_ids:
        if not may_read(work, head, people[user_id]):
            raise InputRejected("mention_cannot_see", field="text", name=people[user_id].name)
