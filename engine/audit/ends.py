"""The ends of all hash chains, kept outside the database: what shows that a chain was recomputed, cut off or taken away as a whole.

A chain alone proves nothing against somebody who rewrites all of it from some event on. Against a kept end it does: the event of that number must
still be there, with that hash. A chain may have grown since.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson

from engine.bpmn.pack import Pack
from engine.model.errors import InputRejected
from engine.model.identity import Actor, is_instance_id
from engine.store.case_access import require_auditor
from engine.store.chain_ends import account_end, account_hash, event_hashes, instance_ends
from engine.store.database import Database
from engine.store.event_stream import Connection
from engine.store.packs import PackCache

EndKind = Literal["gone", "cut", "rewritten"]
FORMAT = "tuoke-chain-ends-1"
_WORDS: dict[EndKind, tuple[str, str]] = {
    "gone": ("连同全部事件都不见了（保存链尾时有 {sequence} 条）", "is gone with all its events (there were {sequence})"),
    "cut": ("保存链尾时有 {sequence} 条，现在末尾的被截去", "had {sequence} events; the last ones were cut off"),
    "rewritten": ("第 {sequence} 条或它之前的事件被整体改写过（哈希重新算过）", "event {sequence} or one before it was rewritten, hashes included"),
}


@dataclass(frozen=True, slots=True)
class KeptEnd:
    """The last event's number and its hash in hex."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class ChainEnds:
    """`accounts` None: nothing was recorded about people yet."""

    made_at: datetime
    accounts: KeptEnd | None
    instances: Mapping[str, KeptEnd]


@dataclass(frozen=True, slots=True)
class EndBreak:
    """A chain that does not hold what was kept of it; `instance_id` None: the log of people."""

    instance_id: str | None
    sequence: int
    kind: EndKind

    @property
    def zh(self) -> str:
        return _WORDS[self.kind][0].format(sequence=self.sequence)

    @property
    def en(self) -> str:
        return _WORDS[self.kind][1].format(sequence=self.sequence)


def current_ends(database: Database, now: datetime) -> ChainEnds:
    """Of one view of the database."""
    instances, accounts = database.read(lambda connection: (instance_ends(connection), account_end(connection)))
    return ChainEnds(now, KeptEnd(*accounts) if accounts else None, {instance_id: KeptEnd(*end) for instance_id, end in instances.items()})


def compare_ends(database: Database, kept: ChainEnds) -> tuple[EndBreak, ...]:
    """What the chains do not hold any more. Chains that fit in themselves are taken for granted: `verify_chains` says that."""
    return database.read(lambda connection: _broken(connection, kept))


@dataclass(frozen=True, slots=True)
class EndsCompared:
    """What a kept file says of the chains: when it was made, of how many cases, and which it no longer fits."""

    made_at: datetime
    cases: int
    breaks: tuple[EndBreak, ...]


@dataclass(frozen=True, slots=True)
class CompareKeptEnds:
    """As compare_ends, with the content of a file that `ends_text` made. Auditors only. Raises InputRejected("bad_chain_ends")."""

    content: bytes

    def fetch(self, connection: Connection, actor: Actor, packs: PackCache[Pack], now: datetime) -> EndsCompared:
        require_auditor(actor)
        kept = read_ends(self.content)
        return EndsCompared(kept.made_at, len(kept.instances), _broken(connection, kept))


def _broken(connection: Connection, kept: ChainEnds) -> tuple[EndBreak, ...]:
    return (*_people(connection, kept.accounts), *_instances(connection, kept.instances))


def _people(connection: Connection, kept: KeptEnd | None) -> Iterator[EndBreak]:
    if kept is None:
        return
    found = account_hash(connection, kept.sequence)
    if found is None:
        yield EndBreak(None, kept.sequence, "gone" if account_end(connection) is None else "cut")
    elif found != kept.hash:
        yield EndBreak(None, kept.sequence, "rewritten")


def _instances(connection: Connection, kept: Mapping[str, KeptEnd]) -> Iterator[EndBreak]:
    found = event_hashes(connection, {instance_id: end.sequence for instance_id, end in kept.items()})
    for instance_id, end in sorted(kept.items()):
        if instance_id not in found:
            yield EndBreak(instance_id, end.sequence, "gone")
        elif found[instance_id] is None:
            yield EndBreak(instance_id, end.sequence, "cut")
        elif found[instance_id] != end.hash:
            yield EndBreak(instance_id, end.sequence, "rewritten")


def ends_text(ends: ChainEnds) -> bytes:
    """A JSON document."""
    accounts = [ends.accounts.sequence, ends.accounts.hash] if ends.accounts else None
    instances = {instance_id: [end.sequence, end.hash] for instance_id, end in ends.instances.items()}
    document = {"format": FORMAT, "made_at": ends.made_at.isoformat(), "accounts": accounts, "instances": instances}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def read_ends(content: bytes) -> ChainEnds:
    """Raises InputRejected("bad_chain_ends") for what `ends_text` did not write, half a file included."""
    try:
        document = orjson.loads(content)
        if document["format"] != FORMAT:
            raise ValueError(document["format"])
        accounts = _end(document["accounts"]) if document["accounts"] is not None else None
        instances = {_instance_id(each): _end(end) for each, end in document["instances"].items()}
        return ChainEnds(datetime.fromisoformat(document["made_at"]), accounts, instances)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise InputRejected("bad_chain_ends") from error


def _end(given: Any) -> KeptEnd:
    sequence, digest = given
    if not (isinstance(sequence, int) and 0 < sequence < 2**31 and isinstance(digest, str) and len(bytes.fromhex(digest)) == 32):
        raise ValueError(given)
    return KeptEnd(sequence, digest)


def _instance_id(given: str) -> str:
    if not is_instance_id(given):
        raise ValueError(given)
    return given
