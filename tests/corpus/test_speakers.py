"""Who spoke."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from corpus.records import Attribution, Character, Span, SpeakerKind
from corpus.speakers import resolve

PAGE = Path(__file__).parents[3] / "shared" / "data" / "korea-herald-page.txt"


def marked(text: str) -> tuple[str, list[Attribution]]:
    """Read sources in brackets and contents in braces, which go together in their order; "[]" names nobody."""
    plain = ""
    sources: list[Span | None] = []
    contents: list[Span] = []
    opened = 0
    for piece in re.split(r"([\[\]{}])", text):
        if piece in ("[", "{"):
            opened = len(plain)
        elif piece == "]":
            sources.append(Span(opened, len(plain)) if opened < len(plain) else None)
        elif piece == "}":
            contents.append(Span(opened, len(plain)))
        else:
            plain += piece
    assert len(sources) == len(contents)
    return plain, [
        Attribution(source=(source,) if source else (), cue=(), content=(content,), confidence=1.0)
        for source, content in zip(sources, contents, strict=True)
    ]


def speakers(text: str, author: str | None = None) -> list[str]:
    """Return the speakers of the statements of a marked text, several joined by " + ", none as "-"."""
    plain, found = marked(text)
    cast, said = resolve(plain, found, author)
    return [" + ".join(cast[position].name for position in positions) or "-" for positions, _ in said]


TABLE = [
    # Surnames and titles.
    ("Foreign minister Péter Lakatos met reporters. {It is over}, [Lakatos] said.", ["Péter Lakatos"]),
    ("{It is over}, [Lakatos] said. Péter Lakatos is foreign minister.", ["Péter Lakatos"]),
    ("Kim Min-seok won. {I was lucky}, [Kim] said.", ["Kim Min-seok"]),
    (
        "Anna Berg and Karl Berg own the mill. {We sell}, [Ms. Berg] said. {We do not}, [Mr. Berg] said.",
        ["Anna Berg", "Karl Berg"],
    ),
    ("Sen. Ruth Hale spoke first. {No deal}, [Senator Hale] said.", ["Ruth Hale"]),
    ("President Tomás Vela Ortiz came. {We pay}, [Vela Ortiz] said.", ["Tomás Vela Ortiz"]),
    # Pronouns.
    ("Maria Rossi runs the bank. {Rates will fall}, [she] said.", ["Maria Rossi"]),
    ("Maria Rossi met John Baker on Monday. {Rates will fall}, [he] said.", ["John Baker"]),
    (
        "{We lost}, coach [Emma Stone] said. {It hurts}, [she] added. Captain Lucy Hill was absent.",
        ["Emma Stone", "Emma Stone"],
    ),
    ("Judge Ian Moss, [who] said {the jury erred}, left.", ["Ian Moss"]),
    # Roles.
    (
        "The mayor, Olga Petrova, met engineer Boris Ivanov. [He] said {it leaks}, [the mayor] {it does not}.",
        ["Boris Ivanov", "Olga Petrova"],
    ),
    (
        "Gov. Tom Reed and Sen. Ann Cole differ. {It is bad}, [the senator] said. {No}, [the governor] said.",
        ["Ann Cole", "Tom Reed"],
    ),
    # Organisations and those who speak for them.
    ("[The European Central Bank] said {rates will stay}.", ["European Central Bank"]),
    ("[Dana Cole, a spokeswoman for Harlan Motors Corp], said {sales rose}.", ["Dana Cole + Harlan Motors Corp"]),
    ("Harlan Motors Corp cut jobs. [The company] said {it had no choice}.", ["Harlan Motors Corp"]),
    ("[Ben Frost and Lisa Marsh] wrote {that cells age}.", ["Ben Frost + Lisa Marsh"]),
    # Possessives.
    ("Victor Hugo Paz lost. [Paz’s lawyer] said {he will appeal}.", ["Victor Hugo Paz’s lawyer"]),
    ("Erik Dahl resigned. [His answer] was {no}.", ["Erik Dahl"]),
    # Nobody with a name.
    ("[A senior official] said {the talks failed}.", ["a senior official"]),
    ("[Critics] say {it is too dear}.", ["critics"]),
    # Statements that go on.
    ("“{I ran},” [Sarah Long] said. []“{Then I fell.}”", ["Sarah Long", "Sarah Long"]),
    ("[] {It rained}.", ["-"]),
]


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[str(number) for number in range(len(TABLE))])
def test_speakers(text: str, expected: list[str]) -> None:
    """The words that name a source lead to who is meant in the article."""
    assert speakers(text) == expected


def test_writer() -> None:
    """Outside quotations "I" is who wrote the article; without an author it is nobody."""
    assert speakers("[I] think {it is late}.", author="By Nora Field") == ["Nora Field"]
    assert speakers("[I] think {it is late}.") == ["-"]


def test_cast() -> None:
    """The cast holds who spoke, with fullest name, other forms, roles and kind, in the order of first statements."""
    plain, found = marked("Mayor Olga Petrova came. {It leaks}, [Petrova] said. {No}, [a guard] said.")
    cast, said = resolve(plain, found)
    assert cast == (
        Character(name="Olga Petrova", kind=SpeakerKind.PERSON, aliases=("Petrova",), roles=("Mayor",)),
        Character(name="a guard", kind=SpeakerKind.UNNAMED),
    )
    assert [positions for positions, _ in said] == [(0,), (1,)]
    assert all(0 < confidence <= 1 for _, confidence in said)


def test_bare_surname() -> None:
    """Who speaks under a name that is a surname elsewhere is a person; under a newspaper's, a newspaper."""
    plain, found = marked("It rained. {So what}, [Sanders] told us. {It will stop}, [Reuters] reported.")
    cast, _ = resolve(plain, found)
    assert {each.name: each.kind for each in cast} == {
        "Sanders": SpeakerKind.PERSON,
        "Reuters": SpeakerKind.ORGANISATION,
    }


