"""Citations as Telegram HTML, held against Telegram's own parser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import tdjson
from fake_answering import article, cite, cite_span
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.formatting import MOST_BYTES, MOST_UNITS, Note, attribution, compose, heading, note, surroundings
from bot.chat.splitting import utf16
from corpus.quotations import paragraphs
from corpus.records import Span
from index.records import Citation, Context

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = (
    'Prologue.\n\n<b>Hostile</b> & <a href="https://evil.example">co</a> &amp; &lt; said: “Ja & <i>nein</i> 😀” and '
    "„שלום“ \u200fכן.\n\nEpilogue."
)
BRIDGE = article(
    1,
    "The council met.\n\n“The bridge will open in spring,” said Mina Okafor, the mayor.\n\nWork began two years ago.",
    title="Bridge to open",
)

AROUND = Context(BRIDGE, *paragraphs(BRIDGE.text))


def cite_said(**fields: object) -> Citation:
    """Return a citation of what the mayor said."""
    start = BRIDGE.text.index("“The")
    values: dict[str, object] = {
        "highlights": (Span(start, BRIDGE.text.index(" said Mina")),),
        "speaker": "Mina Okafor",
        "role": "mayor of <Port Vell>",
        "statement": 7,
    }
    return cite_span(BRIDGE, AROUND.span, **(values | fields))


def parsed(message: Note) -> tuple[str, list[dict[str, Any]]]:
    """Return what Telegram makes of a message: its text, and its entities in UTF-16 units."""
    request = {"@type": "parseTextEntities", "text": message.html, "parse_mode": {"@type": "textParseModeHTML"}}
    answer = json.loads(tdjson.td_execute(json.dumps(request).encode()) or b"{}")
    assert answer["@type"] == "formattedText", answer
    return answer["text"], answer["entities"]


def under(message: Note, kind: str) -> list[str]:
    """Return the pieces of a parsed message under one kind of entity."""
    text, entities = parsed(message)
    raw = text.encode("utf-16-le")
    found = [each for each in entities if each["type"]["@type"] == f"textEntityType{kind}"]
    return [raw[2 * each["offset"] : 2 * (each["offset"] + each["length"])].decode("utf-16-le") for each in found]


@pytest.mark.parametrize(
    ("name", "messages"),
    [
        ("one", compose([cite(BRIDGE, "“The bridge will open in spring,” said Mina Okafor, the mayor.")])),
        (
            "several",
            compose(
                [
                    cite(BRIDGE, "The council met.", kind="direct", speaker="Mina <Okafor>"),
                    cite(article(2, HOSTILE, title="A & B", publisher="<i>Mirror</i>"), also_in=(BRIDGE,)),
                    cite(article(3, "Plain.", url=None, title="", key=None, published=None, publisher=None)),
                ],
                first=4,
                lead="Nearest & <label>:",
            ),
        ),
        ("context", compose([surroundings(AROUND)], 2, "Context:")),
        ("right_to_left", compose([cite(article(4, "„כן“ אמר.", title="חדשות היום", publisher="העיתון"))])),
        ("own_words", [note("Nothing about <this> & that.")]),
        ("direct", compose([cite_said(kind="direct")])),
        ("mixed", compose([cite_said(kind="mixed", also_in=(BRIDGE,))], lead="Taken to mean Mina <Okafor>.")),
        ("reported", compose([cite_said(kind="indirect", role=None), cite_said(kind="indirect", speaker=None)])),
        ("statement_context", compose([surroundings(AROUND, cite_said(kind="direct"))], 3, "Context:")),
    ],
)
def test_golden_messages(name: str, messages: list[Note]) -> None:
    """Messages are written exactly as they were reviewed."""
    written = "\n=====\n".join(message.html for message in messages) + "\n"
    assert written == (GOLDEN / f"{name}.html").read_text(encoding="utf-8")


def test_context_highlights_the_passage() -> None:
    """The surroundings of a passage are one quotation of the article, in which the passage is bold."""
    (message,) = compose([surroundings(AROUND)])
    assert under(message, "ExpandableBlockQuote") == [BRIDGE.text]
    assert under(message, "Bold") == [AROUND.span.of(BRIDGE.text)]


def test_overlapping_highlights_become_one() -> None:
    """Highlights that overlap or touch are one bold piece; what lies outside the citation is not marked."""
    source = article(7, "One two three four five six.")
    quoted = (Span(0, 3), Span(8, 18), Span(4, 13), Span(19, 23))
    (message,) = compose([cite_span(source, Span(4, 18), highlights=quoted, kind="indirect")])
    assert under(message, "Bold") == ["two three four"]


def test_long_names_are_shortened() -> None:
    """A title or name as long as an article does not eat up the message."""
    long = article(5, "Text.", title="T" * 5000, publisher="P" * 5000)
    said = cite(long, kind="direct", speaker="S" * 5000, role="R" * 5000)
    assert "T" * 149 + "…" in attribution(said)
    assert "P" * 79 + "…" in attribution(said)
    assert heading(said, 1) == f"[1] 💬 <b>{'S' * 79}…</b>, {'R' * 149}…"
    assert "T" * 149 + "…" in heading(cite(long), 1)


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("direct", "[2] 💬 Mina Okafor, mayor of <Port Vell>"),
        ("mixed", "[2] 📝 Mina Okafor, mayor of <Port Vell> · reported, partly quoted"),
        ("indirect", "[2] 📝 Mina Okafor, mayor of <Port Vell> · reported"),
        ("passage", "[2] Bridge to open"),
    ],
)
def test_who_is_speaking_comes_first(kind: str, head: str) -> None:
    """A statement is headed by its speaker, and whether it is reported; a passage by its article's title."""
    (message,) = compose([cite_said(kind=kind)], 2)
    assert message.plain.splitlines()[0] == head
    assert under(message, "Bold")[0] == ("Bridge to open" if kind == "passage" else "Mina Okafor")


