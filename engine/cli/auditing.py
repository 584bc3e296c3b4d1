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
from engine.cli.language import counted_words, words
from engine.cli.opening import opened_engine, standing_text
from engine.model.errors import InputRejected
from engine.model.identity import SYSTEM
from engine.process_engine import ProcessEngine
from engine.queries.people.account_events import VerifyAccountEvents
from engine.settings import Settings
from engine.store.application_role import role_standing

EVERY_SECONDS = 1.0
_INSTANCE = "instance"
_PEOPLE_WORDS = {
    "changed": ("第 {} 条被改动过（或前一条被改动并重算了哈希）", "entry {} was changed (or the one before it was, with its hash made anew)"),
    "missing": ("缺少第 {} 条", "entry {} is missing"),
    "inserted": ("第 {} 条是后来插入的", "entry {} was put in later"),
    "reordered": ("第 {} 条的次序被调换过", "entry {} stands in another place than before"),
}


def verify(arguments: argparse.Namespace) -> int:
    """Exit status 1 if a chain is broken, or does not hold the ends that were kept; 2 for a file that cannot be used."""
    began = time.monotonic()
    kept = _read_ends(arguments.against) if arguments.against else None
    if arguments.keep_ends is not None and arguments.keep_ends.exists():
        told = words("已经存在；以前保存的链尾不覆盖，请换一个文件名", "is there already and is not overwritten: choose another name")
        raise CommandFailed(f"✗ {arguments.keep_ends} {told}", 2)
    with opened_engine(Settings.from_environment()) as engine:
        standing = engine.database.read(role_standing)
        result = verify_chains(engine.database, _progress(words("已核对", "verified")), snapshots=arguments.snapshots)
        people = engine.read(VerifyAccountEvents(), SYSTEM)
        ends = current_ends(engine.database, engine.now())
        lost = compare_ends(engine.database, kept) if kept else ()
    for broken in result.breaks:
        say(f"✗ {_instance(broken.instance_id)}{words(broken.zh, broken.en)}")
    broken_count, seconds = len(result.breaks), f"{time.monotonic() - began:.1f}"
    changed = words(f"{broken_count} 个流程实例的事件日志被改动过", f"The event log of {counted_words(broken_count, 'instance')} was changed")
    text = changed if broken_count else words("事件日志完整，没有被改动", "The event log is whole and unchanged")
    counted_en = f" ({counted_words(result.instances, 'instance')}, {counted_words(result.events, 'event')}, {seconds} s)"
    say(f"{'✗' if broken_count else '✓'} {text}{words(f'（{result.instances} 个流程实例，{result.events} 条事件，{seconds} 秒）', counted_en)}")
    if people.broken_at is not None:
        say(f"✗ {_people()}{words(*_PEOPLE_WORDS[people.kind or 'changed']).format(people.broken_at)}")
    for kind, number in people.unlike:
        about = words("代理", "Substitution") if kind == "substitution" else words("移交", "Handover")
        say(f"✗ {about} {number} {words('和人员改动记录说的不一样', 'is not what the log of people says')}")
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
        told = words(
            "不能用来核对：不是 tuoke verify --keep-ends 保存的完整文件", "cannot be used: it is no whole file kept by tuoke verify --keep-ends"
        )
        raise CommandFailed(f"✗ {path} {told}", 2) from error


def _say_ends(kept: ChainEnds | None, lost: tuple[EndBreak, ...]) -> None:
    if kept is None:
        return
    for each in lost:
        say(f"✗ {_people() if each.instance_id is None else _instance(each.instance_id)}{words(each.zh, each.en)}")
    differ = words(f"{len(lost)} 条链与保存的链尾不符", f"{counted_words(len(lost), 'chain')} not as kept")
    text = differ if lost else words("与保存的链尾一致", "All chains hold the ends that were kept")
    made, count = f"{kept.made_at:%Y-%m-%d %H:%M}", len(kept.instances)
    say(f"{'✗' if lost else '✓'} {text}{words(f'（{made} 保存，{count} 个流程实例）', f' (kept {made}, {counted_words(count, _INSTANCE)})')}")


def _instance(instance_id: str) -> str:
    return words(f"流程实例 {instance_id}：", f"Instance {instance_id}: ")


def _people() -> str:
    return words("人员改动记录：", "The log of people: ")


def _keep_ends(path: Path, ends: ChainEnds, broken: bool) -> None:
    """Written whole or not at all, and never over an older file."""
    if broken:
        raise CommandFailed(words("✗ 有链对不上，链尾没有保存", "✗ A chain does not hold; its ends were not kept"))
    with tempfile.NamedTemporaryFile(dir=path.absolute().parent, delete=False) as file:
        file.write(ends_text(ends))
    try:
        os.link(file.name, path)
    finally:
        os.unlink(file.name)
    count = len(ends.instances)
    zh = f"{count} 个流程实例和人员改动记录的链尾已保存到 {path}；请放到数据库管理员改不到的地方"
    en = f"The ends of {counted_words(count, _INSTANCE)} and of the log of people are kept in {path}: no database administrator should reach it"
    say(f"✓ {words(zh, en)}")


def reexecute(arguments: argparse.Namespace) -> int:
    """Exit status 1 if an instance comes out otherwise."""
    began, count, differing = time.monotonic(), 0, 0
    with opened_engine(Settings.from_environment()) as engine:
        progress = _progress(words("已重演", "executed again"))
        after, batch = "", _batch(engine, arguments.instances, "")
        while batch:
            for result in batch:
                differing += result.difference is not None
                if result.difference is not None:
                    say(f"✗ {_instance(result.instance_id)}{words(result.zh, result.en)}")
            count, after = count + len(batch), batch[-1].instance_id
            progress(count, count)
            batch = () if arguments.instances else _batch(engine, (), after)
    seconds = f"{time.monotonic() - began:.1f}"
    other = words(f"{differing} 个流程实例重演的结果不同", f"{counted_words(differing, 'instance')} came out otherwise")
    text = other if differing else words("重演的结果与事件日志完全相同", "Everything came out as the event log says")
    say(f"{'✗' if differing else '✓'} {text}{words(f'（{count} 个流程实例，{seconds} 秒）', f' ({counted_words(count, _INSTANCE)}, {seconds} s)')}")
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
            number = str(done) if done == total else f"{done} / {total}"
            complain(f"  {words(f'{verb} {number} 个流程实例', f'{number} instances {verb}')}")

    return progress
