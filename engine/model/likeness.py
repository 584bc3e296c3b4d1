"""When two records may be the same thing: values brought into one form, by the way in which they are compared. Pure functions of text.

A company is one whatever stands for `有限公司`, a telephone number is one with and without country code, separators and extension.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping

from engine.model.pack import RecordType

LONGEST_KEY = 200
MOST_KEYS = 10
_SUFFIXES = (
    "股份有限责任公司",
    "集团股份有限公司",
    "集团有限责任公司",
    "股份有限公司",
    "有限责任公司",
    "集团有限公司",
    "集团公司",
    "股份公司",
    "有限公司",
    "总公司",
    "集团",
    "股份",
    "公司",
)
# Parts of a company that are customers of their own.
_BRANCHES = ("分公司", "子公司")
_LEGAL_WORDS = frozenset(
    ("co", "company", "ltd", "limited", "inc", "incorporated", "llc", "llp", "corp", "corporation", "gmbh", "ag", "plc", "sa", "bv", "pte", "pty")
)
_WORD = re.compile(r"[^\W_]+")
_SEVERAL = re.compile(r"[、,;/|\n]|\s{2,}")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)\s*\d{1,6}$")
_LANDLINE = re.compile(r"^(0\d{2,3}-?\d{7,8})-\d{1,6}$")
_COUNTRY = re.compile(r"^(?:\+|00)86")
_PLAIN_COUNTRY = re.compile(r"^86(?=1[3-9]\d{9}$)")
_CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_CODE_LENGTH = 18
SHORTEST_NUMBER = 7


def plain(text: str) -> str:
    """Full-width as half-width, any case, no white space around."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


def text_keys(text: str) -> tuple[str, ...]:
    """Without white space and punctuation."""
    return _kept("".join(_WORD.findall(plain(text))))


def name_keys(text: str) -> tuple[str, ...]:
    """The name without its legal form: 宁波海川机械 for 宁波海川机械(有限公司), acme for ACME Co., Ltd."""
    words = _WORD.findall(plain(text).replace("co.", "co ").replace("'", ""))
    while len(words) > 1 and words[-1] in _LEGAL_WORDS:
        words.pop()
    name = "".join(words)
    if not name.endswith(_BRANCHES):
        suffix = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")
        name = name.removesuffix(suffix) if len(name) - len(suffix) >= 2 else name
    return _kept(name)


def telephone_keys(text: str) -> tuple[str, ...]:
    """One for each number in the text: digits with the area code's 0, without country code and extension."""
    found = (_telephone(part) for part in _SEVERAL.split(plain(text)))
    return tuple(dict.fromkeys(number for number in found if number))[:MOST_KEYS]


def _telephone(text: str) -> str:
    number = _EXTENSION.sub("", text.strip())
    number = re.sub(r"[\s().·]|\u2010|\u2011", "", number)
    number = re.sub(r"[\u2012-\u2015\u2212~]", "-", number)
    bare = _COUNTRY.sub("", number).lstrip("-")
    if bare != number and not bare.startswith(("0", "400", "800")) and not re.match(r"1[3-9]", bare):
        bare = f"0{bare}"
    landline = _LANDLINE.match(bare)
    digits = re.sub(r"\D", "", landline[1] if landline else bare)
    digits = _PLAIN_COUNTRY.sub("", digits)
    # A number that stands for none, such as 00000000000, makes nobody the same.
    return digits if SHORTEST_NUMBER <= len(digits) <= 20 and len(set(digits)) > 1 else ""


def credit_code_keys(text: str) -> tuple[str, ...]:
    """The unified social credit code without separators, in capitals."""
    return _kept("".join(_WORD.findall(plain(text))).upper())


def credit_code_fits(text: str) -> bool:
    """Whether the last sign of an 18-character code is the check character that GB 32100-2015 asks for; other texts are no code at all."""
    code = next(iter(credit_code_keys(text)), "")
    if len(code) != CREDIT_CODE_LENGTH or any(sign not in _CODE_SIGNS for sign in code):
        return False
    total = sum(_CODE_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:-1]))
    return _CODE_SIGNS[-total % 31] == code[-1]


def wrong_credit_codes(type: RecordType, values: Mapping[str, object]) -> list[str]:
    """Fields that are compared as credit codes and hold 18 characters of which the last is not the check character."""
    codes = {name: next(iter(credit_code_keys(str(values.get(name) or ""))), "") for name in type.duplicates.get("credit_code", ())}
    return [name for name, code in codes.items() if len(code) == CREDIT_CODE_LENGTH and not credit_code_fits(code)]


def _kept(key: str) -> tuple[str, ...]:
    return (key[:LONGEST_KEY],) if key else ()


WAYS: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "name": name_keys,
    "telephone": telephone_keys,
    "credit_code": credit_code_keys,
    "text": text_keys,
}


def likeness_keys(way: str, values: Iterable[object]) -> tuple[str, ...]:
    """Of all texts and numbers among the values; other values are not compared."""
    texts = (str(value) for value in values if isinstance(value, (str, int)) and not isinstance(value, bool))
    return tuple(dict.fromkeys(key for text in texts for key in WAYS[way](text)))[:MOST_KEYS]


def record_likenesses(type: RecordType, values: Mapping[str, object]) -> list[tuple[str, str, str]]:
    """(way, field, key) of everything by which a record with these values is like others."""
    found = ((way, field, likeness_keys(way, (values.get(field),))) for way, fields in type.duplicates.items() for field in fields)
    return [(way, field, key) for way, field, keys in found for key in keys]
