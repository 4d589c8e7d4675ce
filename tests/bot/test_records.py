"""The contract of `--json`."""

from __future__ import annotations

import datetime as dt
import json

from fake_answering import FakeAnswering, Told, article, cite, person

from bot.commands.records import answer_record, citation_record, question_record
from index.records import Question, QuestionKind

TEXT = "“The ferry sails,” Mina Okafor said.\n\nTobi Okafor promised more boats."
ANSWERING = FakeAnswering(
    {1: article(1, TEXT)},
    cast={1: person(1, "Mina Okafor", "mayor"), 2: person(2, "Tobi Okafor")},
    told=[
        Told(id=7, article=1, words="“The ferry sails,” Mina Okafor said.", said="“The ferry sails,”", speaker=1),
        Told(id=8, article=1, words="Tobi Okafor promised more boats.", said="more boats", speaker=2, kind="indirect"),
    ],
)
TOBI = {
    "id": 2,
    "name": "Tobi Okafor",
    "role": None,
    "statements": 1,
    "articles": 1,
    "first": "2024-05-02",
    "last": "2024-05-02",
}


def test_a_statement_carries_its_speaker() -> None:
    """A citation of a statement says who said it and how, with the attributed words as offsets into the text."""
    (citation,) = ANSWERING.ask("What did Tobi Okafor say?").citations
    record = citation_record(citation)
    assert (record["speaker"], record["role"], record["kind"], record["statement"]) == (
        "Tobi Okafor",
        None,
        "indirect",
        8,
    )
    assert [TEXT[start:end] for start, end in record["highlights"]] == ["more boats"]
    assert record["text"] == TEXT[record["start"] : record["end"]] == "Tobi Okafor promised more boats."


def test_a_passage_has_no_speaker() -> None:
    """A citation of a passage is shown under no name."""
    record = citation_record(cite(article(1, TEXT)))
    assert (record["speaker"], record["role"], record["kind"], record["statement"]) == (None, None, "passage", None)


def test_an_answer_says_whom_it_took_to_be_meant() -> None:
    """The speaker of an answer is there with counts and days; nobody is assumed."""
    record = json.loads(json.dumps(answer_record(ANSWERING.ask("What did Tobi Okafor say about football?"))))
    assert record["verdict"] == "nothing_found"
    assert (record["speaker"], record["assumed"], record["candidates"]) == (TOBI, False, [])
    assert record["searched"]["statements"] == 2


def test_candidates_are_listed() -> None:
    """An ambiguous question has its candidates, and no citation."""
    record = answer_record(ANSWERING.ask("What did Okafor say?"))
    assert (record["verdict"], record["speaker"], record["citations"]) == ("ambiguous", None, [])
    assert [(each["id"], each["role"]) for each in record["candidates"]] == [(1, "mayor"), (2, None)]
    assert record["candidates"][1] == TOBI


def test_what_was_understood_is_told() -> None:
    """The parts of a question are there for whoever wants to know why it was answered so."""
    question = Question(
        text="what did Pak say in The Post since May?",
        kind=QuestionKind.SAID,
        speaker="Pak",
        since=dt.date(2016, 5, 1),
        publisher="The Post",
    )
    assert question_record(question) == {
        "kind": "said",
        "speaker": "Pak",
        "topic": "",
        "since": "2016-05-01",
        "until": None,
        "publisher": "The Post",
    }
