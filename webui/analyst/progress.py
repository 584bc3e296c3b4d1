"""A long request of a tool that is told how far it is: one JSON object a line, the answer last."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

from flask import Response, copy_current_request_context, current_app, g, request

from engine import EngineError, ScenarioResult, SuiteProgress
from webui.messages import describe
from webui.security import status_of

LINES = "application/x-ndjson"
Line = dict[str, Any]


def is_wanted() -> bool:
    return LINES in (kind for kind, _ in request.accept_mimetypes)


def streamed(answer: Callable[[SuiteProgress], tuple[Line, int]]) -> Response:
    """`answer` works on in a thread of its own with this request's context; whoever stops listening stops nothing."""
    lines: SimpleQueue[Line | BaseException | None] = SimpleQueue()
    dumps = current_app.json.dumps
    known = {name: g.get(name) for name in g}

    def told(done: int, total: int, last: ScenarioResult | None) -> None:
        scenario = {} if last is None else {"scenario": last.scenario.name, "file": last.scenario.file, "passed": last.passed}
        lines.put({"done": done, "total": total} | scenario)

    @copy_current_request_context
    def work() -> None:
        for name, value in known.items():  # who asks, in which language
            setattr(g, name, value)
        try:
            content, status = answer(told)
            lines.put(content | {"status": status})
        except EngineError as error:
            problem = describe(error, status_of(error))
            lines.put({"error": error.code, "title": problem.title, "text": problem.text, "status": status_of(error)})
        except BaseException as error:  # said by whoever writes the log of the request
            lines.put(error)
        lines.put(None)

    def written() -> Iterator[str]:
        while (line := lines.get()) is not None:
            if isinstance(line, BaseException):
                raise line
            yield dumps(line, ensure_ascii=False) + "\n"

    threading.Thread(target=work, name="deployment", daemon=True).start()
    return Response(written(), mimetype=LINES)
