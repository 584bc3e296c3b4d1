"""The language that the command line speaks: Chinese, or English where that was asked for or the system says so."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

LANGUAGES = ("zh", "en")
VARIABLE = "TUOKE_LANGUAGE"
# In the order in which programs ask them.
_LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")
_NO_LANGUAGE = frozenset({"", "C", "POSIX"})
_spoken = ["zh"]


def speak(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Choose the language, before anything is printed, help included; programs that this one starts speak it, too."""
    _spoken[0] = _asked(arguments) or _named(environ.get(VARIABLE, "")) or _of_system(environ)
    os.environ[VARIABLE] = _spoken[0]
    return _spoken[0]


def english() -> bool:
    return _spoken[0] == "en"


def words(zh: str, en: str) -> str:
    """One text in the language that is spoken."""
    return en if english() else zh


def _asked(arguments: Sequence[str]) -> str | None:
    """What --language says; a value that is no language is refused later, with all other arguments. That of `user add` is the account's."""
    for at, argument in enumerate(arguments):
        if argument == "--" or list(arguments[at : at + 2]) == ["user", "add"]:
            return None
        name, equals, value = argument.partition("=")
        if name == "--language":
            return _named(value if equals else next(iter(arguments[at + 1 : at + 2]), ""))
    return None


def _named(value: str) -> str | None:
    return value if value in LANGUAGES else None


def _of_system(environ: Mapping[str, str]) -> str:
    """Chinese where the system speaks it or says nothing; English everywhere else."""
    locale = next((environ[name] for name in _LOCALES if environ.get(name)), "")
    language = locale.partition(".")[0]
    return "zh" if language in _NO_LANGUAGE or language.lower().startswith("zh") else "en"


def counted_words(number: int, thing: str) -> str:
    """English tells one from many: 1 file, 2 files."""
    return f"{number} {thing}{'' if number == 1 else 's'}"
