"""The PostgreSQL server that comes with the installation: its data in one folder, nothing to administer."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from engine.store.server_user import programs_for, run_as, system_user

START_SECONDS, RETRY_SECONDS = 600, 20  # recovery after a crash may take long; survivors of a killed server end soon
NO_PROCESS = 2**31 - 1
CLUSTER = ["--username=tuoke", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
SETTINGS = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "timezone=UTC", "log_timezone=UTC"]


class EmbeddedServer:
    """`data_dir/postgres` holds `cluster`, `log` and `password`, all owned by whoever the server runs as: an own system user when we are root.

    The server gets its folder as an open file, so it needs no right on the folders above. It outlives the process that started it.
    """

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir.absolute() / "postgres"

    @classmethod
    def ensure(cls, data_dir: Path) -> str:
        """The URL of the running server's database; makes and starts what is missing. Raises RuntimeError with the end of the server's log."""
        server = cls(data_dir)
        server.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with server._opened() as fd:
            if not (server.folder / "cluster").exists():
                server._make(fd)
            port = server._port() or server._start(fd)
            return f"postgresql://tuoke:{(server.folder / 'password').read_text()}@127.0.0.1:{port}/postgres?require_auth=scram-sha-256"

    def stop(self) -> None:
        """Ends the server and every connection to it; nothing happens when none runs."""
        if self._port():
            with self._opened() as fd:
                try:
                    self._run(fd, "pg_ctl", "cluster", "stop", "--mode=fast", f"--timeout={START_SECONDS}")
                except RuntimeError:
                    if self._port():
                        raise

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """A descriptor of the folder, which belongs to the server's user from now on; one process at a time."""
        # Two descriptors: a lock on the one that the server inherits would be held until the server ends.
        lock, folder = (os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY) for _ in range(2))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if os.geteuid() == 0 and os.fstat(folder).st_uid == 0:
                os.fchown(folder, *system_user())
            yield folder
        finally:
            os.close(folder)
            os.close(lock)

    def _make(self, fd: int) -> None:
        """Made beside and renamed when whole, so that an interrupted start leaves nothing half made."""
        shutil.rmtree(self.folder / "cluster.new", ignore_errors=True)
        (self.folder / "password").unlink(missing_ok=True)
        password = os.open(self.folder / "password", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.fchown(password, os.fstat(fd).st_uid, -1)
        with open(password, "w") as file:
            file.write(secrets.token_urlsafe(32))
        settings = [part for setting in SETTINGS for part in ("-c", setting)]
        self._run(fd, "initdb", "cluster.new", f"--pwfile=/proc/self/fd/{fd}/password", *CLUSTER, *settings)
        (self.folder / "cluster.new").rename(self.folder / "cluster")

    def _port(self) -> int | None:
        """The port of the running server, None if there is none. Another process may have its id by now: the working directory tells."""
        with contextlib.suppress(OSError, IndexError, ValueError):  # a damaged file names no server
            lines = (self.folder / "cluster" / "postmaster.pid").read_text().splitlines()
            return int(lines[3]) if os.path.samefile(f"/proc/{lines[0]}/cwd", self.folder / "cluster") else None
        return None

    def _start(self, fd: int) -> int:
        """The port. Of the last server's file, the id may be another process's by now; the rest makes PostgreSQL wait for survivors."""
        with contextlib.suppress(FileNotFoundError), open(self.folder / "cluster" / "postmaster.pid", "rb+") as file:
            rest = file.read().partition(b"\n")[2]
            file.seek(0)
            file.write(b"%d\n%b" % (NO_PROCESS, rest))
        give_up = time.monotonic() + RETRY_SECONDS
        while True:
            with socket.create_server(("127.0.0.1", 0)) as free:
                port: int = free.getsockname()[1]
            try:
                log = f"--log=/proc/self/fd/{fd}/log"
                self._run(fd, "pg_ctl", "cluster", "start", f"--options=-p {port}", log, f"--timeout={START_SECONDS}")
                return port
            except RuntimeError:
                if time.monotonic() > give_up:
                    raise
                time.sleep(0.2)

    def _run(self, fd: int, program: str, cluster: str, *arguments: str) -> None:
        """As the folder's owner. What is printed goes to the log: the server would hold a pipe open."""
        owner = os.fstat(fd)
        command = [str(programs_for(owner) / program), "-D", f"/proc/self/fd/{fd}/{cluster}", *arguments]
        with open(self.folder / "log", "ab") as log:
            os.fchown(log.fileno(), owner.st_uid, -1)
            status = run_as(owner, command, pass_fds=[fd], output=log)
        if status:
            raise RuntimeError(f"{program} 失败 ({log.name}):\n" + Path(log.name).read_text(errors="replace")[-2000:])
