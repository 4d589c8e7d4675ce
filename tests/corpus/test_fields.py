"""Fields of a record: names, types, and the promise that the text is not touched."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import RecordError
from corpus.fields import Fields, check, line, trusted


def test_all_fields_are_read_and_others_ignored() -> None:
    """Every known field arrives, in its type; an unknown one makes no difference."""
    values: dict[str, object] = {
        "id": 7,
        "url": "https://harbour.example/a",
        "title": " Harbour\n plan ",
        "publisher": "The Harbour Post",
        "date": "2024-06-24",
        "author": ["Mina Okafor", "Dana Ruiz"],
        "text": "One.\r\n\r\nTwo.",
        "votes": {"up": 3},
    }
    assert check(values) == Fields(
        id="7",
        url="https://harbour.example/a",
        title="Harbour plan",
        publisher="The Harbour Post",
        date=date(2024, 6, 24),
        author="Mina Okafor, Dana Ruiz",
        text="One.\n\nTwo.",
    )


def test_names_of_common_exports_are_understood() -> None:
    """Synonyms are read where the field itself is missing or empty, in any case and spelling of the name."""
    values: dict[str, object] = {
        "Headline": "H",
        "title": "",
        "Published At": "2024-06-24",
        "content": "T",
        "link": "a.example",
    }
    assert check(values) == Fields(title="H", date=date(2024, 6, 24), text="T", url="a.example")


def test_the_field_itself_goes_before_its_synonyms() -> None:
    """`text` wins over `content`, wherever each stands."""
    assert check({"content": "B", "text": "A"}).text == "A"


def test_a_synonym_of_another_type_is_no_error() -> None:
    """News APIs give `source` as an object: that is not our publisher, and no fault of the record."""
    assert check({"source": {"id": None, "name": "Post"}, "text": "A"}).publisher is None


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"text": 5}, "its text is a number, where text is expected"),
        ({"text": ["a"]}, "its text is a list"),
        ({"title": {"en": "x"}}, "its title is an object"),
        ({"id": True}, "its id is true or false"),
        ({"id": 1.5}, "its id is a number, where text or a whole number is expected"),
        ({"author": [1]}, "its author is a list"),
        ({"date": [2024]}, "its date is a list"),
        ({"date": "soon"}, "the date 'soon' is not one that can be read"),
        ({"url": "n/a"}, "the url 'n/a' is no web address"),
        ({"url": "javascript:alert(1)"}, "is no web address"),
        ({"text": "a\x00b"}, r"it holds the character U\+0000"),
        ({"text": "a\ud800b"}, r"it holds the character U\+D800"),
    ],
)
def test_a_wrong_field_is_named(values: dict[str, object], reason: str) -> None:
    """The message says which field is wrong and what was seen."""
    with pytest.raises(RecordError, match=reason):
        check(values)


@pytest.mark.parametrize("blank", [None, "", "  \n", []])
def test_an_empty_field_is_an_absent_one(blank: object) -> None:
    """Null, blank text and an empty list say nothing, in every field."""
    assert (
        check(dict.fromkeys(["id", "url", "title", "publisher", "date", "author", "text", "html"], blank)) == Fields()
    )


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")))
def test_a_trusted_text_changes_in_line_ends_only(text: str) -> None:
    """The stored text is the given one with LF for CR LF, even where its Unicode form is not NFC."""
    assert trusted(text) == text.replace("\r\n", "\n")
    assert trusted("Ame\u0301lie") == "Ame\u0301lie"


def test_furniture_mojibake_and_odd_spaces_of_a_trusted_text_stay() -> None:
    """What cleaning would take away is part of a trusted text."""
    text = "Advertisement\n \u00a0â€œquotedâ€\u009d \u200b  end \t\n\n\nRead more"
    assert trusted(text) == text


def test_a_title_is_one_line() -> None:
    """White space of any kind in a title is one space."""
    assert line(" A\u00a0 b\r\n\tc ") == "A b c"
