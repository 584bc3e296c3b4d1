"""The virtual environment and the Python packages in it, exactly those of the lock files."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

from steps import PYTHON, ROOT, VENV, command, digest, stamped, step, write_stamp

LOCKS = ROOT / ".locks"
ENVIRONMENT_STAMP = VENV / ".stamps" / "environment"
PACKAGES_STAMP = VENV / ".stamps" / "packages"
NETWORK_HINT = "需要能访问 PyPI(代理用 HTTPS_PROXY,证书用 SSL_CERT_FILE 指定);修好后再次运行即可。"


def ensure_environment() -> None:
    """Makes `.venv`, anew if it is half made, was moved here from elsewhere or its Python is gone."""
    expected = digest(str(ROOT))
    if expected in stamped(ENVIRONMENT_STAMP) and _works(PYTHON):
        return
    with step(f"创建虚拟环境 (Python {sys.version.split()[0]})"):
        command([sys.executable, "-m", "venv", "--clear", VENV])
        write_stamp(ENVIRONMENT_STAMP, expected)


def ensure_packages(kind: str) -> None:
    """Installs the lock `runtime` or `dev` (which contains `runtime`) unless that was done already."""
    wanted = {name: digest(LOCKS / f"{name}.txt", _project(), _version()) for name in ("runtime", "dev")}
    done = stamped(PACKAGES_STAMP)
    if wanted[kind] in done:
        return
    with step("安装 Python 包" if kind == "runtime" else "安装 Python 包与检查工具"):
        PACKAGES_STAMP.unlink(missing_ok=True)
        install(LOCKS / f"{kind}.txt")
        command([PYTHON, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--editable", ROOT])
        write_stamp(PACKAGES_STAMP, *([wanted["runtime"]] if kind == "runtime" else wanted.values()))


def install(lock: Path) -> None:
    """Every file's hash must be in the lock, wherever it comes from."""
    command([PYTHON, "-m", "pip", "install", "--quiet", "--no-input", "--require-hashes", "--requirement", lock], hint=NETWORK_HINT)


def _project() -> str:
    """What the installed project depends on; settings of tools do not count."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return repr((content["project"], content["build-system"]))


def _version() -> str:
    return next(iter((VENV / "pyvenv.cfg").read_text().split("version = ")[1:]), "").split("\n")[0]


def _works(python: Path) -> bool:
    try:
        return subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False
