"""`make bench`: runs every bench_*.py beside this file, one after the other, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main(wanted: list[str]) -> int:
    """Exit status 1 if one failed or none was there; arguments choose by part of the name."""
    scripts = [path for path in sorted(HERE.glob("bench_*.py")) if not wanted or any(part in path.stem for part in wanted)]
    failed = []
    for script in scripts:
        print(f"== {script.stem.removeprefix('bench_')}", flush=True)
        if subprocess.run([sys.executable, str(script)], cwd=HERE.parents[1]).returncode:
            failed.append(script.stem)
    print(f"{len(scripts) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not scripts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
