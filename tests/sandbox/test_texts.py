"""Text is parsed by TDLib and measured as the documentation demands."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox import Person, Sandbox, texts
from sandbox.shown import render
from sandbox.texts import Text

NAMES = st.text(alphabet="ab 😀\n\r\t\u202e<&", max_size=30)


def parsed(raw: str, mode: str | None = "HTML", entities: list[dict[str, Any]] | None = None) -> Text:
    """Parse without any known users."""
    return texts.parse(raw, mode, entities, lambda _: None)


@pytest.mark.parametrize(
    ("raw", "mode", "plain", "entities"),
    [
        ("<b>hi</b> &amp; bye", "HTML", "hi & bye", [("bold", 0, 2)]),
        ("<b>hi</b>", None, "<b>hi</b>", []),
        ("<b>hi</b>", "", "<b>hi</b>", []),
        ("😀<i>x</i>", "html", "😀x", [("italic", 2, 1)]),
        ("*a* _b_", "MarkdownV2", "a b", [("bold", 0, 1), ("italic", 2, 1)]),
        ("<blockquote expandable>a\nb</blockquote>", "HTML", "a\nb", [("expandable_blockquote", 0, 3)]),
        ("<blockquote><b>a</b></blockquote>", "HTML", "a", [("blockquote", 0, 1), ("bold", 0, 1)]),
        ("  \n<b> a </b>\r\n ", "HTML", "a", [("bold", 0, 1)]),
        ("a\x01\u202eb", "HTML", "a b", []),
        ("see example.com and @someone", "HTML", "see example.com and @someone", [("url", 4, 11), ("mention", 20, 8)]),
        ("<code>example.com</code>", "HTML", "example.com", [("code", 0, 11)]),
        ('<a href="https://a.bc/#:~:text=x%20y">a.bc</a>', "HTML", "a.bc", [("text_link", 0, 4)]),
        ('<a href="tg://user?id=5">you</a>', "HTML", "you", []),
        ('<pre><code class="language-python">x</code></pre>', "HTML", "x", [("pre", 0, 1)]),
    ],
)
def test_text_is_kept_as_telegram_keeps_it(
    raw: str, mode: str | None, plain: str, entities: list[tuple[str, int, int]]
) -> None:
    """Markup becomes entities in UTF-16 units, outer white space goes, links and mentions are found."""
    text = parsed(raw, mode)
    assert text.plain == plain
    assert [(each["type"], each["offset"], each["length"]) for each in text.entities] == entities


async def test_the_text_of_a_link_keeps_its_address(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Links, code languages and mentions of known users carry their details."""
    raw = (
        f'<a href="https://a.bc/#:~:text=x%20y">a</a> <pre><code class="language-c">b</code></pre> '
        f'<a href="tg://user?id={alice.id}">c</a>'
    )
    message = (await api("sendMessage", chat_id=alice.id, text=raw, parse_mode="HTML")).result
    link, code, mention = message["entities"]
    assert link["url"] == "https://a.bc/#:~:text=x%20y"
    assert code["language"] == "c"
    assert mention["user"]["first_name"] == "Alice"
    assert telegram.messages(alice)[0].links == ["https://a.bc/#:~:text=x%20y"]


@pytest.mark.parametrize(
    ("values", "description"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "\u200b"}, "text must be non-empty"),
        ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "<b></b>" * 4682 + "a", "parse_mode": "HTML"}, "message is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "a < b", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
        (
            {"text": "_x", "parse_mode": "MarkdownV2"},
            "can't parse entities: Can't find end of Italic entity at byte offset 0",
        ),
        (
            {"text": "abc", "entities": [{"type": "bold", "offset": 2, "length": 9}]},
            "entity beginning at UTF-16 offset 2 ends after the end of the text at UTF-16 offset 11",
        ),
        (
            {"text": "😀abc", "entities": [{"type": "bold", "offset": 1, "length": 1}]},
            "entity begins in a middle of a UTF-16 symbol at byte offset 4",
        ),
        (
            {"text": "abc", "entities": [{"type": "italic", "offset": -1, "length": 1}]},
            "receive an entity with incorrect offset -1",
        ),
    ],
)
async def test_unusable_text_is_an_ordinary_error(
    telegram: Sandbox, api: Any, alice: Person, values: dict[str, Any], description: str
) -> None:
    """Text that Telegram refuses is answered as the official server words it, recorded, and not a violation."""
    answer = await api("sendMessage", chat_id=alice.id, **values)
    assert answer.status == 400
    assert answer.description == f"Bad Request: {description}"
    assert [each.description for each in telegram.errors] == [answer.description]
    assert telegram.messages(alice) == []


