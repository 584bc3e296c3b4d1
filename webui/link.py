"""The engine behind the current request, and who asks."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, current_app
from flask_login import current_user

from engine import Actor, ProcessEngine

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


def engine() -> ProcessEngine:
    return cast(ProcessEngine, current_app.extensions[EXTENSION])


def actor() -> Actor:
    """The signed-in actor; views reach this only behind a guard that lets nobody else in."""
    return cast(Actor, current_user.actor)


def read(query: Query[AnswerT]) -> AnswerT:
    return engine().read(query, actor())


def run(command: Command[AnswerT]) -> AnswerT:
    return engine().run(command, actor())
