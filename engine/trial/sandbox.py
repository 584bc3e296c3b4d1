"""Sandboxes: a pack tried by hand. The steps stand in the database of the work itself; what came of them stands on a scratch database of the
trial server, which any process makes again from the steps when it has none.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any, BinaryIO, TypeVar, cast
from urllib.parse import urlsplit

from engine import feel
from engine.commands.files import KeepFile
from engine.commands.people.users import USER_ID, SaveUser
from engine.commands.sandboxes import MOST_FILE_BYTES, MOST_STEPS, AddSandboxStep, KeepSandboxDraft
from engine.commands.tasks.drafts import DraftSaved, SaveDraft
from engine.commands.work import Command
from engine.model.errors import ConflictError, DatabaseUnavailable, EngineError, FieldProblem, FormRejected, InputRejected, StorageError
from engine.model.identity import SYSTEM, Actor
from engine.model.values import from_json, normalize, to_json
from engine.process_engine import ProcessEngine, Query
from engine.queries.packs.sandboxes import FindSandbox, SandboxDetail, SandboxFiles
from engine.queries.views import RoleName
from engine.store.trial_server import TrialServer
from engine.trial.recording import Recording, recorded, replays
from engine.trial.sandbox_steps import ROUNDS, Step, play, step_of
from engine.trial.stage import Stage

CAPACITY = 8
PATIENCE_SECONDS = 60.0
PEOPLE_OF_A_ROLE = ("1", "2")
ResultT = TypeVar("ResultT")


class LiveSandbox:
    """One sandbox in this process: the engine on its scratch database, after `steps`."""

    def __init__(self, server: TrialServer) -> None:
        self.server = server
        self._stage: Stage | None = None
        self._digest = self._database = ""
        self._spoilt = False
        self.steps: list[Step] = []
        self._drafts: dict[str, Any] = {}
        self.instance_id: str | None = None
        self.stopped: tuple[int, EngineError] | None = None

    @property
    def stage(self) -> Stage:
        if self._stage is None:
            raise RuntimeError("the sandbox has not been brought up")
        return self._stage

    def bring(self, detail: SandboxDetail, files: Mapping[str, bytes] | None) -> None:
        """Up to the steps of `detail`; `files` are needed when its digest is another than the last one. Steps that cannot be done again stop it
        there: `stopped` is (number of the step from 1, why). Raises DefinitionRejected, StorageError.
        """
        if files is not None:
            self.clear()
            self._stage, self._digest = Stage(files), detail.digest
        wanted = list(detail.steps)
        if self._spoilt or not self._database or self.steps != wanted[: len(self.steps)]:
            self._begin(detail.began_at)
        if self.stopped is not None and len(wanted) < self.stopped[0]:
            self.stopped = None
        if self.stopped is None:
            self._replay(detail)
        for key, values in detail.drafts.items():
            if self._drafts.get(key) != values:
                self._type(key, values)

    def needs_files(self, detail: SandboxDetail) -> bool:
        return self._digest != detail.digest

    def is_on(self, server_url: str) -> bool:
        """False when the server was started anew since, at another address."""
        return not self._database or urlsplit(self._database).netloc == urlsplit(server_url).netloc

    def do(self, step: Step, command: Command[Any] | None = None, actor: Actor = SYSTEM) -> Any:
        """One more step; `command` is what it is, when somebody sent it just now. Raises EngineError; then nothing of it stays."""
        self.stage.ids.begin(len(self.steps) + 1)
        first = self.stage.engine.run(command, actor) if command is not None else play(self.stage, step, self.instance_id)
        try:
            self.stage.settle(ROUNDS)
        except EngineError:
            self._spoilt = True
            raise
        if step["kind"] == "start":
            self.instance_id = first.instance_id
        self.steps.append(step)
        return first

    def draft(self, key: str, values: Any) -> None:
        """It stands here and is written down."""
        self._drafts[key] = values

    def _type(self, key: str, values: Any) -> None:
        """What was typed into a task that is open; of one that is not, it waits until an undo opens the task again."""
        role, _space, task_id = key.partition(" ")
        try:
            self.stage.engine.run(SaveDraft(task_id, from_json(values)), self.stage.actor(role))
        except StorageError:
            raise
        except EngineError:
            return
        self._drafts[key] = values

    def spoil(self) -> None:
        """What stands here was not written down: it is made again from what was."""
        self._spoilt = True

    def clear(self) -> None:
        """Forget the state; it is made again when it is needed."""
        if self._database:
            self.stage.close()
            self.server.drop(self._database)
        self._database, self.steps, self.instance_id, self.stopped, self._spoilt = "", [], None, None, False
        self._drafts = {}

    def _begin(self, began_at: datetime) -> None:
        self.clear()
        self._database, self._spoilt = self.server.create(), True
        stage = self.stage
        stage.on(self._database, pool_size=1)
        stage.clock.moment = began_at
        stage.ids.begin(0)
        stage.deploy()
        for role in stage.pack.settings.roles:
            for number in PEOPLE_OF_A_ROLE:
                person = stage.actor(f"{role.key}:{number}")
                if USER_ID.fullmatch(person.user_id) and person.user_id != SYSTEM.user_id:
                    stage.engine.run(SaveUser(person.user_id, person.name, groups=(role.key,)), SYSTEM)
        self._spoilt = False

    def _replay(self, detail: SandboxDetail) -> None:
        for number, step in list(enumerate(detail.steps, 1))[len(self.steps) :]:
            try:
                self.do(step)
            except StorageError:
                raise
            except EngineError as error:
                if self._spoilt:
                    # What followed from the step goes with it.
                    self._begin(detail.began_at)
                    for earlier in detail.steps[: number - 1]:
                        self.do(earlier)
                self.stopped = (number, error)
                return


class Sandboxes:
    """Those that this process has brought up, least recently used first out. Threads share it; a sandbox is one thread's at a time."""

    def __init__(self, home: ProcessEngine, data_dir: Path, capacity: int = CAPACITY) -> None:
        self._home = home
        self.server = TrialServer(data_dir)
        self._capacity = capacity
        self._guard = threading.Lock()
        self._kept: OrderedDict[str, tuple[threading.Lock, LiveSandbox]] = OrderedDict()
        self._swept = False

    @contextmanager
    def open(self, sandbox_id: str, owner: Actor) -> Iterator[OpenSandbox]:
        """The actor's own sandbox as it stands, held until the end. Raises NotFoundError, DefinitionRejected, StorageError."""
        self._home.read(FindSandbox(sandbox_id), owner)
        lock, live = self._live(sandbox_id)
        if not lock.acquire(timeout=PATIENCE_SECONDS):
            raise DatabaseUnavailable("too_busy")
        try:
            detail = self._home.read(FindSandbox(sandbox_id), owner)
            files = self._home.read(SandboxFiles(sandbox_id), owner) if live.needs_files(detail) else None
            if not live.is_on(self.server.url()):
                live.clear()
            live.bring(detail, files)
            yield OpenSandbox(self._home, owner, live, detail)
        finally:
            lock.release()
        self._let_go()

    def forget(self, sandbox_id: str) -> None:
        """It has ended."""
        with self._guard:
            entry = self._kept.pop(sandbox_id, None)
        if entry is not None:
            with entry[0]:
                entry[1].clear()

    def close(self) -> None:
        for sandbox_id in list(self._kept):
            self.forget(sandbox_id)

    def _live(self, sandbox_id: str) -> tuple[threading.Lock, LiveSandbox]:
        with self._guard:
            if not self._swept:
                self._swept = True
                self.server.sweep()
            entry = self._kept.setdefault(sandbox_id, (threading.Lock(), LiveSandbox(self.server)))
            self._kept.move_to_end(sandbox_id)
            return entry

    def _let_go(self) -> None:
        """Drop the oldest beyond what is kept, unless somebody is in one."""
        with self._guard:
            for sandbox_id, (lock, live) in list(self._kept.items()):
                if len(self._kept) <= self._capacity:
                    return
                if lock.acquire(blocking=False):
                    del self._kept[sandbox_id]
                    live.clear()
                    lock.release()


