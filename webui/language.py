"""Chinese and English. Chinese texts are the keys; English stands in translations/en and is compiled when the application starts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Literal, Protocol, cast

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request
from flask_babel import Babel, gettext
from flask_login import current_user

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")
COOKIE = "tuoke_language"
LOCALES: dict[Language, str] = {"zh": "zh_Hans_CN", "en": "en"}
HTML_LANG: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
# One file per room of the product; a text that two rooms use stands in one of them.
CATALOGUES = Path(__file__).parent / "translations" / "en" / "LC_MESSAGES"
DOMAIN = "messages"


class Named(Protocol):
    """Something of a process pack with a name in both languages."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def prepare(app: Flask) -> None:
    babel = Babel(app, default_locale=LOCALES["zh"], default_timezone=app.config["TIME_ZONE"], locale_selector=lambda: LOCALES[language()])
    with app.app_context():
        texts = babel.domain_instance.cache
    texts[LOCALES["en"], DOMAIN] = _compiled()
    texts[LOCALES["zh"], DOMAIN] = NullTranslations()
    app.jinja_env.globals.update(pick=pick)
    app.jinja_env.filters["names"] = names
    app.context_processor(lambda: {"language": language(), "html_lang": HTML_LANG[language()]})


def language() -> Language:
    """Of this request: chosen in this browser, else of the account, else what the browser asks for, else Chinese."""
    if "language" not in g:
        g.language = _find()
    return cast(Language, g.language)


def pick(chinese: str | None, english: str | None) -> str:
    """The name of something of a process pack; Chinese stands in where a pack has no English."""
    return (english if language() == "en" else None) or chinese or english or ""


def names(named: Iterable[Named]) -> str:
    """A list of names as a sentence has it."""
    return str(gettext("、")).join(pick(one.name, one.name_en) for one in named)


def _find() -> Language:
    wanted = request.cookies.get(COOKIE) or getattr(current_user, "language", None)
    if wanted not in LANGUAGES:
        wanted = request.accept_languages.best_match(LANGUAGES, "zh")
    return cast(Language, wanted)


def english() -> Iterator[tuple[Path, Catalog]]:
    """Every file of English texts with what it holds."""
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            yield path, read_po(file, locale="en")


def _compiled() -> Translations:
    whole = Catalog(locale="en")
    for _, part in english():
        for message in part:
            if message.id:
                whole[message.id] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return Translations(compiled, DOMAIN)
