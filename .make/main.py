"""`make run`, `make test`, `make bench`, `make lock`: prepares what the target needs, does nothing twice, then hands over."""

from __future__ import annotations

import fcntl
import os
import sys

from browser_files import ensure_browser_files
from checks import ensure_browser, run_checks
from locks import lock_packages
from packages import ensure_environment, ensure_packages
from steps import PYTHON, ROOT, VENV, SetUpFailed, environment


def prepare(kind: str) -> None:
    """The virtual environment with the packages of `kind`, and the browser files; one process at a time."""
    folder = os.open(ROOT / ".make", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        ensure_environment()
        ensure_packages(kind)
        ensure_browser_files()
        if kind == "dev":
            ensure_browser()
    finally:
        os.close(folder)


def main(target: str) -> int:
    if target == "lock":
        lock_packages()
        return 0
    prepare("runtime" if target == "run" else "dev")
    if target == "test":
        return run_checks(os.environ.get("ARGS", ""))
    arguments = [VENV / "bin" / "tuoke", "serve"] if target == "run" else [PYTHON, ROOT / "tests" / "benchmarks" / "run.py"]
    os.execve(arguments[0], list(map(str, arguments)), environment(VENV / "bin"))


if __name__ == "__main__":
    os.chdir(ROOT)
    try:
        sys.exit(main(sys.argv[1]))
    except SetUpFailed as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        sys.exit("\n已中断;再次运行会从未完成的一步继续。")
