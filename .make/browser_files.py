"""The scripts and styles that browsers load, built with Node from webui/frontend into webui/static/dist."""

from __future__ import annotations

import platform
import re
import shutil
import subprocess
from pathlib import Path

from packages import LOCKS, install
from steps import ROOT, VENV, SetUpFailed, command, digest, environment, stamped, step, write_stamp

SOURCE = ROOT / "webui" / "frontend"
BUILT = ROOT / "webui" / "static" / "dist"
BUILDING = BUILT.with_name("dist.new")
NODE_STAMP = VENV / ".stamps" / "node"
LEAST_NODE = 20
NETWORK_HINT = "需要能访问 npm 仓库(代理用 HTTPS_PROXY,证书用 NODE_EXTRA_CA_CERTS 指定);修好后再次运行即可。"


def ensure_browser_files() -> None:
    """Builds only if a source changed; the old files stay in place until the new ones are whole."""
    sources = digest(*(part for path in _sources() for part in (path.relative_to(SOURCE).as_posix(), path)))
    if sources in stamped(BUILT / ".stamp"):
        return
    env = _node_environment()
    _ensure_modules(env)
    with step("生成浏览器文件"):
        shutil.rmtree(BUILDING, ignore_errors=True)
        command(["node", "build.mjs", BUILDING], cwd=SOURCE, env=env)
        write_stamp(BUILDING / ".stamp", sources)
        shutil.rmtree(BUILT, ignore_errors=True)
        BUILDING.rename(BUILT)


def _sources() -> list[Path]:
    tops = [path for path in SOURCE.iterdir() if path.name != "node_modules"]
    return sorted(path for top in tops for path in (top.rglob("*") if top.is_dir() else [top]) if path.is_file())


def _node_environment() -> dict[str, str]:
    """The machine's own Node if it is new enough, else the one of the locked wheel."""
    env = environment()
    if _usable_node(env["PATH"]):
        return env
    env = environment(VENV / "bin")
    lock = LOCKS / "node.txt"
    if digest(lock) not in stamped(NODE_STAMP) or not _usable_node(env["PATH"]):
        with step("安装 Node.js"):
            install(lock)
            if not _usable_node(env["PATH"]):
                raise SetUpFailed(f"✗ 安装的 Node.js 不能运行;请自行安装 Node.js {LEAST_NODE} 或更新版本。")
            write_stamp(NODE_STAMP, digest(lock))
    return env


def _usable_node(path: str) -> bool:
    node = shutil.which("node", path=path)
    if not node or not shutil.which("npm", path=path):
        return False
    try:
        version = subprocess.run([node, "--version"], capture_output=True, text=True).stdout
    except OSError:
        return False
    found = re.match(r"v(\d+)\.", version)
    return bool(found) and int(found[1]) >= LEAST_NODE


def _ensure_modules(env: dict[str, str]) -> None:
    stamp = SOURCE / "node_modules" / ".stamp"
    wanted = digest(SOURCE / "package-lock.json", SOURCE / "package.json", platform.machine() + platform.system())
    if wanted in stamped(stamp):
        return
    with step("安装浏览器组件"):
        command(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=SOURCE, env=env, hint=NETWORK_HINT)
        write_stamp(stamp, wanted)
