"""`tuoke feel`: completion, formatting and checking of one FEEL expression, for editors."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping

from engine.bpmn.lint.dataflow import names_in_pack, problem_words
from engine.bpmn.pack import load_pack
from engine.cli.console import CommandFailed, say
from engine.cli.language import words
from engine.cli.packs import read_folder
from engine.feel import FeelError, editing, english
from engine.feel.inference import Type
from engine.model.errors import DefinitionRejected


def feel(arguments: argparse.Namespace) -> int:
    """Prints JSON: completions, the formatted text, or the type with its problems. Status 1 for text that is no expression."""
    source = sys.stdin.read() if arguments.expression == "-" else arguments.expression
    try:
        answer = editing.answer(source, action=arguments.do, offset=arguments.offset, names=_names(arguments), words=problem_words)
    except FeelError as error:
        words = {"code": error.code, "message": error.message, "message_en": english(error.message), "position": error.position}
        say(json.dumps({"error": words}, ensure_ascii=False))
        return 1
    say(json.dumps(answer, ensure_ascii=False))
    return 0


def _names(arguments: argparse.Namespace) -> Mapping[str, Type] | None:
    """The variables known at an element of a pack; None when none is named."""
    if arguments.pack is None:
        return None
    if arguments.element is None:
        raise CommandFailed(words("✗ --pack 需要 --element 流程标识:元素标识", "✗ --pack needs --element process-key:element-id"), 2)
    process_key, _, element_id = arguments.element.partition(":")
    try:
        return names_in_pack(load_pack(read_folder(arguments.pack)), process_key, element_id)
    except DefinitionRejected as rejected:
        count = len(rejected.findings)
        told = words(f"流程包有问题，先用 tuoke lint 检查（{count} 处）", f"The pack has problems ({count}): check it with tuoke lint first")
        raise CommandFailed(f"✗ {told}", 1) from rejected
    except KeyError as missing:
        raise CommandFailed(f"✗ {words('流程包里没有', 'The pack has no')} {arguments.element}", 2) from missing