async def test_the_longest_texts_pass(api: Any, alice: Person) -> None:
    """4096 UTF-16 units pass whatever the markup around them, and so does a caption of 1024."""
    markup = "<b>" + "a" * 4096 + "</b>"
    assert len((await api("sendMessage", chat_id=alice.id, text=markup, parse_mode="HTML")).result["text"]) == 4096
    assert (await api("sendMessage", chat_id=alice.id, text="😀" * 2048)).result["text"] == "😀" * 2048


async def test_explicit_entities_are_taken_as_they_are(api: Any, alice: Person) -> None:
    """Entities sent beside a text come back on the message, together with what Telegram finds by itself."""
    entities = [
        {"type": "blockquote", "offset": 0, "length": 3},
        {"type": "text_link", "offset": 4, "length": 1, "url": "https://a.bc/"},
    ]
    message = (await api("sendMessage", chat_id=alice.id, text="abc d example.com", entities=entities)).result
    assert message["entities"] == [*entities, {"type": "url", "offset": 6, "length": 11}]


async def test_at_most_a_hundred_entities_are_kept(api: Any, alice: Person) -> None:
    """Formatting beyond a hundred entities is lost, as it is on the official server."""
    message = (await api("sendMessage", chat_id=alice.id, text="<b>a</b> " * 101, parse_mode="HTML")).result
    assert len(message["entities"]) == 100


@given(NAMES, st.integers(0, 30), st.integers(1, 30))
def test_entities_stay_on_their_words_through_cleaning(raw: str, start: int, length: int) -> None:
    """What an entity covers after cleaning is what it covered before, cleaned."""
    whole = raw[:start] + "x" + raw[start : start + length].replace("\r", "") + "y" + raw[start + length :]
    covered = whole[len(raw[:start]) : len(raw[:start]) + 2 + len(raw[start : start + length].replace("\r", ""))]
    entity = {"type": "bold", "offset": texts.units(raw[:start]), "length": texts.units(covered)}
    text = parsed(whole, None, [entity])
    (bold,) = [each for each in text.entities if each["type"] == "bold"]
    expected = covered.replace("\u202e", "").replace("\t", " ")
    assert texts.cut(text.plain, bold["offset"], bold["length"]) == expected


@given(NAMES)
def test_plain_text_is_shown_as_it_is(raw: str) -> None:
    """Rendering adds nothing to a text without entities."""
    text = parsed(raw, None)
    assert render(Text(text.plain)) == text.plain


@pytest.mark.parametrize(
    ("raw", "rendered"),
    [
        ("<b>a <i>b</i></b>", "**a _b_**"),
        ("x\n<blockquote>a\nb</blockquote>\ny", "x\n> a\n> b\ny"),
        ("x <blockquote>a</blockquote> y", "x \n> a\n y"),
        ("<blockquote expandable><b>a</b>\n\nb</blockquote>", "> **a**\n> \n> b"),
        ('😀 <a href="https://a.bc/">go</a> <code>c</code>', "😀 [go](https://a.bc/) `c`"),
        ("<s>a</s><u>b</u><tg-spoiler>c</tg-spoiler>", "~~a~~__b__||c||"),
    ],
)
def test_entities_are_written_out_for_reading(raw: str, rendered: str) -> None:
    """Bold, quotations and links can be read off the rendered text."""
    assert render(parsed(raw)) == rendered


@pytest.mark.parametrize(
    ("quote", "position", "found"),
    [("bc", 0, 1), ("a", 0, 0), ("a", 5, 5), ("cb", 0, None), ("BC", 0, None)],
)
def test_quotes_are_exact_substrings(quote: str, position: int, found: int | None) -> None:
    """A quote is found where it stands letter for letter, the place nearest to the wanted position first."""
    assert texts.find_quote(Text("abc 😀a"[:3] + "  abc"), Text(quote), position) == found
