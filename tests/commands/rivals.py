"""Several people at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from engine import Actor, EngineError


def compete(engine, pairs: Sequence[tuple[Any, Actor]]) -> list[Any]:
    """Run all commands at the same moment; results and engine errors in order."""
    ready = threading.Barrier(len(pairs))

    def one(pair: tuple[Any, Actor]) -> Any:
        ready.wait()
        try:
            return engine.run(*pair)
        except EngineError as error:
            return error

    with ThreadPoolExecutor(len(pairs)) as pool:
        return list(pool.map(one, pairs))


def split(outcomes: Sequence[Any]) -> tuple[list[Any], list[EngineError]]:
    return [each for each in outcomes if not isinstance(each, EngineError)], [each for each in outcomes if isinstance(each, EngineError)]
