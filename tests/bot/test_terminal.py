"""What a person sees in the terminal, line by line."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from fake_answering import FakeAnswering, Told, article, cite, person
from rich.console import Console
from served import CAST, SPOKEN, TOLD

from bot.commands.terminal import show_answer, show_citations

if TYPE_CHECKING:
    from index.records import Answer

ANSWERING = FakeAnswering(
    {int(str(each["number"])): article(**each) for each in SPOKEN},  # type: ignore[arg-type]
    cast={each[0]: person(*each) for each in CAST},
    told=[Told(**each) for each in TOLD],  # type: ignore[arg-type]
)


def shown(answer: Answer, **options: bool) -> list[str]:
    """Return what is printed of an answer on 80 columns, line by line."""
    out = Console(file=io.StringIO(), width=80, highlight=False, **options)  # type: ignore[arg-type]
    show_answer(out, answer)
    assert isinstance(out.file, io.StringIO)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]


def test_a_quotation_has_its_speaker_first() -> None:
    """Who is speaking comes first, with role; then the words beside an unbroken line; then where they stand."""
    assert shown(ANSWERING.ask("What did Ida Wren say?", 1)) == [
        "1  Ida Wren, lighthouse keeper",
        "   │ “The lighthouse needs paint 5 times,” Ida Wren said.",
        "   Harbour Gazette · 6 May 2024 · Article 5",
        "   https://gazette.example/articles/5",
        "",
        "Ida Wren: 4 statements in 4 articles, 6–9 May 2024.",
    ]


@pytest.mark.parametrize(
    ("question", "head", "bar"),
    [
        ("What did Ida Wren say?", "1  Ida Wren, lighthouse keeper", "│"),
        ("What did Tobi Okafor say?", "1  Tobi Okafor, harbour pilot · reported", "┊"),
        ("What did Ola Wren say?", "1  Ola Wren · reported, partly quoted", "┊"),
    ],
)
def test_reported_is_seen(question: str, head: str, bar: str) -> None:
    """What is reported says so, and has a broken line beside it."""
    first, second = shown(ANSWERING.ask(question))[:2]
    assert first == head
    assert second[3] == bar


def test_the_attributed_words_are_bold() -> None:
    """On a terminal with colours what is attributed stands out of its sentence."""
    lines = shown(ANSWERING.ask("What did Tobi Okafor say?"), force_terminal=True)
    assert "Tobi Okafor promised \x1b[1mthat the ferry would sail at night\x1b[0m." in lines[1]


def test_a_passage_has_its_title_first() -> None:
    """A passage is headed by its article, and its line below does not say the title again."""
    assert shown(ANSWERING.ask("who slept?", 1))[0] == "1  Pilots"
    assert shown(ANSWERING.ask("who slept?", 1))[2] == "   Harbour Gazette · 5 May 2024"


def test_no_name_is_made_up() -> None:
    """A statement without a speaker is unattributed."""
    out = Console(file=io.StringIO(), width=80)
    show_citations(out, [cite(article(1, "“So it is.”"), kind="indirect", role="mayor")])
    assert isinstance(out.file, io.StringIO)
    assert out.file.getvalue().splitlines()[0] == "1  unattributed · reported"


def test_candidates_are_numbered() -> None:
    """A name that fits several people is asked about, with role, number and last day of each."""
    assert shown(ANSWERING.ask("What did Okafor say?")) == [
        "Which Okafor?",
        "1  Mina Okafor  mayor of Port Vell  3 statements, last 4 May 2024",
        "2  Tobi Okafor  harbour pilot       1 statement, last 5 May 2024",
    ]


def test_an_assumption_is_told_first() -> None:
    """Who was taken to be meant, and who was not, is said above the answer."""
    assert shown(ANSWERING.ask("What did Wren say?", 1))[:3] == [
        "Taken to mean Ida Wren (4 statements); not Ola Wren.",
        "",
        "1  Ida Wren, lighthouse keeper",
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        (
            "What did Ola Wren say about football?",
            "Ola Wren: 1 statement in 1 article, 10 May 2024, none about football.",
        ),
        (
            "What did Zed say?",
            "No article quotes Zed. I looked through 21 statements in 9 articles from 2 May 2024 to 10 May 2024.",
        ),
        ("who won?", "I found nothing about that. I looked through 9 articles from 2 May 2024 to 10 May 2024."),
    ],
)
def test_nothing_found_says_what_was_searched(question: str, said: str) -> None:
    """Nothing found is said with what was searched, and the nearest passages stand under a label."""
    lines = shown(ANSWERING.ask(question))
    end = lines.index("")
    assert " ".join(lines[:end]) == said
    assert lines[end + 1] == "Nearest passages, which may be about something else:"
    assert lines[end + 2] == "1  Article 1"
