"""The Korean of the texts about who may do what."""

from __future__ import annotations

import re
from pathlib import Path

from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

import bot

PACKAGE = Path(bot.__file__).parent
FIELD = re.compile(r"{\w+}")


def test_korean_is_complete() -> None:
    """Every text has its translation with the same placeholders, and no translation is left over."""
    found = {found[1] for found in extract_from_file("python", PACKAGE / "texts_access.py")}
    expected = {text if isinstance(text, str) else tuple(text[:2]) for text in found}
    with (PACKAGE / "locales" / "parts" / "access.ko.po").open("rb") as file:
        catalogue = {each.id: each.string for each in read_po(file, locale="ko") if each.id}
    assert set(catalogue) == expected
    for source, translation in catalogue.items():
        many = source if isinstance(source, str) else source[1]
        told = translation if isinstance(translation, str) else translation[0]
        assert sorted(FIELD.findall(told)) == sorted(FIELD.findall(many))
