"""`tuoke serve` as a process: first and second start, port in use, orderly end, kill -9."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import SYSTEM, InstanceList, ProcessEngine, StartInstance, Users
from engine.store.embedded_server import EmbeddedServer
from tests.commands.packs import PACK
from tests.commands.people import ADMIN

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Iterator[dict[str, str]]:
    """An environment of its own: data folder, port, the test pack. What the tests share is an installation that is used for a while."""
    folder = tmp_path_factory.mktemp("installation")
    pack = folder / "processes" / "tests"
    pack.mkdir(parents=True)
    for name, content in PACK.items():
        (pack / name).write_bytes(content)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"TUOKE_DATA_DIR": str(folder / "data"), "TUOKE_PORT": str(port), "TUOKE_PROCESSES_DIR": str(pack.parent)}
    own |= {"PYTHONPATH": str(ROOT), "TUOKE_LANGUAGE": "zh"}
    yield {**{name: value for name, value in os.environ.items() if not name.startswith("TUOKE_")}, **own}
    EmbeddedServer(folder / "data").stop()


class Serving:
    """A running `tuoke serve`."""

    def __init__(self, place: dict[str, str]) -> None:
        self.address = f"http://127.0.0.1:{place['TUOKE_PORT']}/sign-in"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine.cli", "serve"], env=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
        )
        self.lines: list[str] = []
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            if "Ctrl-C" in line:
                return
        raise AssertionError("\n".join(self.lines))

    def page(self) -> str:
        return urllib.request.urlopen(self.address, timeout=20).read().decode()

    def workers(self) -> list[int]:
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True).stdout
        return [int(number) for number in found.split()]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        self.lines += self.process.communicate(timeout=PATIENCE_SECONDS)[0].splitlines()
        return self.process.returncode


@pytest.fixture
def serving(place) -> Iterator[Serving]:
    served = Serving(place)
    yield served
    if served.process.poll() is None:
        served.end(signal.SIGTERM)


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def database_runs(place) -> bool:
    return EmbeddedServer(Path(place["TUOKE_DATA_DIR"]))._port() is not None


def test_a_first_start_makes_everything_and_tells_each_step(place, serving):
    steps = [line for line in serving.lines if line.startswith("✓")]
    assert [line.split(" ")[1] for line in steps] == ["启动数据库", "检查数据库结构", "部署流程包", "准备演示账号", "启动网页服务与作业进程"]
    assert all(line.endswith(" 秒") for line in steps)
    assert serving.lines[-2] == f"拓客已就绪：http://127.0.0.1:{place['TUOKE_PORT']}/"
    assert "王芳" in serving.page()
    assert len(serving.workers()) == 1
    engine = ProcessEngine.open(EmbeddedServer.ensure(Path(place["TUOKE_DATA_DIR"])))
    users = [(user.user_id, [role.name for role in user.roles]) for user in engine.read(Users(), SYSTEM)]
    engine.close()
    assert users == [("wangfang", ["销售"]), ("sunlei", ["销售"]), ("liqiang", ["经理"]), ("analyst", []), ("auditor", []), ("admin", [])]


def test_another_one_is_told_that_the_port_is_in_use(place, serving):
    other = subprocess.run([sys.executable, "-m", "engine.cli", "serve"], env=place, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    assert other.returncode == 1
    assert f"端口 {place['TUOKE_PORT']} 已被占用" in other.stderr
    assert "登录" in serving.page()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order_and_leaves_nothing_running(place, serving, number):
    (worker,) = serving.workers()
    assert serving.end(number) == 0
    assert serving.lines[-1] == "已停止"
    assert not alive(worker)
    assert not database_runs(place)


def test_a_second_start_keeps_all_data_and_does_nothing_twice(place, serving):
    assert "  流程包 tests：没有变化" in serving.lines
    engine = ProcessEngine.open(EmbeddedServer.ensure(Path(place["TUOKE_DATA_DIR"])))
    assert len(engine.read(Users(), SYSTEM)) == 6
    before = engine.read(InstanceList(), SYSTEM).total
    engine.run(StartInstance("enrol", {"code": f"S{before}", "label": "甲"}), ADMIN)
    eventually(lambda: engine.read(InstanceList(status="completed"), SYSTEM).total == before + 1)
    engine.close()


def test_a_worker_that_is_killed_is_replaced(serving):
    (first,) = serving.workers()
    os.kill(first, signal.SIGKILL)
    eventually(lambda: serving.workers() not in ([], [first]))
    assert "登录" in serving.page()
    serving.end(signal.SIGTERM)
    assert any("作业进程意外结束（-9）" in line for line in serving.lines)


def test_kill_9_takes_the_worker_along_and_a_restart_goes_on(place, serving):
    (worker,) = serving.workers()
    engine = ProcessEngine.open(EmbeddedServer.ensure(Path(place["TUOKE_DATA_DIR"])))
    before = engine.read(InstanceList(), SYSTEM).total
    for number in range(20):
        engine.run(StartInstance("enrol", {"code": f"K{number}", "label": "乙"}), ADMIN)
    serving.process.kill()
    serving.process.communicate()
    eventually(lambda: not alive(worker))
    again = Serving(place)
    eventually(lambda: engine.read(InstanceList(status="completed"), SYSTEM).total == before + 20)
    engine.close()
    assert again.end(signal.SIGTERM) == 0


def test_a_broken_pack_is_told_instead_of_started(place):
    visit = Path(place["TUOKE_PROCESSES_DIR"]) / "tests" / "visit.bpmn"
    whole = visit.read_bytes()
    visit.write_bytes(whole.replace(b"=ok<", b"=ok and<"))
    try:
        refused = subprocess.run([sys.executable, "-m", "engine.cli", "serve"], env=place, capture_output=True, text=True, timeout=PATIENCE_SECONDS)
    finally:
        visit.write_bytes(whole)
    assert refused.returncode == 1
    assert f"✗ {visit}:1 [agreed_end" in refused.stderr
    assert not database_runs(place)
