"""The case file: an instance as a PDF that can be filed — head, data, decisions with who and when and on what, diagrams, history, and its last hash.

Set by the package `typst` with a Chinese font: that of the package `pylopdf-fonts-zh-cn` (Noto Sans SC, OFL), else one of the system's. What people
wrote reaches the template as JSON, so nothing in it is ever taken for markup.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from engine.bpmn.svg import draw
from engine.forms import DEFAULT_ZONE, size_text, view
from engine.model.errors import EngineError, InputRejected
from engine.model.identity import Actor, name_in
from engine.model.values import Value, from_json
from engine.queries.cases.case_file_files import logged_files
from engine.queries.cases.case_file_parts import breakable, parts_of
from engine.queries.cases.case_file_words import DOCUMENT, HEAD, STATUS, WORDS
from engine.queries.cases.comment_proof import proved_comments
from engine.queries.cases.decisions import earlier_decisions
from engine.queries.cases.heads import versions
from engine.queries.cases.history import in_words
from engine.queries.cases.instances import variable_lines
from engine.queries.cases.story import Story, tell
from engine.queries.labels import outcome_en
from engine.queries.reading import Query, Reading
from engine.queries.views import EarlierDecision, HistoryLine
from engine.store.case_access import require_readable
from engine.store.checked_log import CheckedLog, read_checked
from engine.store.event_stream import LoggedInstance

if TYPE_CHECKING:
    from engine.bpmn.pack import Pack

TEMPLATE = Path(__file__).with_name("case_file.typ")
FONT_PACKAGE = "pylopdf_fonts_zh_cn"
# In the order of preference; the first that is there is taken.
FONTS = ("Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "WenQuanYi Micro Hei", "Microsoft YaHei", "PingFang SC")


@dataclass(frozen=True, slots=True)
class CaseFile(Query[bytes]):
    """The PDF, in zh or en. For who took part; for auditors after InspectInstances.

    Raises as Replay does; EngineError("pdf_unavailable", missing=…) when this installation has no typst or no Chinese font.
    """

    instance_id: str
    language: str = "zh"

    def answer(self, reading: Reading, actor: Actor) -> bytes:
        if self.language not in WORDS:
            raise InputRejected("unknown_language", field="language", languages=", ".join(WORDS))
        head = require_readable(reading.connection, actor, self.instance_id, reading.now)
        return typeset({**contents(reading, head, self.language), **_made(reading, actor, self.language)})


def contents(reading: Reading, head: LoggedInstance, language: str) -> dict[str, Any]:
    """What the template places: texts only, but for flags."""
    pack = reading.pack(head.deployment_id, head.digest)
    log = read_checked(reading.connection, head.id, head.end)
    events = log.events
    story = tell(pack, events)
    en, words, document = language == "en", WORDS[language], _document(pack, language)
    process = (head.process_name_en or head.process_name) if en else head.process_name
    variables = _final_variables(story)
    return {
        "language": language,
        "words": words,
        "title": head.title or process,
        "name": document.get("title") or process,
        "number": document.get("number", ""),
        "state": document.get("status", ""),
        "head": _head(reading, pack, head, process, language),
        "intact": log.found is None,
        "integrity": _integrity(log, language),
        "last_hash": head.end.hash.hex(),
        "variables": [[(line.label_en if en else "") or line.label, line.text_en if en else line.text] for line in variable_lines(pack, variables)],
        "decisions": [_decision(each, reading.now, language) for each in earlier_decisions(reading, pack, head.id, story.decided)],
        "files": _files(reading, events, language),
        "comments": _comments(reading, head.id, events, language),
        "diagrams": _diagrams(reading, pack, head, story, language),
        "history": [
            [str(line.sequence), _time(line.at), name_in(line.actor_name, language), "\n".join(filter(None, _texts(line, en)))]
            for line in in_words(reading, pack, events, most=len(events))
        ],
    }


def _integrity(log: CheckedLog, language: str) -> str:
    """Whether all of it is here; if not, what is wrong, and where this file ends."""
    words, found = WORDS[language], log.found
    if found is None:
        return str(words["intact"]).format(events=len(log.events))
    return str(words["broken"]).format(found=found.en if language == "en" else found.zh, events=len(log.events))


def _texts(line: HistoryLine, en: bool) -> tuple[str, str]:
    return (line.text_en, line.detail_en) if en else (line.text_zh, line.detail)


def _made(reading: Reading, actor: Actor, language: str) -> dict[str, str]:
    made = str(WORDS[language]["made"]).format(name=name_in(actor.name, language), at=_time(reading.now))
    return {"made": made, "author": actor.name}


def _time(at: datetime) -> str:
    return at.astimezone(DEFAULT_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _final_variables(story: Story) -> dict[str, Value]:
    return {name: from_json(value) for name, value in story.seen_by(0).items()}


def _head(reading: Reading, pack: Pack, head: LoggedInstance, process: str, language: str) -> list[list[str]]:
    en = language == "en"
    names = reading.user_names([head.started_by])
    ends = next((str(each) for each in [head.outcome] if each), "")
    if en and ends:
        ends = _outcome_en(pack, head) or ends
    values = {
        "process": f"{process} · {WORDS[language]['version']} {head.version}",
        "instance": head.id,
        "business_key": head.business_key or "",
        "status": STATUS[head.status][en],
        "outcome": ends,
        "reason": head.reason or "",
        "started": f"{name_in(names[head.started_by], language)}  {_time(head.started_at)}",
        "ended": _time(head.ended_at) if head.ended_at else "",
    }
    rows = [[HEAD[key][en], value] for key, value in values.items() if value or key not in ("business_key", "outcome", "reason", "ended")]
    return rows + [[DOCUMENT[key][en], text] for key, text in _document(pack, language).items() if key in DOCUMENT and text]


def _document(pack: Pack, language: str) -> dict[str, str]:
    """The head of the controlled document, in English where pack.toml has English texts."""
    texts = pack.settings.document
    return {key: (language == "en" and texts.get(f"{key}_en")) or text for key, text in texts.items()}


def _outcome_en(pack: Pack, head: LoggedInstance) -> str:
    ends = (each.id for each in pack.processes[head.process_key].elements.values() if each.kind == "end_event" and each.name == head.outcome)
    return next(filter(None, (outcome_en(pack, head.process_key, each) for each in ends)), "")


def _decision(decision: EarlierDecision, now: datetime, language: str) -> dict[str, Any]:
    name = (decision.element_name_en if language == "en" else "") or decision.element_name
    parts: list[dict[str, Any]] = []
    if decision.form is not None:
        shown = view(decision.form, dict(decision.values), decision.scope, decision.rights, now=now, language=language, readonly=True)
        parts = parts_of(shown.items, language)
    return {"name": name, "who": name_in(decision.actor_name, language), "at": _time(decision.at), "parts": parts}


def _files(reading: Reading, events: list[Any], language: str) -> list[list[str]]:
    """Name with what became of it, size, who and when, digest."""
    files, words = logged_files(events), WORDS[language]
    names = reading.user_names({file.actor for file in files})
    rows = []
    for file in files:
        about = "" if file.reason is None else "\n" + str(words["file_removed"]).format(reason=file.reason)
        about = about if file.number else "\n" + str(words["file_of_form"])
        rows.append([breakable(file.name) + about, size_text(file.size), f"{names[file.actor]}\n{_time(file.at)}", file.digest])
    return rows


def _comments(reading: Reading, instance_id: str, events: list[Any], language: str) -> list[list[str]]:
    """Who and when, the text, and whether it is the one that was written."""
    comments, words = proved_comments(reading, instance_id, events), WORDS[language]
    names = reading.user_names({comment.writer for comment in comments})
    rows = []
    for each in comments:
        proof = str(words[f"comment_{each.proof}"]) + (str(words["comment_earlier"]) if each.is_earlier else "")
        rows.append([f"{name_in(names[each.writer], language)}\n{_time(each.at)}", each.text or "", proof])
    return rows


def _diagrams(reading: Reading, pack: Pack, head: LoggedInstance, story: Story, language: str) -> list[dict[str, str]]:
    """Every process that was entered, as it was deployed, with what was done in it."""
    progress, known = story.progress(), versions(reading, head.deployment_id)
    found = []
    for call in (replace(each, version=known.get(each.process_key, each.version)) for each in story.calls(head.version)):
        model, state = pack.processes.get(call.process_key), progress.get(call.process_key)
        if model is None or state is None:
            continue
        svg = draw(pack.files[model.file], model.key, state.done, state.active, state.flows, state.cancelled, language=language, standalone=True)
        name = (call.name_en if language == "en" else "") or call.name
        found.append({"name": f"{name} · {WORDS[language]['version']} {call.version}", "svg": svg})
    return found


def typeset(data: Mapping[str, Any], packages: Iterable[str] = (FONT_PACKAGE,), template: Path = TEMPLATE) -> bytes:
    """PDF/A-2b of the data. Raises EngineError("pdf_unavailable")."""
    if importlib.util.find_spec("typst") is None:
        raise EngineError("pdf_unavailable", missing="typst")
    typst: Any = importlib.import_module("typst")
    found = [importlib.util.find_spec(name) for name in packages]
    folders = [folder for spec in found if spec for folder in spec.submodule_search_locations or ()]
    fonts = typst.Fonts(font_paths=folders)
    families = {font.family for font in fonts.fonts()}
    usable = [name for name in FONTS if name in families]
    if not usable:
        raise EngineError("pdf_unavailable", missing=f"Noto Sans SC (pip install {FONT_PACKAGE.replace('_', '-')})")
    text = orjson.dumps({**data, "fonts": usable[:1]}).decode()
    made: bytes = typst.compile(template.read_bytes(), font_paths=fonts, sys_inputs={"data": text}, format="pdf", pdf_standards=["a-2b"])
    return made
