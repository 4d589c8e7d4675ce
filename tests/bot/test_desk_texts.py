"""What the desk says, in English and Korean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from bot import texts_cards, texts_channels, texts_desk, texts_transfer
from corpus.errors import RecordError
from corpus.writing import Outcome

MODULES = (texts_desk, texts_cards, texts_transfer, texts_channels)
CATALOGUE = Path(texts_desk.__file__).parent / "locales" / "parts" / "desk.ko.po"
_HOLE = re.compile(r"{\w+}")


def messages() -> set[str | tuple[str, ...]]:
    """Return every text that is marked for translation."""
    found: set[str | tuple[str, ...]] = set()
    for module in MODULES:
        for _, message, *_ in extract_from_file(
            "python", str(module.__file__), keywords={"_": None, "ngettext": (1, 2)}
        ):
            found.add(message)
    return found


def test_every_text_has_a_translation_with_its_placeholders() -> None:
    """The Korean catalogue holds exactly the texts of the desk, each with the same placeholders."""
    with CATALOGUE.open("rb") as file:
        catalogue = {message.id: message.string for message in read_po(file, locale="ko") if message.id}
    assert set(catalogue) == messages()
    for source, translated in catalogue.items():
        many = source[-1] if isinstance(source, tuple) else source
        (korean,) = translated if isinstance(translated, tuple) else (translated,)
        assert korean.strip()
        assert sorted(_HOLE.findall(korean)) == sorted(_HOLE.findall(many)), source


@pytest.mark.parametrize(
    ("counts", "bad", "told"),
    [
        ({}, 0, "nothing in it"),
        ({Outcome.ADDED: 1204, Outcome.COPY: 1}, 0, "1,204 added, 1 near copy"),
        ({Outcome.UNCHANGED: 2, Outcome.UPDATED: 3}, 4, "3 updated, 2 unchanged, 4 could not be read"),
    ],
)
def test_what_became_of_records(counts: dict[Outcome, int], bad: int, told: str) -> None:
    """Only what there is is counted, in a fixed order."""
    assert texts_transfer.outcomes(counts, bad) == told


def test_an_error_is_a_sentence_with_its_advice() -> None:
    """A problem becomes a sentence; the name of a file is not said twice."""
    error = RecordError("x.txt: it holds no text", "Send another.")
    assert texts_desk.failed(error) == "X.txt: it holds no text. Send another."
    assert texts_desk.unreadable("x.txt", error) == "x.txt was not added: it holds no text. Send another."
