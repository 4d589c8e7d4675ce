"""A chat is drawn as it was said."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.canvas import COLOURS
from sandbox.lettering import Run, fitted, lines, measured
from sandbox.picture import COLUMN, GUTTER, MARGIN, WIDTH, Bubble, Toast, picture
from sandbox.shown import Button, Shown
from sandbox.texts import units

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.picture import Entry

SVG = "{http://www.w3.org/2000/svg}"


def message(text: str, *kinds: tuple[str, str], mine: bool = False, **more: Any) -> Shown:
    """Return a message of the bot or a person; `kinds` are formatting and the words under it."""
    entities = tuple(
        {"type": kind, "offset": units(text[: text.index(words)]), "length": units(words)} for kind, words in kinds
    )
    sender = "Vera" if mine else "Verbatim"
    return Shown(1, 1, 1, sender, not mine, text, text, entities, **more)


def drawn(*entries: Entry, foot: str = "") -> ET.Element:
    """Return a picture as what an XML parser makes of it."""
    return ET.fromstring(picture(entries, "A chat", foot))


def said(svg: ET.Element) -> list[str]:
    """Return all lines of letters, in the order of drawing."""
    return ["".join(each.itertext()) for each in svg.iter(f"{SVG}text")]


def styled(svg: ET.Element) -> dict[str, dict[str, str]]:
    """Return pieces of text that look different, with how."""
    return {each.text or "": dict(each.attrib) for each in svg.iter(f"{SVG}tspan") if each.attrib}


def boxes(svg: ET.Element, colour: str) -> Iterator[dict[str, float]]:
    """Yield the rectangles of a colour."""
    for each in svg.iter(f"{SVG}rect"):
        if each.get("class") == colour:
            yield {name: float(value) for name, value in each.attrib.items() if name != "class"}


def test_the_bot_is_left_and_people_are_right() -> None:
    """Bubbles stand on their side with the name of who speaks, which is not repeated."""
    svg = drawn(Bubble(message("hi", mine=True)), Bubble(message("hello")), Bubble(message("again")))
    assert said(svg) == ["Vera", "hi", "Verbatim", "hello", "again"]
    (mine,) = boxes(svg, "mine")
    assert mine["x"] + mine["width"] == pytest.approx(MARGIN + COLUMN, abs=0.2)
    assert all(each["x"] in (MARGIN, MARGIN + COLUMN + GUTTER) for each in boxes(svg, "theirs"))


def test_formatting_is_drawn() -> None:
    """Bold, italic, struck, underlined, code and links look like that; their overlap has both."""
    kinds = {"bold": "B", "italic": "I", "code": "C", "text_link": "L", "strikethrough": "SU", "underline": "U"}
    svg = drawn(Bubble(message("B I C L SU", *kinds.items())))
    assert styled(svg) == {
        "Verbatim": {"font-weight": "bold"},
        "B": {"font-weight": "bold"},
        "I": {"font-style": "italic"},
        "C": {"font-family": "monospace"},
        "L": {"class": "link"},
        "S": {"text-decoration": "line-through"},
        "U": {"text-decoration": "line-through underline"},
    }


def test_formatting_behind_emoji_keeps_its_place() -> None:
    """Offsets count UTF-16 units, of which an emoji has two."""
    assert "bold" in styled(drawn(Bubble(message("😀👍 bold", ("bold", "bold")))))


def test_quotations_have_a_bar() -> None:
    """Each line of a quotation, an empty one too, has a bar at its left; lines around it have none."""
    svg = drawn(Bubble(message("a\nb\n\nc\nd", ("expandable_blockquote", "b\n\nc"))))
    assert len(list(boxes(svg, "bar"))) == 3


def test_buttons_stand_below() -> None:
    """Rows of buttons share the bubble's width; the tapped one is filled; a long label is cut."""
    rows = ((Button("Keep", "callback_data"), Button("x" * 90, "callback_data")), (Button("Undo", "callback_data"),))
    svg = drawn(Bubble(message("Card", buttons=rows), tapped="Keep"))
    (bubble,) = boxes(svg, "theirs")
    keys = [*boxes(svg, "tapped"), *boxes(svg, "key")]
    assert [round(each["x"] - bubble["x"]) for each in keys] == [0, round(keys[1]["x"] - bubble["x"]), 0]
    assert keys[-1]["width"] == bubble["width"]
    assert keys[-1]["y"] > keys[0]["y"] >= bubble["y"] + bubble["height"]
    assert re.fullmatch("x+…", said(svg)[3])


@pytest.mark.parametrize(("media", "words"), [("photo", "photo · figures.png"), ("document", "figures.png")])
def test_files_are_named(media: str, words: str) -> None:
    """A photo and a file have a place of their own, with their name; their caption stands below."""
    svg = drawn(Bubble(message("Caption", media=media, file_name="figures.png")))
    assert said(svg) == ["Verbatim", words, "Caption"]
    assert list(boxes(svg, "bar"))


