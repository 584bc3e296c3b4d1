"""scenarios/*.toml -> Scenario.

A file with `process` is a scenario, one without is a part that scenarios `use`. A scenario has:

    name, process, as (who starts), clock (date and time with offset), business_key?, [start] (values of the start form)
    [[record]] type, values                   records that exist before
    [[step]] task, as, data                   complete the open task of that element
    [[step]] advance = "P7D"                  move the clock; whatever falls due meanwhile happens at its own time
    [[step]] message, key?, data?             a message arrives
    [[step]] signal, data?                    a signal arrives
    [[step]] use = "part"                     the steps of scenarios/part.toml
    [[step]] task … data.contract = [{ file = "合同.txt", text = "…" }]      a file of a form; base64 = "…" for what is no text
    [expect] path, end, outcome, reason, status, open, records, variables      all optional, at least one

`as` is a role's key: one person per role; `role:2` is a second person of that role.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from engine import feel
from engine.model.parser_words import toml_reason
from engine.model.values import YearsMonths
from engine.trial.given_files import content_of, given_files

FOLDER = "scenarios/"
_SCENARIO_KEYS = frozenset({"name", "process", "as", "clock", "business_key", "start", "record", "step", "expect"})
_STEP_KEYS: Mapping[str, frozenset[str]] = {
    "task": frozenset({"task", "as", "data"}),
    "advance": frozenset({"advance"}),
    "message": frozenset({"message", "key", "data"}),
    "signal": frozenset({"signal", "data"}),
    "use": frozenset({"use"}),
}
_EXPECT_TYPES: Mapping[str, type] = {
    "path": list,
    "end": str,
    "outcome": str,
    "reason": str,
    "status": str,
    "open": list,
    "records": list,
    "variables": dict,
}
_RECORD_KEYS = frozenset({"type", "count", "values"})

StepKind = Literal["task", "advance", "message", "signal"]


# The Chinese of what is raised below, and of its parts, and the English.
_ENGLISH = tuple(
    (re.compile(zh), en)
    for zh, en in (
        (r"不是 UTF-8 文字", "no UTF-8 text"),
        (r"clock 应带时区，例如 ", "clock needs a time zone, for example "),
        (r"第 (\d+) 个 record", r"record \1"),
        (r"第 (\d+) 步", r"step \1"),
        (r"use = (\S+) 绕回了自己", r"use = \1 leads back to itself"),
        (r"没有可用的片段 ", "there is no fragment "),
        (r" 的片段 ", ", fragment "),
        (r"应为一个表", "must be a table"),
        (r"应有且只有 (.*) 之一", r"must have exactly one of \1"),
        (r"文件 (.*) 的 base64 读不出来", r"the base64 of the file \1 cannot be read"),
        (r"(advance = \S+) 应为 ISO 8601 时长，例如 (\S+) 或 ", r"\1 must be an ISO 8601 duration, for example \2 or "),
        (r"expect 什么也没有检查", "expect checks nothing"),
        (r"不认识 (.*)；可用的有 ", r"unknown: \1; there are "),
        (r"缺少 ", "missing: "),
        (r" 的类型不对，应为带时区的日期时间", " must be a date and time with its zone"),
        (r" 的类型不对，应为文字", " must be a text"),
        (r" 的类型不对，应为表", " must be a table"),
        (r" 的类型不对，应为数组", " must be an array"),
        (r" 的类型不对，应为整数", " must be a whole number"),
        (r"：文件：", ": file: "),
        (r"：", ": "),
        (r"、", ", "),
        (r"（", " ("),
        (r"）", ")"),
    )
)


def _english(text: str) -> str:
    """Names that people gave stay."""
    for zh, en in _ENGLISH:
        text = zh.sub(en, text)
    return text


class ScenarioError(ValueError):
    """A scenario file that cannot be used; the text says which (`file`), where and why (`text`), in Chinese; `text_en` in English."""

    def __init__(self, zh: str, en: str = "") -> None:
        """`en`: the English, where it does not follow from the Chinese."""
        super().__init__(zh)
        self.en = en or _english(zh)

    @property
    def file(self) -> str:
        return str(self).partition("：")[0]

    @property
    def text(self) -> str:
        return str(self).partition("：")[2]

    @property
    def text_en(self) -> str:
        return self.en.partition(": ")[2]


@dataclass(frozen=True, slots=True)
class ScenarioStep:
    """`place` names the step for people: 第 3 步, or 第 3 步（part_approvals 第 1 步）. `target` is element id, message or signal name, or "".

    `text` is the duration as it was written.
    """

    place: str
    kind: StepKind
    target: str
    as_: str = ""
    key: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)
    duration: timedelta | YearsMonths = timedelta(0)
    text: str = ""

    @property
    def place_en(self) -> str:
        return re.sub(r"第 (\d+) 步", r"step \1", self.place).replace("（", " (").replace("）", ")").replace("step", "Step", 1)


@dataclass(frozen=True, slots=True)
class ExpectedRecords:
    """`count` records of the type (None: at least one), one of which has `values`."""

    type: str
    count: int | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Expected:
    """None is not checked. `path`: start and end events of the process itself, completed tasks, timers, messages and signals, in order."""

    path: tuple[str, ...] | None = None
    end: str | None = None
    outcome: str | None = None
    reason: str | None = None
    status: str | None = None
    open: tuple[str, ...] | None = None
    records: tuple[ExpectedRecords, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    file: str
    name: str
    process: str
    as_: str
    clock: datetime
    business_key: str | None
    start: Mapping[str, Any]
    records: tuple[tuple[str, Mapping[str, Any]], ...]
    steps: tuple[ScenarioStep, ...]
    expected: Expected


def load_scenarios(files: Mapping[str, bytes]) -> tuple[Scenario, ...]:
    """The scenarios of a pack's files, in order of file names. Raises ScenarioError for the first file that cannot be used."""
    tables = {name: _parse(name, data) for name, data in sorted(files.items()) if name.startswith(FOLDER) and name.endswith(".toml")}
    return tuple(_Reader(name, table, tables).scenario() for name, table in tables.items() if "process" in table)


