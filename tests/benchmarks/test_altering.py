"""Altering: copies of texts in which every character range still means the same place."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.altering import Original, Person, Renaming, renamed_share
from corpus.records import Span

TEXT = (
    "Mayor Ann Talbot said that the bridge would close. “Traffic must cross elsewhere,” Talbot told people there. "
    "Barack Obama said nothing about bridges, while neighbours asked whether buses could cross instead."
)
PERSONS = (Person("Ann Talbot", 1), Person("Barack Obama", 9), Person("Jo Bridge", 1), Person("Talbot", 1))


def renaming(share: float = 1.0) -> Renaming:
    """Names of three persons: one little known, one widely, one called like a thing."""
    return Renaming(PERSONS, [TEXT], share)


def test_only_surnames_that_mean_nothing_else_and_are_little_known_change() -> None:
    """Obama speaks in nine articles, a bridge is a thing as well, and first names stay."""
    assert renaming().surnames == {"Talbot"}


def test_a_surname_becomes_the_same_name_wherever_it_stands_in_a_copy() -> None:
    """Name, alias and text agree in a copy; copies differ; vowels stay vowels, and no character moves."""
    names = renaming()
    new = names.word("Talbot", 3)
    assert re.fullmatch("[^aeiou][aeiou][^aeiou]{2}[aeiou][^aeiou]", new.lower())
    assert new != "Talbot"
    assert names.of("Mayor Ann Talbot", 3) == f"Mayor Ann {new}"
    assert Original(1, TEXT, names).copy(3).count(new) == 2
    assert names.word("Talbot", 4) != new


def test_the_share_says_in_how_many_copies_a_name_changes() -> None:
    """Half of a thousand copies have another name, none at 0, all at 1."""
    counts = [sum(renaming(share).word("Talbot", copy) != "Talbot" for copy in range(1000)) for share in (0, 0.5, 1)]
    assert counts[0] == 0
    assert 430 < counts[1] < 570
    assert counts[2] == 1000


@given(st.integers(1, 10**6), st.integers(1, 40), st.integers(0, 20))
def test_a_copy_has_the_same_words_at_the_same_places(article: int, copy: int, attempt: int) -> None:
    """Only letters change: spaces, marks, digits and capitals stand where they stood, and copies can be made again."""
    original = Original(article, TEXT, renaming())
    copied = original.copy(copy, attempt)
    shape = re.compile(r"[a-z]")
    assert shape.sub("x", copied) == shape.sub("x", re.sub("Talbot", renaming().word("Talbot", copy), TEXT))
    assert copied == Original(article, TEXT, renaming()).copy(copy, attempt)
    lower = re.compile(r"\b[a-z]{4,}\b")
    assert sorted(lower.findall(copied)) == sorted(lower.findall(TEXT))


def test_what_is_fixed_stays_where_it_is() -> None:
    """Who said it, and that it was said, stands in every copy at its place; other words move around it."""
    said = [Span(found.start(), found.end()) for found in re.finditer("said|told", TEXT)]
    original = Original(1, TEXT, renaming(0), said)
    copies = [original.copy(number, 20) for number in range(20)]
    assert all([span.of(copy) for span in said] == ["said", "told", "said"] for copy in copies)
    assert len(set(copies)) > 15


def test_further_attempts_change_more() -> None:
    """Where a copy is like another one, another attempt is not."""
    original = Original(1, TEXT, renaming(0))
    assert len({original.copy(1, attempt) for attempt in range(10)}) > 5


def test_a_text_without_words_is_its_own_copy() -> None:
    """There is nothing to change in digits."""
    assert Original(1, "12 34", renaming()).copy(1) == "12 34"


@pytest.mark.parametrize(
    ("speakers", "copies", "renamable", "share"),
    [
        ((50, 100), 10, 100, 1.0),  # half as many in half: growth in proportion
        ((100, 100), 10, 100, 0.0),  # all were heard in the first half: nobody new comes
        ((71, 100), 4, 100, (100 * 4**0.4941 - 100) / 300),
        ((0, 0), 10, 0, 0.0),
        ((50, 100), 1, 100, 0.0),
        ((50, 100), 10, 50, 1.0),  # as many as there can be
    ],
)
def test_speakers_grow_by_a_power_of_the_articles(
    speakers: tuple[int, int], copies: int, renamable: int, share: float
) -> None:
    """The power that the originals show goes on."""
    assert renamed_share(speakers, copies, renamable) == pytest.approx(share, abs=1e-3)
