"""From what was typed or sent to a typed value. A coercer returns the value, or the FieldProblem that says why there is none; it never raises."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from engine.forms.components import CheckboxField, ChoiceField, DateTimeField, Field, NumberField, Option, TextField
from engine.forms.limits import LIMITS
from engine.model.errors import FieldProblem
from engine.model.values import Value, number_text, time_text, to_json

Coercer = Callable[[Any, ZoneInfo], Value]

# Stands where bytes were no text: whatever was meant is lost already.
REPLACEMENT = "\ufffd"
_BAD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffd-\uffff]").search
_BREAK = re.compile("[\n\r\u2028\u2029\x85]").search
_PLAIN_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)").fullmatch
_GROUPED_NUMBER = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?").fullmatch
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch
_TIME = re.compile(r"\d{2}:\d{2}(?::\d{2})?").fullmatch
_DATE_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2})?)(Z|[+-]\d{2}:\d{2}|@[A-Za-z_+\-/0-9]{1,40})?").fullmatch
_TICKED = {"true": True, "on": True, "1": True, "是": True, "false": False, "off": False, "0": False, "": False, "否": False}

TYPE = FieldProblem("type")
BAD_CHARACTERS = FieldProblem("bad_characters")
NUMBER = FieldProblem("number")
NUMBER_SIZE = FieldProblem("number_size", limit=LIMITS.number_digits)
CHOICE = FieldProblem("choice")
NO_SUCH_TIME = FieldProblem("no_such_time")


def coercer(field: Field) -> Coercer:
    """The function that coerces values of this field. Choices with computed options are coerced by `coerce_choice`."""
    if isinstance(field, NumberField):
        return _number
    if isinstance(field, DateTimeField):
        return {"date": _date, "time": _time, "datetime": _datetime}[field.subtype]
    if isinstance(field, CheckboxField):
        return _checkbox
    if isinstance(field, ChoiceField) and field.source is None:
        index = {option.token: option.value for option in field.options}
        multiple = field.multiple
        return lambda raw, zone: coerce_choice(raw, index, multiple)
    if isinstance(field, TextField):
        return _text_lines if field.multiline else _text
    return _anything


def has_bad_characters(text: str) -> bool:
    """Whether it holds what no database keeps, or what stands for bytes that were no text."""
    return _BAD(text) is not None


def _anything(raw: Any, zone: ZoneInfo) -> Value:
    return raw


def _text(raw: Any, zone: ZoneInfo) -> Value:
    if raw is None:
        return None
    if not isinstance(raw, str):
        return TYPE
    if len(raw) > LIMITS.text_characters:
        return FieldProblem("too_long", limit=LIMITS.text_characters, length=len(raw))
    text = raw.strip()
    if not text:
        return None
    if text.isprintable() and REPLACEMENT not in text:
        return text
    if _BAD(text):
        return BAD_CHARACTERS
    return FieldProblem("line_break") if _BREAK(text) else text


def _text_lines(raw: Any, zone: ZoneInfo) -> Value:
    if raw is None:
        return None
    if not isinstance(raw, str):
        return TYPE
    if len(raw) > LIMITS.text_characters:
        return FieldProblem("too_long", limit=LIMITS.text_characters, length=len(raw))
    text = raw.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return None
    return BAD_CHARACTERS if _BAD(text) else text


def _number(raw: Any, zone: ZoneInfo) -> Value:
    if raw is None:
        return None
    if isinstance(raw, str):
        return _number_text(raw)
    if isinstance(raw, bool):
        return NUMBER
    if isinstance(raw, int):
        if abs(raw) >= 10**LIMITS.number_digits:
            return NUMBER_SIZE
        return Decimal(raw)
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    if not isinstance(raw, Decimal) or not raw.is_finite():
        return NUMBER
    return _sized(raw)


def _number_text(raw: str) -> Value:
    if len(raw) > 200:
        return NUMBER_SIZE if raw.strip() else None
    text = raw.strip()
    if not text:
        return None
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).replace("−", "-")
    if not text.isascii():
        return NUMBER
    if _PLAIN_NUMBER(text):
        return _sized(Decimal(text))
    return _sized(Decimal(text.replace(",", ""))) if _GROUPED_NUMBER(text) else NUMBER


def _sized(number: Decimal) -> Value:
    """The number without surplus zeros, if it fits into 34 digits before and after the point together."""
    if not number:
        return Decimal(0)
    digits, exponent = number.as_tuple()[1:]
    if not isinstance(exponent, int) or not -LIMITS.number_digits <= exponent <= LIMITS.number_digits:
        return NUMBER_SIZE
    if len(digits) + max(exponent, 0) > LIMITS.number_digits:
        return NUMBER_SIZE
    return number if exponent == 0 else Decimal(number_text(number))


def _date(raw: Any, zone: ZoneInfo) -> Value:
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return None
        if _DATE(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                return FieldProblem("date")
        return FieldProblem("date")
    if isinstance(raw, datetime):
        return (raw.astimezone(zone) if raw.tzinfo else raw).date()
    return raw if raw is None or isinstance(raw, date) else FieldProblem("date")


def _time(raw: Any, zone: ZoneInfo) -> Value:
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return None
        try:
            return time.fromisoformat(text) if _TIME(text) else FieldProblem("time")
        except ValueError:
            return FieldProblem("time")
    if isinstance(raw, time):
        return raw.replace(microsecond=0, tzinfo=None)
    return None if raw is None else FieldProblem("time")


def _datetime(raw: Any, zone: ZoneInfo) -> Value:
    if isinstance(raw, str):
        text = raw.strip()
        if not text:
            return None
        match = _DATE_TIME(text)
        return _zoned(match[1], match[2], match[3], zone) if match else FieldProblem("datetime")
    if isinstance(raw, datetime):
        try:
            whole = raw.replace(microsecond=0)
            return _local(whole, zone) if whole.tzinfo is None else whole.astimezone(zone)
        except (ValueError, OverflowError):
            return FieldProblem("datetime")
    return None if raw is None else FieldProblem("datetime")


def _zoned(day: str, clock: str, offset: str | None, zone: ZoneInfo) -> Value:
    try:
        if offset is None:
            return _local(datetime.fromisoformat(f"{day}T{clock}"), zone)
        if offset.startswith("@"):
            return _local(datetime.fromisoformat(f"{day}T{clock}"), ZoneInfo(offset[1:]), zone)
        return datetime.fromisoformat(f"{day}T{clock}{'+00:00' if offset == 'Z' else offset}").astimezone(zone)
    except (ValueError, OverflowError, OSError, KeyError):
        return FieldProblem("datetime")


def _local(naive: datetime, zone: ZoneInfo, shown_in: ZoneInfo | None = None) -> Value:
    """The instant of a wall clock; a time that the clocks skip is a problem."""
    aware = naive.replace(tzinfo=zone)
    instant = aware.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None, fold=0) != naive.replace(fold=0):
        return NO_SUCH_TIME
    return aware if shown_in is None else instant.astimezone(shown_in)


def _checkbox(raw: Any, zone: ZoneInfo) -> Value:
    if isinstance(raw, bool):
        return raw
    if raw is None:
        return False
    return _TICKED.get(raw.strip().lower(), TYPE) if isinstance(raw, str) else TYPE


def coerce_choice(raw: Any, index: Mapping[str, Value], multiple: bool) -> Value:
    """`index` maps tokens to values. Several values come in the order of the options, each once."""
    if not multiple:
        if raw is None or raw == "":
            return None
        token = token_of(raw)
        return index[token] if token is not None and token in index else CHOICE
    if raw is None or raw == "":
        return []
    if isinstance(raw, str):
        raw = [raw]
    if not isinstance(raw, (list, tuple)):
        return TYPE
    if len(raw) > LIMITS.options:
        return CHOICE
    chosen: set[str] = set()
    for item in raw:
        token = token_of(item)
        if token is None or token not in index:
            if item == "":
                continue
            return CHOICE
        chosen.add(token)
    return [value for token, value in index.items() if token in chosen] if chosen else []


def token_of(value: Any) -> str | None:
    """The text that names an option's value in HTML; None for what cannot be an option."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        value = Decimal(repr(value)) if abs(value) < 1e40 else None
    if isinstance(value, Decimal):
        sized = _sized(value) if value.is_finite() else None
        return number_text(sized) if isinstance(sized, Decimal) else None
    if isinstance(value, (datetime, time)):
        return time_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, (list, Mapping)):
        return None
    try:
        return json.dumps(to_json(value), ensure_ascii=False, sort_keys=True)
    except (TypeError, ValueError, ArithmeticError, RecursionError):
        return None


def make_option(value: Value, label: str, label_en: str | None = None) -> Option | None:
    token = token_of(value)
    return None if not token else Option(token, value, label, label_en)
