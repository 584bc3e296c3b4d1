"""The product as it is started for people: `tuoke serve` in a process of its own, and visitors that speak HTTP to it."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from engine import SYSTEM, ProcessEngine, SaveUser
from engine.store.embedded_server import EmbeddedServer
from tests.commands.packs import END, START_WITH_FORM, flows, form, process, service_task, timer, user_task

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "system-test-1"
UP_SECONDS = 60.0
# A task, a connector, a timer, a task: everything that a crash could lose or double.
INTAKE = process(
    "intake",
    "登记客户",
    START_WITH_FORM,
    user_task("check", "核对", groups="sales", form="check"),
    service_task("save", "入册", "record.upsert", {"values": "{code: code, label: label}"}, {"saved": "record"}, recordType="customer"),
    f'<intermediateCatchEvent id="pause" name="等两秒">{timer("Duration", "PT2S")}</intermediateCatchEvent>',
    user_task("file", "归档", groups="sales"),
    END,
    flows("start>check>save>pause>file>end"),
    title="code",
)
SETTINGS = """
[pack]
key = "system"
name = "整体测试"
[[role]]
key = "sales"
name = "销售"
can_start = ["intake"]
[[role]]
key = "manager"
name = "经理"
[[record]]
key = "customer"
name = "客户"
form = "customer_record"
unique = ["code"]
search = ["label"]
list = ["code", "label"]
title = "label"
view = ["sales", "manager"]
edit = ["manager"]
"""
PACK = {
    "pack.toml": SETTINGS.encode(),
    "intake.bpmn": INTAKE,
    "visit_start.form": form("visit_start", ("textfield", "code", True)),
    "check.form": form("check", ("textfield", "label", True)),
    "customer_record.form": form("customer_record", ("textfield", "code", True), ("textfield", "label", False)),
}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    @property
    def location(self) -> str:
        return self.headers.get("location", "")


class Visitor:
    """One person's browser: cookies, one connection, the token of the last page."""

    def __init__(self, port: int, language: str = "zh") -> None:
        self.port, self.token = port, ""
        self.cookies: dict[str, str] = {"tuoke_language": language}
        self._connection: HTTPConnection | None = None

    def ask(self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Answer:
        """Raises OSError or HTTPException when the server is gone; then nobody knows whether it was done."""
        if self._connection is None:
            self._connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), **(headers or {})}
        try:
            self._connection.request(method, address, body, sent)
            response = self._connection.getresponse()
            answer = Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, response.read())
        except (OSError, HTTPException):
            self.close()
            raise
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        found = re.search(r'name="csrf-token" content="([^"]+)"', answer.text)
        self.token = found[1] if found else self.token
        return answer

    def get(self, address: str, **headers: str) -> Answer:
        return self.ask("GET", address, headers=headers)

    def post(self, address: str, data: Mapping[str, Any] | Sequence[tuple[str, str]] = (), **headers: str) -> Answer:
        """With the token of the last page, as a browser's form has it."""
        pairs = [*(data.items() if isinstance(data, Mapping) else data), ("csrf_token", self.token)]
        return self.ask("POST", address, urlencode(pairs).encode(), {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def sign_in(self, user_id: str, password: str = PASSWORD) -> Answer:
        self.get("/sign-in")
        answer = self.post("/sign-in", {"user_id": user_id, "password": password})
        if answer.status == 303:
            self.get("/tasks")
        return answer

    def submit(self, address: str, data: Mapping[str, Any] | None = None) -> Answer:
        """As the submit button does: its operation after the one that every form begins with."""
        return self.post(address, [*(data or {}).items(), ("_op", "refresh"), ("_op", "submit")])

    def start(self, code: str) -> str:
        """The id of a new instance of INTAKE."""
        self.get("/start/intake")
        answer = self.submit("/start/intake", {"code": code})
        assert answer.status == 303, (answer.status, answer.text[-3000:])
        return answer.location.split("/")[2].partition(".")[0]

    def close(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None


@dataclass
class Product:
    """`tuoke serve` over a data folder of its own; killing and starting again is part of its life."""

    folder: Path
    port: int
    processes: Path
    serving: subprocess.Popen[bytes] | None = field(default=None, init=False)
    visitors: list[Visitor] = field(default_factory=list, init=False)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")

    def environment(self, **others: str) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TUOKE_")}
        ours = {"TUOKE_DATA_DIR": str(self.data), "TUOKE_PORT": str(self.port), "TUOKE_DEMO": "1", "TUOKE_PROCESSES_DIR": str(self.processes)}
        return kept | ours | {"TUOKE_LANGUAGE": "zh"} | others

    def begin(self, **others: str) -> subprocess.Popen[bytes]:
        """Start it and wait for nothing."""
        with (self.folder / "log").open("ab") as log:
            command = [sys.executable, "-m", "engine.cli", "serve"]
            return subprocess.Popen(command, cwd=ROOT, env=self.environment(**others), stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def start(self) -> float:
        """The seconds until it answers."""
        began = time.monotonic()
        self.serving = self.begin()
        eventually(self._answers, UP_SECONDS, lambda: self.log)
        return time.monotonic() - began

    def stop(self, number: int = signal.SIGTERM) -> float:
        """The seconds until it has ended."""
        assert self.serving
        began = time.monotonic()
        self.serving.send_signal(number)
        assert self.serving.wait(30) == 0, self.log
        self.serving = None
        return time.monotonic() - began

    def kill(self) -> None:
        """The web server dies without a chance to say so."""
        assert self.serving
        self.serving.kill()
        self.serving.wait()
        self.serving = None

    def workers(self) -> list[int]:
        """Worker processes of this data folder, whoever their parent is."""
        return [pid for pid, command in processes() if "worker" in command and f"TUOKE_DATA_DIR={self.data}\0".encode() in environment_of(pid)]

    def postmaster(self) -> int | None:
        """The database server's process."""
        with contextlib.suppress(OSError, IndexError):
            pid = int((self.data / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])
            return pid if alive(pid) else None
        return None

    def engine(self) -> ProcessEngine:
        return ProcessEngine.open(EmbeddedServer.ensure(self.data), pool_size=2)

    def visitor(self, user_id: str = "", language: str = "zh") -> Visitor:
        """A browser; with `user_id` that person has signed in."""
        visitor = Visitor(self.port, language)
        self.visitors.append(visitor)
        if user_id:
            answer = visitor.sign_in(user_id)
            assert answer.status == 303, (answer.status, answer.text[-2000:])
        return visitor

    def furnish(self, people: int) -> list[str]:
        """Accounts of the role that does everything; their ids."""
        ids = [f"person{number}" for number in range(people)]
        engine = self.engine()
        for number, user_id in enumerate(ids):
            engine.run(SaveUser(user_id, f"同事{number}号", PASSWORD, groups=("sales",)), SYSTEM)
        engine.close()
        return ids

    def _answers(self) -> bool:
        assert self.serving
        assert self.serving.poll() is None, self.log
        with contextlib.suppress(OSError, HTTPException):
            return self.visitor().get("/sign-in").status == 200
        return False


@contextlib.contextmanager
def product(processes_dir: Path | None = None) -> Iterator[Product]:
    """Not started yet; whatever still runs at the end is ended."""
    folder = Path(tempfile.mkdtemp(prefix="tk"))
    pack = folder / "processes" / "system"
    pack.mkdir(parents=True)
    for name, content in PACK.items():
        (pack / name).write_bytes(content)
    it = Product(folder, free_port(), processes_dir or pack.parent)
    try:
        yield it
    finally:
        for visitor in it.visitors:
            visitor.close()
        if it.serving:
            it.kill()
        for pid in it.workers():
            os.kill(pid, signal.SIGKILL)
        EmbeddedServer(it.data).stop()
        shutil.rmtree(folder)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def eventually(condition: Callable[[], object], seconds: float = 30.0, why: Callable[[], str] = str) -> float:
    """Wait until it holds; the seconds that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"it did not happen in time {why()[-4000:]}"
        time.sleep(0.05)
    return time.monotonic() - began


def alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def processes() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and alive(int(folder.name)):
            with contextlib.suppress(OSError):
                yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")


def environment_of(pid: int) -> bytes:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""
