"""The catalogues of translations: complete, in step with the code, and the way to keep them so."""

from __future__ import annotations

import ast
from string import Formatter
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog, Message

from bot.language import (
    LANGUAGES,
    LOCALES,
    catalogue,
    decimal,
    explained,
    known,
    ngettext,
    speaking,
    spoken,
    translated,
)
from bot.translating import KEYWORDS, PACKAGES, catalogue_of, extracted, is_translated, update
from corpus.errors import RecordError, StatusError
from corpus.wording import Wording, opened, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OTHERS = LANGUAGES[1:]
HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n'


@pytest.fixture(scope="module")
def texts() -> Catalog:
    """All texts in the code."""
    return extracted()


def messages(of: Catalog) -> Iterator[Message]:
    """Yield the messages of a catalogue, without its header."""
    yield from (message for message in of if message.id)


def forms(strings: str | tuple[str, ...]) -> tuple[str, ...]:
    """Return the forms of a text or of its translation."""
    return (strings,) if isinstance(strings, str) else tuple(strings)


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(texts: Catalog, language: str) -> None:
    """Each text in the code has a translation, in each form that the language has, and none is a mere guess."""
    known_ones = catalogue_of(LOCALES / f"{language}.po")
    lacking = [
        message.id
        for message in messages(texts)
        if (found := known_ones.get(message.id)) is None or not is_translated(found.string) or found.fuzzy
    ]
    assert lacking == []


@pytest.mark.parametrize("language", OTHERS)
def test_every_translation_is_used(texts: Catalog, language: str) -> None:
    """No catalogue holds what the code does not say any more."""
    used = {message.id for message in messages(texts)}
    known_ones = catalogue_of(LOCALES / f"{language}.po")
    assert [message.id for message in messages(known_ones) if message.id not in used] == []
    assert known_ones.obsolete == {}


@pytest.mark.parametrize("language", OTHERS)
def test_translations_say_as_much(language: str) -> None:
    """A translation has the placeholders of its text, all of them and no other, and begins and ends its lines alike."""
    for message in messages(catalogue_of(LOCALES / f"{language}.po")):
        expected = placeholders(forms(message.id)[-1])
        for form in forms(message.string):
            assert placeholders(form) == expected, message.id
            assert form.strip() == form, message.id
            assert form.count("\n") == forms(message.id)[-1].count("\n"), message.id


def test_translations_are_of_their_language() -> None:
    """A Korean translation has Korean letters, wherever the text has letters."""
    for message in messages(catalogue_of(LOCALES / "ko.po")):
        letters = any(char.isalpha() for char in "".join(part for part, *_ in Formatter().parse(forms(message.id)[0])))
        korean = any("가" <= char <= "힣" for form in forms(message.string) for char in form)
        assert korean or not letters, message.id


