"""`make lock`: new lock files from pyproject.toml, for every Python from 3.11 and every platform, with hashes and without addresses."""

from __future__ import annotations

import tempfile
import venv
from pathlib import Path

from packages import LOCKS
from steps import ROOT, command, environment, step

COMPILER = "uv==0.13.9"
OPTIONS = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-config", "--no-header", "--no-annotate", "--upgrade"]


def lock_packages() -> None:
    """Versions move only where pyproject.toml and the `.in` files leave them free."""
    project, build = ROOT / "pyproject.toml", LOCKS / "build.in"
    with tempfile.TemporaryDirectory() as folder:
        with step(f"准备 {COMPILER}"):
            venv.create(folder, with_pip=True)
            command([Path(folder) / "bin" / "python", "-m", "pip", "install", "--quiet", COMPILER])
        compile_ = [Path(folder) / "bin" / "uv", "pip", "compile", "--quiet", *OPTIONS]
        with step("锁定依赖版本"):
            _compile([*compile_, project, build], LOCKS / "runtime.txt")
            _compile([*compile_, project, build, "--extra", "dev", "--constraint", LOCKS / "runtime.txt"], LOCKS / "dev.txt")
            _compile([*compile_, LOCKS / "node.in"], LOCKS / "node.txt")


def _compile(arguments: list[str | Path], lock: Path) -> None:
    command([*arguments, "--output-file", lock], env=environment())
