"""`tuoke verify`: the hash chains of the whole event log."""

from __future__ import annotations

import argparse
import time

from engine.audit.verify import verify_chains
from engine.cli.console import complain, say
from engine.cli.opening import opened_engine
from engine.settings import Settings

EVERY_SECONDS = 1.0


def verify(_arguments: argparse.Namespace) -> int:
    """Exit status 1 if a chain is broken."""
    told = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > EVERY_SECONDS:
            told = time.monotonic()
            complain(f"  已核对 {done} / {total} 个流程实例")

    began = time.monotonic()
    with opened_engine(Settings.from_environment()) as engine:
        result = verify_chains(engine.database, progress)
    for broken in result.breaks:
        say(f"✗ 流程实例 {broken.instance_id}：从第 {broken.sequence} 条事件起，哈希链断开")
    mark, text = ("✗", f"{len(result.breaks)} 个流程实例的事件日志被改动过") if result.breaks else ("✓", "事件日志完整，没有被改动")
    say(f"{mark} {text}（{result.instances} 个流程实例，{time.monotonic() - began:.1f} 秒）")
    return 1 if result.breaks else 0