def test_no_text_escapes_the_catalogue(texts: Catalog) -> None:
    """Whatever the code marks for translation is a plain literal, and is found when texts are collected."""
    marked = set()
    for path in sorted(path for package in PACKAGES for path in package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                count = 2 if node.func.id == "ngettext" else 1
                literals = [each.value for each in node.args[:count] if isinstance(each, ast.Constant)]
                assert len(literals) == count, f"{path.name}:{node.lineno}: only literals can be translated"
                marked.add(literals[0] if count == 1 else tuple(literals))
    assert marked
    assert marked == {message.id for message in messages(texts)}


def test_update_adds_and_drops(tmp_path: Path) -> None:
    """New texts are added untranslated, unused ones go, what is translated stays, and a second time changes nothing."""
    path = tmp_path / "ko.po"
    path.write_text(f'{HEADER}\nmsgid "kept"\nmsgstr "유지"\n\nmsgid "unused"\nmsgstr "삭제"\n')
    texts = Catalog()
    texts.add("kept", None, [("bot/a.py", 1)])
    texts.add(("one {n}", "many {n}"), None, [("bot/a.py", 2)], auto_comments=["of things"])
    update(path, texts)
    written = path.read_text()
    assert written == (
        f'{HEADER}\n#: bot/a.py\nmsgid "kept"\nmsgstr "유지"\n\n'
        "#. of things\n#: bot/a.py\n#, python-brace-format\n"
        'msgid "one {n}"\nmsgid_plural "many {n}"\nmsgstr[0] ""\n'
    )
    update(path, texts)
    assert path.read_text() == written


def test_update_takes_translations_over(tmp_path: Path) -> None:
    """Translations in further files fill what is not translated, and nothing else."""
    path, other = tmp_path / "ko.po", tmp_path / "feeds.ko.po"
    path.write_text(f'{HEADER}\nmsgid "kept"\nmsgstr "유지"\n')
    other.write_text(
        f'{HEADER}\nmsgid "kept"\nmsgstr "다름"\n\nmsgid "unused"\nmsgstr "없음"\n\n'
        'msgid "one {n}"\nmsgid_plural "many {n}"\nmsgstr[0] "{n}개"\n'
    )
    texts = Catalog()
    texts.add("kept")
    texts.add(("one {n}", "many {n}"))
    update(path, texts, [catalogue_of(other)])
    found = {message.id: message.string for message in messages(catalogue_of(path))}
    assert found == {"kept": "유지", ("one {n}", "many {n}"): ("{n}개",)}


def test_code_is_searched(tmp_path: Path) -> None:
    """Texts are found in the order of modules and lines, with the notes for who translates them."""
    (tmp_path / "b.py").write_text('print(_("last"))\n')
    (tmp_path / "a.py").write_text(
        'print(ngettext("one", "many", 3))\n# NOTE: a greeting\nprint(_("he" "llo"))\n# no note\nprint(_("bye"))\n'
    )
    found = list(messages(extracted([tmp_path])))
    assert [message.id for message in found] == [("one", "many"), "hello", "bye", "last"]
    assert [message.auto_comments for message in found] == [[], ["a greeting"], [], []]


@pytest.mark.parametrize(
    ("code", "expected"),
    [("ko", "ko"), ("ko-KR", "ko"), ("KO_kr", "ko"), ("en-GB", "en"), ("de", "en"), ("kok", "en"), ("", "en")],
)
def test_language_is_known_by_its_code(code: str, expected: str) -> None:
    """A region is passed over, and whatever the bot does not speak becomes English."""
    assert known(code) == expected
    assert known(None) == "en"


def test_language_is_spoken_for_a_block() -> None:
    """Blocks can lie in each other, and end with what was spoken before, also when they fail."""
    assert spoken() == "en"
    with speaking("ko-KR"):
        assert ngettext("{count} article", "{count} articles", 1) == "기사 {count}건"
        assert decimal(12_045) == "12,045"
        with speaking("de"):
            assert spoken() == "en"
        with pytest.raises(ZeroDivisionError), speaking("de"):
            raise ZeroDivisionError
        assert spoken() == "ko"
    assert spoken() == "en"
    assert ngettext("{count} article", "{count} articles", 1) == "{count} article"


def test_sentences_of_the_corpus_are_translated() -> None:
    """A sentence is put together anew from its parts, with the sentences inside it; one without parts stays."""
    told = Wording("{name} is called {other}", name="A {b}", other="C")
    said = Wording("Correction {number}: {told}.", number=3, told=told)
    assert translated(said) == said == "Correction 3: A {b} is called C."
    with speaking("ko"):
        assert translated(said) == "수정 3: A {b}의 이름은 C."
        assert translated("A is called C") == "A is called C"


def test_errors_are_explained() -> None:
    """An error is told with its advice, and a reason of an import with a capital, in the language that is spoken."""
    error = StatusError("https://news.example/a", 404)
    reason = opened(sentences(error.problem, error.fix))
    fix = "Check the address, or try again later."
    assert explained(error) == f"there is no such page: https://news.example/a (HTTP 404). {fix}" == str(error)
    assert translated(reason) == reason == f"T{explained(error)[1:]}"
    with speaking("ko"):
        told = (
            "그런 페이지가 없어요: https://news.example/a(HTTP 상태 404). 주소를 확인하거나 나중에 다시 시도해 주세요."
        )
        assert explained(error) == translated(reason) == told
        assert explained(RecordError("nobody translates this")) == "nobody translates this."


def test_unknown_text_stays_english() -> None:
    """What a catalogue does not hold is said in English."""
    assert catalogue("ko").gettext("Nobody says this.") == "Nobody says this."
