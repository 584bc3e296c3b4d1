"""`tuoke verify` and `tuoke reexecute`: the event log proved."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

from engine.audit.questions import ReexecuteInstance, ReexecuteNext
from engine.audit.reexecute import Reexecution
from engine.audit.verify import verify_chains
from engine.cli.console import complain, say
from engine.cli.opening import opened_engine, standing_text
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.account_events import VerifyAccountEvents
from engine.settings import Settings
from engine.store.application_role import role_standing

EVERY_SECONDS = 1.0


def verify(arguments: argparse.Namespace) -> int:
    """Exit status 1 if a chain is broken."""
    began = time.monotonic()
    with opened_engine(Settings.from_environment()) as engine:
        standing = engine.database.read(role_standing)
        result = verify_chains(engine.database, _progress("核对"), snapshots=arguments.snapshots)
        people = engine.read(VerifyAccountEvents(), SYSTEM)
    for broken in result.breaks:
        say(f"✗ 流程实例 {broken.instance_id}：{broken.zh}")
    mark, text = ("✗", f"{len(result.breaks)} 个流程实例的事件日志被改动过") if result.breaks else ("✓", "事件日志完整，没有被改动")
    say(f"{mark} {text}（{result.instances} 个流程实例，{result.events} 条事件，{time.monotonic() - began:.1f} 秒）")
    if people.broken_at is not None:
        say(f"✗ 人员改动记录从第 {people.broken_at} 条起被改动过")
    for kind, number in people.unlike:
        say(f"✗ {'代理' if kind == 'substitution' else '移交'} {number} 和人员改动记录说的不一样")
    complain(standing_text(standing))
    return 1 if result.breaks or people.broken_at is not None or people.unlike else 0


def reexecute(arguments: argparse.Namespace) -> int:
    """Exit status 1 if an instance comes out otherwise."""
    began, count, differing = time.monotonic(), 0, 0
    with opened_engine(Settings.from_environment()) as engine:
        progress = _progress("重演")
        after, batch = "", _batch(engine, arguments.instances, "")
        while batch:
            for result in batch:
                differing += result.difference is not None
                if result.difference is not None:
                    say(f"✗ 流程实例 {result.instance_id}：{result.zh}")
            count, after = count + len(batch), batch[-1].instance_id
            progress(count, count)
            batch = () if arguments.instances else _batch(engine, (), after)
    mark, text = ("✗", f"{differing} 个流程实例重演的结果不同") if differing else ("✓", "重演的结果与事件日志完全相同")
    say(f"{mark} {text}（{count} 个流程实例，{time.monotonic() - began:.1f} 秒）")
    return 1 if differing else 0


def _batch(engine: ProcessEngine, wanted: list[str] | tuple[str, ...], after: str) -> tuple[Reexecution, ...]:
    if wanted:
        return tuple(engine.read(ReexecuteInstance(instance_id), SYSTEM) for instance_id in wanted)
    return engine.read(ReexecuteNext(after), SYSTEM)


def _progress(verb: str) -> Callable[[int, int], None]:
    """Tells once a second how far it is."""
    told = time.monotonic()

    def progress(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > EVERY_SECONDS:
            told = time.monotonic()
            complain(f"  已{verb} {done} 个流程实例" if done == total else f"  已{verb} {done} / {total} 个流程实例")

    return progress
