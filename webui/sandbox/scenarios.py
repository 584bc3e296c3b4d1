"""All scenarios of a working copy: run at the press of a button, what each said, and what none of them passes through."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Blueprint, Response, redirect, render_template, request, stream_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine import (
    BeginSandbox,
    ConflictError,
    CoverageDrawings,
    DefinitionRejected,
    DrawnProcess,
    EngineError,
    LastScenarioRun,
    NotFoundError,
    ProcessCoverage,
    WorkingCopyView,
    WorkingScenarios,
    steps_to_look_at,
)
from webui.language import language, pick
from webui.link import actor, home, read, run
from webui.messages import Problem, describe
from webui.sandbox import mount
from webui.security import Access, allow, status_of

MOST_AT_ONCE = 2
PATIENCE_SECONDS = 30

blueprint = Blueprint("scenarios", __name__)
_running = threading.BoundedSemaphore(MOST_AT_ONCE)


@contextmanager
def one_of_few() -> Iterator[None]:
    """A turn for a tool, which waits a while. Raises ConflictError("scenarios_busy")."""
    if not _running.acquire(timeout=PATIENCE_SECONDS):
        raise ConflictError("scenarios_busy")
    try:
        yield
    finally:
        _running.release()


@dataclass(frozen=True, slots=True)
class Told:
    """One scenario while the run goes on; `first` is the first difference, "" when green."""

    number: int
    total: int
    name: str
    file: str
    first: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Covered:
    """What scenarios pass in a process; `drawn` None while its files cannot be deployed."""

    coverage: ProcessCoverage
    drawn: DrawnProcess | None

    def named(self, id: str, name: str) -> str:
        """In the visitor's language, the id where there is no name."""
        return pick(name, self.drawn.names_en.get(id, "") if self.drawn else "") or id


@blueprint.get("/packs/<key>/scenarios")
@allow(Access.ANALYSTS)
def show(key: str) -> ResponseReturnValue:
    return _page(key)


@blueprint.post("/packs/<key>/scenarios")
@allow(Access.ANALYSTS)
def begin(key: str) -> ResponseReturnValue:
    """Runs them now and tells each as it ends; whoever leaves the page stops the run, and nothing of it is kept."""
    view = read(WorkingCopyView(key))
    if not _running.acquire(blocking=False):
        return _page(key, ConflictError("scenarios_busy"))
    try:
        scenarios = WorkingScenarios(home(), mount.sandboxes().server, key, actor())
    except EngineError as error:
        _running.release()
        return _page(key, error)
    except BaseException:
        _running.release()
        raise
    results = _tell(scenarios)
    after = "releasing.show" if request.form.get("after") == "release" else "scenarios.show"
    page = stream_template("sandbox/running.html", view=view, results=results, total=len(scenarios.scenarios), after=after)
    response = Response(page, mimetype="text/html")
    response.headers["X-Accel-Buffering"] = "no"
    response.call_on_close(results.close)
    response.call_on_close(_running.release)
    return response


@blueprint.post("/packs/<key>/scenarios/look")
@allow(Access.ANALYSTS)
def look(key: str) -> ResponseReturnValue:
    """A sandbox that walks the scenario, to look at where it stands: at its end, or where it does not go on."""
    try:
        scenarios = WorkingScenarios(home(), mount.sandboxes().server, key, actor()).scenarios
        found = next((one for one in scenarios if one.file == request.form.get("file")), None)
        if found is None:
            raise NotFoundError("no_such_file", name=request.form.get("file", "")[:200])
        began_at, steps = steps_to_look_at(found)
        begun = run(BeginSandbox(key, began_at=began_at, steps=steps))
    except (ConflictError, DefinitionRejected) as error:
        return _page(key, error)
    return redirect(url_for("sandbox.show", sandbox_id=begun.sandbox_id), 303)


def _tell(scenarios: WorkingScenarios) -> Generator[Told, None, None]:
    total = len(scenarios.scenarios)
    for number, result in enumerate(scenarios.results(), 1):
        first = result.differences[0] if result.differences else None
        words = pick(first.text, first.text_en) if first else ""
        yield Told(number, total, result.scenario.name, result.scenario.file, words, result.seconds)


def _page(key: str, error: EngineError | None = None) -> Response:
    problem: Problem | None = None
    if isinstance(error, DefinitionRejected):
        problem = Problem(422, _("检查有错误，场景没有运行"), _("先改好工作副本里检查出的错误。"))
    elif error is not None:
        problem = describe(error, status_of(error))
    view, last = read(WorkingCopyView(key)), read(LastScenarioRun(key))
    drawings = read(CoverageDrawings(key, language())) if last else {}
    covered = [Covered(one, drawings.get(one.process_key)) for one in last.coverage] if last else []
    written = [file for file in view.files if file.kind == "scenario" and not file.name.rpartition("/")[2].startswith("part_")]
    page = render_template("sandbox/scenarios.html", view=view, last=last, covered=covered, problem=problem, written=written)
    return Response(page, problem.status if problem else 200)
