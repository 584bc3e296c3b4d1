"""The engine behind the current request, and who asks."""

from __future__ import annotations

from typing import Any, cast

from flask import Flask, current_app
from flask_login import current_user

from engine import Actor, ProcessEngine

EXTENSION = "tuoke_engine"


def connect(app: Flask, engine: ProcessEngine) -> None:
    app.extensions[EXTENSION] = engine


def engine() -> ProcessEngine:
    return cast(ProcessEngine, current_app.extensions[EXTENSION])


def actor() -> Actor:
    """The signed-in actor; views reach this only behind a guard that lets nobody else in."""
    return cast(Actor, current_user.actor)


def read(query: Any) -> Any:
    return engine().read(query, actor())


def run(command: Any) -> Any:
    return engine().run(command, actor())
