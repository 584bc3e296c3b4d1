"""Progress lines, commands and stamps of the set-up; standard library only, because nothing is installed yet."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SHOWN_LINES = 40
# One of these naming the certificates is enough; each tool reads a different one.
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


class SetUpFailed(Exception):
    """The text says what failed and what to do about it."""


@contextmanager
def step(title: str) -> Iterator[None]:
    """Prints `title` when it begins and again with its seconds when it is done."""
    print(f"→ {title} …", flush=True)
    began = time.monotonic()
    yield
    print(f"✓ {title} {time.monotonic() - began:.1f} 秒", flush=True)


def environment(*first_on_path: Path) -> dict[str, str]:
    """The caller's environment, proxies and certificates included, with folders put first on PATH."""
    result = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PYTHONHOME"}}
    given = next((os.environ[name] for name in CERTIFICATE_VARIABLES if os.environ.get(name)), None)
    if given:
        for name in CERTIFICATE_VARIABLES:
            result.setdefault(name, given)
    result["PATH"] = os.pathsep.join([*map(str, first_on_path), result.get("PATH", os.defpath)])
    result["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    return result


def command(arguments: Sequence[str | Path], *, cwd: Path = ROOT, env: dict[str, str] | None = None, hint: str = "") -> None:
    """Runs quietly; on failure raises SetUpFailed with the last lines of the output and `hint`."""
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(list(map(str, arguments)), cwd=cwd, env=env or environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        if done.returncode == 0:
            return
        output.seek(0)
        lines = output.read().decode(errors="replace").splitlines()[-SHOWN_LINES:]
    shown = " ".join(map(str, arguments))
    raise SetUpFailed("\n".join([*lines, f"✗ 命令失败 (exit {done.returncode}): {shown}", *([hint] if hint else [])]))


def digest(*parts: bytes | str | Path) -> str:
    """One hash over texts and the contents of files, in this order."""
    result = hashlib.sha256()
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode() if isinstance(part, str) else part
        result.update(len(content).to_bytes(8, "big") + content)
    return result.hexdigest()


def stamped(stamp: Path) -> set[str]:
    """The digests written when the work that `stamp` stands for was finished; empty if it never was."""
    try:
        return set(stamp.read_text().split())
    except FileNotFoundError:
        return set()


def write_stamp(stamp: Path, *digests: str) -> None:
    """Written last and whole, so that interrupted work is done again."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    fresh = stamp.with_name(stamp.name + ".new")
    fresh.write_text("\n".join(digests) + "\n")
    fresh.replace(stamp)


def is_root() -> bool:
    return os.geteuid() == 0


def warn(text: str) -> None:
    print(f"! {text}", file=sys.stderr, flush=True)