def read_duration(text: str) -> timedelta | YearsMonths | None:
    """An ISO 8601 duration longer than nothing, else None."""
    value = feel.compile("duration(text)").evaluate({"text": text})
    if isinstance(value, timedelta) and value > timedelta(0):
        return value
    return value if isinstance(value, YearsMonths) and value.months > 0 else None


def _parse(name: str, data: bytes) -> dict[str, Any]:
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ScenarioError(f"{name}：不是 UTF-8 文字") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = toml_reason(str(error))
        zh, en = f"{name}：不是正确的 TOML（{reason.place}）：{reason.zh}", f"{name}: no valid TOML ({reason.place_en}): {reason.en}"
        raise ScenarioError(zh, en) from error


class _Reader:
    """Reads one scenario; the tables of the other files serve `use`."""

    def __init__(self, file: str, table: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> None:
        self._file = file
        self._table = table
        self._tables = tables

    def scenario(self) -> Scenario:
        table = self._table
        self._known("", table, _SCENARIO_KEYS)
        clock = self._need("", table, "clock", datetime)
        if clock.tzinfo is None:
            raise self._error("clock 应带时区，例如 2026-11-23T09:00:00+08:00")
        return Scenario(
            self._file,
            self._need("", table, "name", str),
            self._need("", table, "process", str),
            self._need("", table, "as", str),
            clock,
            self._optional("", table, "business_key", str, None),
            self._data("start", self._optional("", table, "start", dict, {})),
            tuple(self._records()),
            tuple(self._steps(self._file, table, "", (self._file,))),
            self._expected(),
        )

    def _records(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        for number, record in enumerate(self._optional("", self._table, "record", list, []), 1):
            place = f"第 {number} 个 record"
            self._known(place, record, frozenset({"type", "values"}))
            yield self._need(place, record, "type", str), self._data(place, self._need(place, record, "values", dict))

    def _steps(self, file: str, table: Mapping[str, Any], around: str, chain: tuple[str, ...]) -> Iterator[ScenarioStep]:
        for number, step in enumerate(self._optional(around, table, "step", list, []), 1):
            own = f"第 {number} 步"
            place = f"{around}（{file.removeprefix(FOLDER).removesuffix('.toml')} {own}）" if around else own
            kind = self._kind(place, step)
            if kind == "use":
                yield from self._used(place, self._need(place, step, "use", str), chain)
            else:
                yield self._step(place, kind, step)

    def _used(self, place: str, name: str, chain: tuple[str, ...]) -> Iterator[ScenarioStep]:
        file = f"{FOLDER}{name}.toml"
        if file in chain:
            raise self._error(f'{place}：use = "{name}" 绕回了自己')
        part = self._tables.get(file)
        if part is None or "process" in part:
            raise self._error(f"{place}：没有可用的片段 {file}")
        self._known(f"{place} 的片段 {file}", part, frozenset({"step"}))
        yield from self._steps(file, part, place.split("（")[0], (*chain, file))

    def _kind(self, place: str, step: object) -> str:
        if not isinstance(step, dict):
            raise self._error(f"{place}：应为一个表")
        kinds = [kind for kind in _STEP_KEYS if kind in step]
        if len(kinds) != 1:
            raise self._error(f"{place}：应有且只有 {'、'.join(_STEP_KEYS)} 之一")
        self._known(place, step, _STEP_KEYS[kinds[0]])
        return kinds[0]

    def _step(self, place: str, kind: Any, step: Mapping[str, Any]) -> ScenarioStep:
        target = self._need(place, step, kind, str)
        data = self._data(place, self._optional(place, step, "data", dict, {}))
        if kind == "advance":
            return ScenarioStep(place, kind, "", duration=self._duration(place, target), text=target)
        actor = self._need(place, step, "as", str) if kind == "task" else ""
        return ScenarioStep(place, kind, target, actor, self._optional(place, step, "key", str, None), data)

    def _data(self, place: str, data: dict[str, Any]) -> dict[str, Any]:
        """Raises ScenarioError for a file whose content cannot be read."""
        for given in given_files(data):
            try:
                content_of(given)
            except ValueError as error:
                raise self._error(f"{place}：文件 {given['file']} 的 base64 读不出来") from error
        return data

    def _duration(self, place: str, text: str) -> timedelta | YearsMonths:
        value = read_duration(text)
        if value is not None:
            return value
        raise self._error(f'{place}：advance = "{text}" 应为 ISO 8601 时长，例如 P7D 或 PT2H')

    def _expected(self) -> Expected:
        table = self._need("", self._table, "expect", dict)
        self._known("expect", table, frozenset(_EXPECT_TYPES))
        if not table:
            raise self._error("expect 什么也没有检查")
        values: dict[str, Any] = {key: self._optional("expect", table, key, _EXPECT_TYPES[key], None) for key in table}
        for key in ("path", "open"):
            if key in values:
                values[key] = tuple(str(item) for item in values[key])
        values["records"] = tuple(self._expected_records(values.get("records", ())))
        return Expected(**values)

    def _expected_records(self, tables: Any) -> Iterator[ExpectedRecords]:
        for table in tables:
            self._known("expect.records", table, _RECORD_KEYS)
            count = self._optional("expect.records", table, "count", int, None)
            yield ExpectedRecords(
                self._need("expect.records", table, "type", str), count, self._optional("expect.records", table, "values", dict, {})
            )

    def _known(self, place: str, table: Mapping[str, Any], known: frozenset[str]) -> None:
        unknown = sorted(table.keys() - known)
        if unknown:
            raise self._error(f"{place or '文件'}：不认识 {'、'.join(unknown)}；可用的有 {'、'.join(sorted(known))}")

    def _need(self, place: str, table: Mapping[str, Any], key: str, kind: type) -> Any:
        if key not in table:
            raise self._error(f"{place or '文件'}：缺少 {key}")
        return self._optional(place, table, key, kind, None)

    def _optional(self, place: str, table: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
        value = table.get(key, default)
        if key in table and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise self._error(f"{place or '文件'}：{key} 的类型不对，应为{_TYPE_NAMES[kind]}")
        return value

    def _error(self, text: str) -> ScenarioError:
        return ScenarioError(f"{self._file}：{text}")


_TYPE_NAMES: Mapping[type, str] = {str: "文字", dict: "表", list: "数组", int: "整数", datetime: "带时区的日期时间"}
