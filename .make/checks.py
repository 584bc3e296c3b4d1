"""Everything that `make test` runs after the set-up, and the browser that it needs."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import time
from pathlib import Path

from steps import ROOT, VENV, SetUpFailed, command, environment, is_root, step, warn

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHINESE_FONTS = ("NotoSansCJK*", "NotoSansSC*", "wqy-*", "SourceHanSans*")
# Each has a PostgreSQL and a Chromium of its own: about 1 GB.
MOST_PROCESSES = 4
CHECKS = (("代码风格", ["ruff", "check", "."]), ("类型", ["mypy"]), ("分层", ["lint-imports"]))


def ensure_browser() -> None:
    """Debian's Chromium and Chinese fonts where root can install them, else Playwright's own Chromium."""
    has_browser = any(map(shutil.which, BROWSERS))
    wanted = ([] if has_browser else ["chromium"]) + ([] if _has_chinese_font() else ["fonts-noto-cjk"])
    if wanted and is_root() and shutil.which("apt-get"):
        try:
            _apt_install(wanted)
        except SetUpFailed as problem:
            warn(f"{problem}\n系统包没有装上,改用 Playwright 的浏览器。")
        has_browser = any(map(shutil.which, BROWSERS))
    if not has_browser:
        with step("安装测试用浏览器"):
            command([VENV / "bin" / "playwright", "install", "chromium"], hint="请安装 Chromium,或允许访问 Playwright 的下载地址。")
    if not _has_chinese_font():
        warn("本机没有中文字体:测试照常进行,截图中的汉字会显示为方框 (fonts-noto-cjk)。")


def run_checks(pytest_arguments: str) -> int:
    """Runs all of them even when one fails; with arguments for pytest, only pytest. Returns the exit status."""
    failed = [] if pytest_arguments else [title for title, arguments in CHECKS if not _passes(title, arguments)]
    tests_pass = _passes("测试", ["pytest", *(shlex.split(pytest_arguments) or _all_tests())])
    if failed:
        warn(f"没有通过: {'、'.join(failed)}")
    return 0 if tests_pass and not failed else 1


def _all_tests() -> list[str]:
    """Spread over the processors; the tests of one file stay together, because they share a database."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    return ["--numprocesses", str(processes), "--dist", "loadfile"] if processes > 1 else []


def _passes(title: str, arguments: list[str]) -> bool:
    print(f"→ {title}: {' '.join(arguments)}", flush=True)
    began = time.monotonic()
    status = subprocess.run([VENV / "bin" / arguments[0], *arguments[1:]], cwd=ROOT, env=environment(VENV / "bin")).returncode
    if arguments[0] != "pytest":
        print(f"{'✗' if status else '✓'} {title} {time.monotonic() - began:.1f} 秒", flush=True)
    return status == 0


def _apt_install(names: list[str]) -> None:
    env = environment() | {"DEBIAN_FRONTEND": "noninteractive"}
    options = ["-q", "-o", "DPkg::Lock::Timeout=300"]
    with step(f"安装系统包 {' '.join(names)}"):
        command(["apt-get", *options, "update"], env=env)
        command(["apt-get", *options, "install", "-y", "--no-install-recommends", *names], env=env)


def _has_chinese_font() -> bool:
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path(os.path.expanduser("~/.local/share/fonts"))]
    return any(next(folder.rglob(pattern), None) for folder in folders if folder.is_dir() for pattern in CHINESE_FONTS)
