"""What the command line prints: progress with seconds, results, problems."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from engine.bpmn.finding_words import finding_words
from engine.cli.language import english, words
from engine.model.findings import Finding


class CommandFailed(Exception):
    """The command cannot go on; the text says why and what to do. `status` is the exit status."""

    def __init__(self, text: str, status: int = 1) -> None:
        super().__init__(text)
        self.status = status


def say(text: str) -> None:
    print(text, flush=True)


def complain(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[None]:
    """Prints `title` when it begins and again with its seconds when it is done."""
    say(f"→ {title} …")
    began = time.monotonic()
    yield
    say(f"✓ {title} {time.monotonic() - began:.1f} {words('秒', 's')}")


def finding_lines(findings: Mapping[str, tuple[Finding, ...]]) -> list[str]:
    """One line for each finding, `folder/file:line` first, so that editors jump there. Keys are the folders as given."""
    lines = []
    for folder, found in findings.items():
        for finding in found:
            mark = "✗" if finding.severity == "error" else "!"
            place = f"{folder}/{finding.file}" if finding.file else folder
            lines.append(f"{mark} {place}{str(_spoken(finding)).removeprefix(finding.file)}")
    return lines


def _spoken(finding: Finding) -> Finding:
    if not english():
        return finding
    message, proposal = finding_words(finding, "en")
    return replace(finding, message=message, proposal=proposal or None)
