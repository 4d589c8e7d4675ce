"""Telling articles apart: which addresses are one page, and which texts are copies."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.duplicates import (
    BANDS,
    MIN_SHINGLES,
    SHINGLE_WORDS,
    band_hashes,
    canonical_url,
    content_hash,
    is_copy,
    shingles,
)

CANONICAL = [
    ("https://news.example/a", "https://news.example/a"),
    ("http://news.example/a", "https://news.example/a"),
    ("https://News.EXAMPLE/a", "https://news.example/a"),
    ("HTTPS://news.example/a/", "https://news.example/a"),
    ("https://news.example:443/a", "https://news.example/a"),
    ("http://news.example:80/a", "https://news.example/a"),
    ("https://news.example/a#comments", "https://news.example/a"),
    ("https://news.example/a?utm_source=feed&utm_medium=rss", "https://news.example/a"),
    ("https://news.example/a?fbclid=1", "https://news.example/a"),
    ("https://news.example/a?b=2&a=1", "https://news.example/a?a=1&b=2"),
    ("https://news.example/?p=12", "https://news.example?p=12"),
    (" https://news.example/a \n", "https://news.example/a"),
    ("https://news.example/", "https://news.example"),
    ("https://news.example/caf%C3%A9", "https://news.example/caf%C3%A9"),
    ("https://news.example/café", "https://news.example/caf%C3%A9"),
    ("news.example/a", "news.example/a"),
    ("http://[broken", "http://[broken"),
    ("\ud800", "\ud800"),
    ("", ""),
]


@pytest.mark.parametrize(("url", "expected"), CANONICAL)
def test_addresses_of_one_page_have_one_form(url: str, expected: str) -> None:
    """Each address has this canonical form; what is no address stays as it is."""
    assert canonical_url(url) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a?id=1", "https://news.example/a?id=2"),
        ("https://news.example/a", "https://other.example/a"),
        ("https://news.example:8080/a", "https://news.example/a"),
    ],
)
def test_addresses_of_two_pages_stay_apart(one: str, other: str) -> None:
    """What leads to different pages has different canonical forms."""
    assert canonical_url(one) != canonical_url(other)


@given(st.text(max_size=40) | st.from_regex(r"https?://\S{0,30}", fullmatch=True))
def test_any_text_has_a_canonical_form_that_is_its_own(text: str) -> None:
    """The canonical form of anything can be made, and is not changed by making it again."""
    once = canonical_url(text)
    assert canonical_url(once) == once


def test_white_space_does_not_change_the_content_hash() -> None:
    """Texts that differ in white space only have one content hash; case makes another."""
    assert content_hash("One  two\n\nthree ") == content_hash("One two three")
    assert content_hash("one two three") != content_hash("One two three")


def story(words: int, start: int = 0) -> str:
    """Return a text of so many different words."""
    return " ".join(f"w{number}" for number in range(start, start + words))


def test_shingles_are_runs_of_five_words() -> None:
    """Shingles ignore case and punctuation; a text of fewer than five words has none."""
    assert shingles("One, two: three. FOUR five six") == {"one two three four five", "two three four five six"}
    assert shingles("One two three four") == frozenset()


def test_short_texts_are_never_copies() -> None:
    """Below the least number of shingles nothing is called a copy, not even the same text."""
    short, enough = story(MIN_SHINGLES + SHINGLE_WORDS - 2), story(MIN_SHINGLES + SHINGLE_WORDS - 1)
    assert len(shingles(short)) == MIN_SHINGLES - 1
    assert not is_copy(shingles(short), shingles(short))
    assert band_hashes(shingles(short)) == []
    assert is_copy(shingles(enough), shingles(enough))
    assert len(band_hashes(shingles(enough))) == BANDS


@pytest.mark.parametrize(("shared", "copy"), [(100, True), (80, True), (79, False), (0, False)])
def test_four_fifths_of_the_shorter_text_make_a_copy(shared: int, copy: bool) -> None:  # noqa: FBT001
    """The shorter text is a copy when at least 80 % of its shingles stand in the longer one."""
    longer = shingles(story(1000))
    shorter = frozenset([f"other {number}" for number in range(100 - shared)] + sorted(longer)[:shared])
    assert is_copy(longer, shorter) is copy
    assert is_copy(shorter, longer) is copy


def test_signatures_are_the_same_in_every_process() -> None:
    """The bands of a text are fixed numbers, for they are stored."""
    found = band_hashes(shingles(story(100)))
    assert found[:2] == [-6212301893866990262, 3031400958991493346]
    assert all(-(2**63) <= band < 2**63 for band in found)


@pytest.mark.parametrize(("kept", "least"), [(1.0, BANDS), (0.9, 20), (0.7, 4), (0.5, 2)])
def test_a_shortened_story_shares_bands(kept: float, least: int) -> None:
    """A story cut from its end still shares so many of the 32 bands with the whole one."""
    whole, cut = story(500), story(int(500 * kept))
    common = set(band_hashes(shingles(whole))) & set(band_hashes(shingles(cut)))
    assert len(common) >= least


def test_different_stories_share_no_band() -> None:
    """Two stories without common words share no band."""
    assert not set(band_hashes(shingles(story(500)))) & set(band_hashes(shingles(story(500, start=1000))))
