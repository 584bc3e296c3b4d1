"""The engine behind the current request, and who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, current_app, g, request
from flask_login import current_user

from engine import Actor, OpenSandbox, ProcessEngine

SANDBOX = "open_sandbox"
# In the WSGI environment: which sandbox and role the address names, whether the visitor may enter it or not.
ASKED = "tuoke.sandbox"
EXTENSION = "tuoke_engine"
AnswerT = TypeVar("AnswerT")
AnswerT_co = TypeVar("AnswerT_co", covariant=True)


class Query(Protocol[AnswerT_co]):
    """As ProcessEngine.read takes it; the types inside are the engine's own."""

    def fetch(self, connection: Any, actor: Actor, packs: Any, now: datetime) -> AnswerT_co: ...


class Command(Protocol[AnswerT_co]):
    """As ProcessEngine.run takes it."""

    def execute(self, work: Any, actor: Actor) -> AnswerT_co: ...


def connect(app: Flask, engine: ProcessEngine) -> None:
    app.extensions[EXTENSION] = engine


def home() -> ProcessEngine:
    """Where accounts, sessions and the work itself are, also while a page shows a sandbox."""
    return cast(ProcessEngine, current_app.extensions[EXTENSION])


def sandbox() -> OpenSandbox | None:
    """The sandbox that this request is in, if it is in one."""
    return cast(OpenSandbox | None, g.get(SANDBOX))


def asks_for_sandbox() -> bool:
    """Whether the address leads into a sandbox; who is signed out is not in it yet."""
    return ASKED in request.environ


def engine() -> ProcessEngine:
    """What this request reads and changes: a sandbox takes the engine's place."""
    return cast(ProcessEngine, sandbox() or home())


def actor() -> Actor:
    """Who acts: the signed-in person, or whose part that person plays in a sandbox. Views reach this only behind a guard that lets nobody else in."""
    inside = sandbox()
    return inside.actor if inside is not None else cast(Actor, current_user.actor)


def read(query: Query[AnswerT]) -> AnswerT:
    return engine().read(query, actor())


def run(command: Command[AnswerT]) -> AnswerT:
    return engine().run(command, actor())
