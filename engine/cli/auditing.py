"""`tuoke verify` and `tuoke reexecute`: the event log proved."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from engine.audit.ends import ChainEnds, EndBreak, compare_ends, current_ends, ends_text, read_ends
from engine.audit.questions import ReexecuteInstance, ReexecuteNext
from engine.audit.reexecute import Reexecution
from engine.audit.verify import verify_chains
from engine.cli.console import CommandFailed, complain, say
from engine.cli.opening import opened_engine, standing_text
from engine.model.errors import InputRejected
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.account_events import VerifyAccountEvents
from engine.settings import Settings
from engine.store.application_role import role_standing

EVERY_SECONDS = 1.0
_PEOPLE_WORDS = {
    "changed": "第 {} 条被改动过（或前一条被改动并重算了哈希）",
    "missing": "缺少第 {} 条",
    "inserted": "第 {} 条是后来插入的",
    "reordered": "第 {} 条的次序被调换过",
}


def verify(arguments: argparse.Namespace) -> int:
    """Exit status 1 if a chain is broken, or does not hold the ends that were kept; 2 for a file that cannot be used."""
    began = time.monotonic()
    kept = _read_ends(arguments.against) if arguments.against else None
    if arguments.keep_ends is not None and arguments.keep_ends.exists():
        raise CommandFailed(f"✗ {arguments.keep_ends} 已经存在；以前保存的链尾不覆盖，请换一个文件名", 2)
    with opened_engine(Settings.from_environment()) as engine:
        standing = engine.database.read(role_standing)
        result = verify_chains(engine.database, _progress("核对"), snapshots=arguments.snapshots)
        people = engine.read(VerifyAccountEvents(), SYSTEM)
        ends = current_ends(engine.database, engine.now())
        lost = compare_ends(engine.database, kept) if kept else ()
    for broken in result.breaks:
        say(f"✗ 流程实例 {broken.instance_id}：{broken.zh}")
    mark, text = ("✗", f"{len(result.breaks)} 个流程实例的事件日志被改动过") if result.breaks else ("✓", "事件日志完整，没有被改动")
    say(f"{mark} {text}（{result.instances} 个流程实例，{result.events} 条事件，{time.monotonic() - began:.1f} 秒）")
    if people.broken_at is not None:
        say(f"✗ 人员改动记录：{_PEOPLE_WORDS[people.kind or 'changed'].format(people.broken_at)}")
    for kind, number in people.unlike:
        say(f"✗ {'代理' if kind == 'substitution' else '移交'} {number} 和人员改动记录说的不一样")
    complain(standing_text(standing))
    _say_ends(kept, lost)
    failed = bool(result.breaks or people.broken_at is not None or people.unlike or lost)
    if arguments.keep_ends is not None:
        _keep_ends(arguments.keep_ends, ends, failed)
    return 1 if failed else 0


def _read_ends(path: Path) -> ChainEnds:
    try:
        return read_ends(path.read_bytes())
    except (OSError, InputRejected) as error:
        raise CommandFailed(f"✗ {path} 不能用来核对：不是 tuoke verify --keep-ends 保存的完整文件", 2) from error


def _say_ends(kept: ChainEnds | None, lost: tuple[EndBreak, ...]) -> None:
    if kept is None:
        return
    for each in lost:
        say(f"✗ {'人员改动记录' if each.instance_id is None else f'流程实例 {each.instance_id}'}：{each.zh}")
    mark, text = ("✗", f"{len(lost)} 条链与保存的链尾不符") if lost else ("✓", "与保存的链尾一致")
    say(f"{mark} {text}（{kept.made_at:%Y-%m-%d %H:%M} 保存，{len(kept.instances)} 个流程实例）")


def _keep_ends(path: Path, ends: ChainEnds, broken: bool) -> None:
    """Written whole or not at all, and never over an older file."""
    if broken:
        raise CommandFailed("✗ 有链对不上，链尾没有保存")
    with tempfile.NamedTemporaryFile(dir=path.absolute().parent, delete=False) as file:
        file.write(ends_text(ends))
    try:
        os.link(file.name, path)
    finally:
        os.unlink(file.name)
    say(f"✓ {len(ends.instances)} 个流程实例和人员改动记录的链尾已保存到 {path}；请放到数据库管理员改不到的地方")


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