def test_long_messages_are_shortened_and_say_so() -> None:
    """What is left out is counted; a message that fits is left whole."""
    text = "one\ntwo\nthree\nfour"
    assert said(drawn(Bubble(message(text), most_lines=2)))[1:] == ["one", "two", "… 2 more lines"]
    assert said(drawn(Bubble(message(text), most_lines=3)))[-1] == "… 1 more line"
    assert said(drawn(Bubble(message(text), most_lines=4)))[-1] == "four"


def test_what_was_written_anew_is_marked() -> None:
    """A message that the bot has edited says so."""
    assert said(drawn(Bubble(message("now", edited=True))))[0] == "Verbatim · edited"


def test_headings_toasts_and_small_print() -> None:
    """Headings and what appears for a moment stand in the middle; small print is at the end."""
    svg = drawn("Morning", Toast("Kept."), Bubble(message("text")), foot="Small print")
    assert said(svg) == ["Morning", "Kept.", "Verbatim", "text", "Small print"]
    assert [each.get("text-anchor") for each in svg.iter(f"{SVG}text")] == ["middle", "middle", None, None, None]


def test_a_chat_fills_two_columns() -> None:
    """The columns are about as high, nothing leaves the picture, and no heading is the last of a column."""
    chat: list[Entry] = [Bubble(message(f"Message {n}", mine=n % 2 == 0)) for n in range(11)]
    chat.insert(6, "Heading")
    svg = drawn(*chat)
    lowest = max(each["y"] + each["height"] for colour in ("mine", "theirs") for each in boxes(svg, colour))
    assert lowest < float(svg.attrib["height"])
    (pill,) = boxes(svg, "pill")
    below = [each for each in boxes(svg, "theirs") if (each["x"] < WIDTH / 2) == (pill["x"] < WIDTH / 2)]
    assert any(each["y"] > pill["y"] for each in below)
    for side in (lambda x: x < WIDTH / 2, lambda x: x >= WIDTH / 2):
        assert any(side(each["x"]) for colour in ("mine", "theirs") for each in boxes(svg, colour))


def test_an_empty_chat_is_drawn() -> None:
    """Without entries there is only the ground."""
    assert said(drawn()) == []


def test_the_picture_is_the_same_each_time() -> None:
    """The same entries make the same bytes; it has its title, colours for both modes, and asks nothing of the net."""
    entries = ["Day", Bubble(message("a <b> & \"c\" 'd'", ("bold", "<b>")))]
    one = picture(entries, 'A "chat" & more')
    assert one == picture(entries, 'A "chat" & more')
    assert ET.fromstring(one).findtext(f"{SVG}title") == 'A "chat" & more'
    assert one.count("prefers-color-scheme: dark") == 1
    for name, (light, dark) in COLOURS.items():
        assert f".{name} {{ fill: {light} }}" in one
        assert f".{name} {{ fill: {dark} }}" in one
    assert "href" not in one
    assert "@import" not in one


@pytest.mark.parametrize("ink", ["ink", "faint", "link", "name"])
@pytest.mark.parametrize("mode", [0, 1])
def test_letters_can_be_read(ink: str, mode: int) -> None:
    """Letters stand out from every ground they are on in both modes, at least 3 to 1 (WCAG 2.2, section 1.4.11)."""
    grounds = ("theirs", "mine", "quote") if ink != "faint" else ("theirs", "quote", "ground")
    for ground in grounds:
        one, other = sorted((luminance(COLOURS[ink][mode]), luminance(COLOURS[ground][mode])))
        assert (other + 0.05) / (one + 0.05) >= 3, ground


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@given(st.text(max_size=200), st.text(max_size=30))
def test_any_text_is_well_formed(text: str, label: str) -> None:
    """Whatever is said, named or written on a button, the picture is an XML document."""
    text = text.encode("utf-16-le", "replace").decode("utf-16-le", "replace")
    rows = ((Button(label, "url"),),)
    svg = picture([text, Toast(label), Bubble(message(text, buttons=rows, media="document", file_name=label))], label)
    ET.fromstring(svg.encode("utf-8", "replace"))


@given(st.text(alphabet="ab W😀語.\n", max_size=300), st.floats(40, 400))
def test_lines_fit_and_lose_nothing(text: str, width: float) -> None:
    """No line is wider than there is room, but for spaces at its end, and all letters are there in their order."""
    found = lines(message(text), width, 13, 14)
    for line in found:
        assert measured([Run(line.text.rstrip(" "))], 13) <= width
    assert re.sub(r"[ \n]", "", "".join(line.text for line in found)) == re.sub(r"[ \n]", "", text)


def test_words_stay_whole_where_they_fit() -> None:
    """Lines end at spaces; a word that is wider than a line is broken."""
    found = [line.text for line in lines(message("a short line and https://gazette.example/long"), 90, 13, 14)]
    assert found == ["a short line", "and", "https://gazette", ".example/long"]


def test_bold_letters_are_wider() -> None:
    """The width of bold letters is reckoned with, and that of combining ones is none."""
    assert measured([Run("word", frozenset({"bold"}))], 13) > measured([Run("word")], 13)
    assert measured([Run("e\u0301")], 13) == measured([Run("e")], 13)
    assert fitted("word", 400, 13) == "word"