@dataclass
class OpenSandbox:
    """A sandbox that is held: what a process engine is to people, with every command of theirs written down as a step."""

    home: ProcessEngine
    owner: Actor
    live: LiveSandbox
    detail: SandboxDetail
    role: str = ""

    @property
    def actor(self) -> Actor:
        """The person of `role`. Raises InputRejected("no_such_role")."""
        return self.live.stage.actor(self.role)

    @property
    def instance_id(self) -> str | None:
        return self.live.instance_id

    @property
    def roles(self) -> tuple[RoleName, ...]:
        """Those of the pack, in its order."""
        return tuple(RoleName(role.key, role.name, role.name_en, role.department or "") for role in self.live.stage.pack.settings.roles)

    def person(self, role: str) -> Actor:
        """Who acts as `role` (a key, or key:2). Raises InputRejected("no_such_role")."""
        return self.live.stage.actor(role)

    def person_name(self, name: str, language: str) -> str:
        """The name of somebody who plays a role, in English as the role is called there; any other name as it is."""
        for role in self.live.stage.pack.settings.roles if language == "en" else ():
            if role.name_en and name.startswith(role.name) and name[len(role.name) :] in ("", *PEOPLE_OF_A_ROLE):
                return f"{role.name_en} {name[len(role.name) :]}".strip()
        return name

    def role_of(self, user_id: str) -> str | None:
        """The text of the role that this person acts as."""
        texts = (f"{role.key}:{number}" for role in self.live.stage.pack.settings.roles for number in PEOPLE_OF_A_ROLE)
        found = next((text for text in texts if self.person(text).user_id == user_id), None)
        return found.removesuffix(":1") if found else None

    def names(self, element_id: str) -> tuple[str, str]:
        """Of an element of the pack, Chinese and English; its id when it is in none of the diagrams."""
        for process in self.live.stage.pack.processes.values():
            if element_id in process.elements:
                element = process.elements[element_id]
                return element.name or element.id, element.name_en
        return element_id, ""

    @property
    def pack_names(self) -> tuple[str, str]:
        settings = self.live.stage.pack.settings
        return settings.name or settings.key, settings.name_en

    def process_names(self, process_key: str) -> tuple[str, str]:
        process = self.live.stage.pack.processes.get(process_key)
        return (process.name or process.key, process.name_en) if process else (process_key, "")

    def values_of(self, text: str) -> dict[str, Any]:
        """A FEEL context, as JSON data; nothing for blank text. Raises InputRejected("bad_values", reason)."""
        if not text.strip():
            return {}
        try:
            value = feel.compile(text).evaluate({})
        except feel.FeelError as error:
            raise InputRejected("bad_values", field="data", reason=str(error)[:300]) from error
        if not isinstance(value, dict):
            raise InputRejected("bad_values", field="data", reason="")
        return cast(dict[str, Any], to_json(value))

    def record(self, file: str, recording: Recording, zone: tzinfo) -> bytes:
        """The run so far as a scenario that has been run once and is green. Raises EngineError as engine.trial.recording says."""
        if self.live.stopped is not None:
            raise ConflictError("sandbox_stopped", number=self.live.stopped[0])
        content = recorded(self.live.stage, self.live.instance_id, self.detail.steps, recording, zone)
        replays(self.live.stage.files, file, content, self.live.server)
        return content

    def now(self) -> datetime:
        return self.live.stage.engine.now()

    def read(self, query: Query[ResultT], actor: Actor) -> ResultT:
        return self.live.stage.engine.read(query, actor)

    def run(self, command: Command[ResultT], actor: Actor) -> ResultT:
        """Raises EngineError: what the command raises; NotAllowedError("not_in_sandbox"); as `do`."""
        given: object = command
        if isinstance(given, SaveDraft):
            return cast(ResultT, self._draft(given, actor))
        if isinstance(given, KeepFile):
            given = _in_memory(given)
        step = step_of(self.live.stage.engine, given, self.role)
        if step["kind"] == "start" and self.live.instance_id is not None:
            raise ConflictError("sandbox_started")
        return cast(ResultT, self._do(step, cast(Command[ResultT], given), actor))

    def _draft(self, command: SaveDraft, actor: Actor) -> DraftSaved:
        saved = self.live.stage.engine.run(command, actor)
        values = to_json(normalize(dict(command.values)))
        self.live.draft(self.home.run(KeepSandboxDraft(self.detail.sandbox_id, self.role, command.task_id, values), self.owner), values)
        return saved

    def do(self, step: Step) -> None:
        """One more step, done and written down. Raises EngineError; StaleRevision("sandbox_changed") when another window was faster."""
        self._do(step)

    def _do(self, step: Step, command: Command[Any] | None = None, actor: Actor = SYSTEM) -> Any:
        if self.live.stopped is not None:
            raise ConflictError("sandbox_stopped", number=self.live.stopped[0])
        if len(self.detail.steps) >= MOST_STEPS:
            raise ConflictError("too_many_sandbox_steps", maximum=MOST_STEPS)
        result = self.live.do(step, command, actor)
        try:
            self.home.run(AddSandboxStep(self.detail.sandbox_id, self.detail.revision, step), self.owner)
        except EngineError:
            self.live.spoil()
            raise
        self.detail = self.home.read(FindSandbox(self.detail.sandbox_id), self.owner)
        return result


def _in_memory(command: KeepFile) -> KeepFile:
    """A file that a step can hold. Raises FormRejected with the problem of its field."""
    content = command.content if isinstance(command.content, bytes) else _read(command.content)
    if len(content) > MOST_FILE_BYTES:
        problem = FieldProblem("file_size", name=str(command.name)[:200], megabytes=MOST_FILE_BYTES // 1_000_000)
        raise FormRejected({command.field: problem})
    return replace(command, content=content)


def _read(content: BinaryIO) -> bytes:
    content.seek(0)
    return content.read(MOST_FILE_BYTES + 1)