def test_role_without_relative_clause() -> None:
    """A role ends where a sentence about its holder begins."""
    plain, found = marked("Olga Petrova, a former judge who argued with Mr. Lind, came. {It leaks}, [Petrova] said.")
    cast, _ = resolve(plain, found)
    assert cast[0].roles == ("former judge",)


def test_transcript() -> None:
    """A label in capitals is the person whom the text names in full."""
    assert speakers("Anna Berg was interviewed.\n\n[BERG]: {I will run.}") == ["Anna Berg"]


def test_nothing() -> None:
    """A text without attributions has no cast."""
    assert resolve("Nothing.", []) == ((), ())
    assert resolve("", []) == ((), ())


@pytest.mark.skipif(not PAGE.exists(), reason="../shared is not there")
def test_pasted_page() -> None:
    """On a page as people paste it, the statements go to the three who made them, and not to whom they name."""
    text = PAGE.read_text("utf-8")

    def attribution(source: str, cue: str) -> Attribution:
        at = text.index(f"{source} {cue}")
        start = at + len(source) + len(cue) + 2
        return Attribution(
            source=(Span(at, at + len(source)),),
            cue=(Span(at + len(source) + 1, start - 1),),
            content=(Span(start, start + 9),),
            confidence=1.0,
        )

    found = [
        attribution("North Korea", "on Monday criticized"),
        attribution("Pak", "further said"),
        attribution("North Korean leader Kim Jong-un", "expressed"),
        attribution("Pak", "criticized"),
    ]
    cast, said = resolve(text, found)
    assert [tuple(cast[position].name for position in positions) for positions, _ in said] == [
        ("North Korea",),
        ("Pak Jong Chon",),
        ("Kim Jong-un",),
        ("Pak Jong Chon",),
    ]
    assert {c.name: c.kind for c in cast}["North Korea"] is SpeakerKind.ORGANISATION
