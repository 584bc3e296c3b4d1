"""The README's promises: its embedding example runs, its commands and folders exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def code_blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.S)


def test_the_embedding_example_runs_as_it_stands(fresh_database_url, tmp_path):
    example = code_blocks("python")[0]
    assert len(example.splitlines()) <= 20
    environment = {**os.environ, "TUOKE_DATABASE_URL": fresh_database_url, "TUOKE_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    result = subprocess.run([sys.executable, "-c", example], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert result.returncode == 0, result.stderr
    promised = [line.split("# → ")[1] for line in example.splitlines() if "# → " in line]
    assert promised
    assert result.stdout.splitlines() == promised


def test_the_folder_map_names_what_is_there():
    folders = re.findall(r"^\| `([a-z_/.]+/)` \|", README, re.M)
    assert len(folders) > 10
    missing = [folder for folder in folders if not (ROOT / folder).exists()]
    assert missing == []
    packages = {f"engine/{path.name}/" for path in (ROOT / "engine").iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert packages <= set(folders)


def test_the_commands_are_targets_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    commands = set(re.findall(r"^make ([a-z]+)", "\n".join(code_blocks("sh")), re.M))
    assert {"run", "test"} <= commands
    targets = {target for line in re.findall(r"^([a-z ]+):", makefile, re.M) for target in line.split()}
    assert commands <= targets


def test_pictures_and_links_lead_somewhere():
    targets = re.findall(r"\]\(([^)#:]+)\)", README)
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