def test_unattributed_is_said() -> None:
    """A statement of which the article names no speaker is shown under no name."""
    (message,) = compose([cite_said(kind="direct", speaker=None, role=None)])
    assert message.plain.splitlines()[0] == "[1] 💬 unattributed"


def test_numbers_have_no_gaps_and_no_repetition() -> None:
    """Numbers ascend by one over all messages, and every message knows which citations end in it."""
    sources = [article(n, f"Sentence {n}. " * 120) for n in range(1, 8)]
    messages = compose([cite(each) for each in sources], first=3)
    assert [number for message in messages for number in message.numbers] == [3, 4, 5, 6, 7, 8, 9]
    shown = [line for message in messages for line in message.plain.splitlines() if line.startswith("[")]
    assert [line[:3] for line in shown] == [f"[{n}]" for n in range(3, 10)]
    assert len(messages) == 4


def test_highlights_beyond_telegrams_limit_are_dropped() -> None:
    """Telegram takes 100 entities a message; the quotation and its link are not among those it drops."""
    source = article(6, "“a” " * 300)
    quoted = tuple(Span(4 * n, 4 * n + 3) for n in range(300))
    for message in compose([cite_span(source, Span(0, 1200), highlights=quoted)] * 2):
        _, entities = parsed(message)
        assert len(entities) <= 100
        assert len(under(message, "TextUrl")) == len(under(message, "ExpandableBlockQuote")) == 1


MARKUP = ["<b>", "</b>", "</blockquote>", "&amp;", "&", "<", ">", '"', "“", "”"]
SCRIPTS = ["😀", "👩\u200d🚒", "שלום", "\u200f", "e\u0301", "字" * 30]
PROSE = [" ", "\n", "\n\n", ". ", "word ", "x" * 90, "A sentence of some words. " * 8]
PIECES = st.sampled_from(MARKUP + SCRIPTS + PROSE)
BODIES = st.lists(PIECES, min_size=1, max_size=120).map("".join).filter(lambda text: text.strip() != "")
NAMES = st.lists(PIECES, max_size=3).map("".join)


KINDS = st.sampled_from(["passage", "direct", "mixed", "indirect", "context"])


@given(
    st.lists(st.tuples(BODIES, NAMES), min_size=1, max_size=4), st.sampled_from(["", "Nearest & <b>:"]), KINDS, NAMES
)
def test_what_is_shown_is_the_article_itself(bodies: list[tuple[str, str]], lead: str, kind: str, name: str) -> None:
    """Telegram's parser gives back every citation character by character, within all limits, whatever stands in it."""
    sources = [article(n, body, title=name, publisher=name) for n, (body, name) in enumerate(bodies, start=1)]
    messages = compose([cite(each, kind=kind, speaker=name, role=name) for each in sources], lead=lead)
    shown = []
    for message in messages:
        text, _ = parsed(message)
        assert text == message.plain
        assert 1 <= utf16(text) <= MOST_UNITS
        assert len(message.html.encode()) <= MOST_BYTES
        shown += under(message, "ExpandableBlockQuote")
    folded = ["".join(each.split()) for each in shown]
    assert "".join(folded) == "".join("".join(each.text.split()) for each in sources)
    if len(shown) == len(sources):  # nothing was cut
        assert shown == [each.text for each in sources]
