"""The languages of the bot: texts are written in English in the code and looked up in gettext catalogues.

`_` marks a text for translation and translates it at once into the language of who is being spoken to; `speaking`
says which one that is, for the block and everything that it awaits. Catalogues are plain .po files in `bot/locales`,
read by Babel when they are first needed.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from corpus.wording import Wording, capital

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpus.errors import VerbatimError

ENGLISH = "en"
LANGUAGES = (ENGLISH, "ko")
"""Codes of the languages that the bot speaks, the one of the source texts first."""

LOCALES = Path(__file__).parent / "locales"

_spoken: ContextVar[str] = ContextVar("language", default=ENGLISH)


@contextmanager
def speaking(language: str | None) -> Iterator[None]:
    """Speak the language of a code such as "ko" or "ko-KR" for the block; English where the bot does not know it."""
    token = _spoken.set(known(language))
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """Return the code of the language that is being spoken."""
    return _spoken.get()


def known(language: str | None) -> str:
    """Return the code of the bot's language that fits a code as Telegram sends it, such as "ko-KR"; else English."""
    code = (language or "").lower().replace("_", "-").partition("-")[0]
    return code if code in LANGUAGES else ENGLISH


def _(message: str) -> str:
    """Translate a text."""
    return catalogue(_spoken.get()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Translate a text that has a form for one and another for many, and return the form for a number."""
    return catalogue(_spoken.get()).ngettext(one, many, number)


def translated(text: str) -> str:
    """Translate a sentence of the corpus's, with those inside it; one without a `Wording` stays as it is."""
    if not isinstance(text, Wording):
        return text
    values = {name: translated(value) if isinstance(value, str) else value for name, value in text.values.items()}
    told = catalogue(_spoken.get()).gettext(text.template).format(**values)
    return capital(told) if text.is_opening else told


def explained(error: VerbatimError) -> str:
    """Say what is wrong and what to do about it, translated; it begins as a sentence in the middle of others does."""
    return f"{translated(error.problem)}. {translated(error.fix)}".rstrip()


def decimal(number: int) -> str:
    """Write a number with the separators of the language that is spoken, such as "1,204"."""
    return format_decimal(number, locale=_spoken.get())


@cache
def catalogue(language: str) -> NullTranslations:
    """Return the translations into a language."""
    path = LOCALES / f"{language}.po"
    if language == ENGLISH or not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)
