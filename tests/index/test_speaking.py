"""Answers about who said what: the right speaker, the topic, the days, and honest silence.

People, places and papers are invented. Statements are found by a pattern (`Name said "words"`), so that only the
answering is put to the test here.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from fakes import HashEncoder, small_app
from sqlalchemy import event

from corpus.records import Draft
from index.records import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.app import App
    from index.records import Answer

HARBOUR = """The council met, and mayor Mina Okafor said "the harbour wall will be raised by two metres in spring".

Critics stayed away. Tobi Okafor said that the harbour wall is a waste of money. Okafor was booed.

Ole Lind said "herring quotas are a disgrace for every fisherman". HARBOUR BOARD said that dredging would begin."""

SCHOOLS = """Teachers are worried. Mina Okafor said "no school will close while I am in office".

Ole Lind said that the harbour wall came ten years too late."""

DRAFTS = (
    Draft(text=HARBOUR, title="Harbour", key="harbour", publisher="Port Vale Post", published=date(2024, 3, 4)),
    Draft(text=SCHOOLS, title="Schools", key="schools", publisher="Morn Mail", published=date(2024, 5, 20)),
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Two articles, indexed."""
    app = small_app(tmp_path / "data", encoder=HashEncoder(dimension=1024, window=45))
    app.writer.add(DRAFTS)
    app.projection.catch_up()
    yield app
    app.close()


def ask(app: App, question: str, **chosen: int) -> Answer:
    """Ask as of the summer after."""
    return app.answerer.ask(question, today=date(2024, 6, 1), **chosen)


def cited(answer: Answer) -> list[tuple[str | None, str]]:
    """Return the speaker and the attributed words of each citation."""
    return [
        (each.speaker, " … ".join(span.of(each.article.text) for span in each.highlights)) for each in answer.citations
    ]


@pytest.fixture
def queries(app: App) -> list[str]:
    """What the database is asked, from now on."""
    asked: list[str] = []
    event.listen(app.store.engine, "before_cursor_execute", lambda *about: asked.append(about[2]))
    return asked


@pytest.mark.parametrize(
    "question",
    [
        "What did Mina Okafor say about the harbour wall?",
        "What did Mina Okafor say in May 2024?",
        "What did Mina Okafor say?",
        "Who said the harbour wall came too late?",
        "harbour wall",
        "school in May 2024",
    ],
)
def test_a_question_asks_the_database_only_for_what_is_shown(app: App, queries: list[str], question: str) -> None:
    """However much there is to weigh: what state it is in (twice), then articles, and what of them is cited."""
    ask(app, question)
    queries.clear()
    answer = ask(app, question)
    assert answer.citations
    assert [query.split()[0] for query in queries if query.split()[0] != "BEGIN"] == ["SELECT"] * 4
    queries.clear()
    assert app.answerer.verify(answer.citations[0])
    assert len([query for query in queries if query.split()[0] != "BEGIN"]) <= 4


def test_what_is_gone_but_not_yet_from_the_index_is_not_cited(app: App) -> None:
    """Between a removal and its replay the index still finds it; what is shown is read from the corpus."""
    app.writer.remove([app.store.find("harbour").id])
    for question in ("What did Mina Okafor say about the harbour wall?", "What did Mina Okafor say?", "harbour wall"):
        answer = ask(app, question)
        assert {each.article.key for each in (*answer.citations, *answer.nearest)} <= {"schools"}


def test_what_somebody_said_about_something_comes_under_their_name(app: App) -> None:
    """The first citation is the speaker's own statement, marked, with its kind."""
    answer = ask(app, "What did Mina Okafor say about the harbour wall?")
    assert answer.verdict is Verdict.ANSWERED
    assert cited(answer)[0] == ("Mina Okafor", '"the harbour wall will be raised by two metres in spring"')
    assert answer.citations[0].kind == "direct"
    assert answer.citations[0].role == "and mayor"
    assert answer.speaker is not None
    assert answer.speaker.speaker.name == "Mina Okafor"


@pytest.mark.parametrize(
    "question", ["What did Mina Okafor say about the harbour wall?", "mina okafor on the harbour wall"]
)
def test_nobody_elses_words_are_shown(app: App, question: str) -> None:
    """Not those of a namesake, and not those of others on the same topic."""
    answer = ask(app, question)
    assert {speaker for speaker, _ in cited(answer)} == {"Mina Okafor"}


def test_reported_speech_is_told_from_quotations(app: App) -> None:
    """What stands in the article's own words is "indirect"."""
    answer = ask(app, "What did Tobi Okafor say about the harbour wall?")
    assert answer.citations[0].kind == "indirect"
    assert cited(answer)[0] == ("Tobi Okafor", "the harbour wall is a waste of money")


def test_a_surname_that_fits_several_is_asked_back(app: App) -> None:
    """The candidates come with the most statements first, and a choice answers the question."""
    answer = ask(app, "What did Okafor say about the harbour wall?")
    assert answer.verdict is Verdict.AMBIGUOUS
    assert answer.citations == ()
    assert [each.speaker.name for each in answer.candidates] == ["Mina Okafor", "Tobi Okafor"]
    chosen = ask(app, "What did Okafor say about the harbour wall?", speaker=answer.candidates[1].speaker.id)
    assert {speaker for speaker, _ in cited(chosen)} == {"Tobi Okafor"}


def test_of_two_namesakes_the_one_who_spoke_of_it_is_meant(app: App) -> None:
    """If only one of those who share a surname spoke about the topic, the answer is theirs, and names the other."""
    answer = ask(app, "What did Okafor say about a school that will close in office?")
    assert answer.verdict is Verdict.ANSWERED
    assert {each.speaker for each in answer.citations} == {"Mina Okafor"}
    assert answer.assumed
    assert [each.speaker.name for each in answer.candidates] == ["Tobi Okafor"]


def test_one_who_is_overwhelmingly_likely_is_assumed_and_said_so(app: App) -> None:
    """With twenty statements against one, the answer is hers, and names the other."""
    said = " ".join(f'Mina Okafor said "bridge number {n} will be painted".' for n in range(20))
    app.writer.add([Draft(text=said, key="bridges")])
    app.projection.catch_up()
    answer = ask(app, "What did Okafor say about the harbour wall?")
    assert (answer.verdict, answer.assumed) == (Verdict.ANSWERED, True)
    assert answer.speaker is not None
    assert answer.speaker.speaker.name == "Mina Okafor"
    assert [each.speaker.name for each in answer.candidates] == ["Tobi Okafor"]


@pytest.mark.parametrize(
    "question",
    [
        "What did Ida Wren say about the harbour wall?",  # nobody of that name
        "What did Bruno Okafor say about the harbour wall?",  # another of that surname
        "What did Ole Lind say about quinoa and saffron?",  # not about that
    ],
)
def test_what_was_not_said_is_not_answered(app: App, question: str) -> None:
    """The verdict is that nothing was found, and what came nearest is no answer."""
    answer = ask(app, question)
    assert (answer.verdict, answer.citations) == (Verdict.NOTHING_FOUND, ())
    assert answer.nearest
    assert answer.searched.statements == 6


def test_who_said_it_is_found_by_what_was_said(app: App) -> None:
    """Whoever is named in the question is not the answer."""
    answer = ask(app, "Who said that the harbour wall is a waste of money?")
    assert cited(answer)[0][0] == "Tobi Okafor"
    answer = ask(app, "Who said that Lind came ten years too late to the harbour wall?")
    assert "Ole Lind" not in {speaker for speaker, _ in cited(answer)}


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("What did Ole Lind say about the harbour wall in May 2024?", "schools"),
        ("What did Ole Lind say since April about the harbour wall?", "schools"),
        ("What did Ole Lind say in the Morn Mail about the harbour wall?", "schools"),
        ("What did Ole Lind say about herring quotas in March?", "harbour"),
    ],
)
def test_days_and_publisher_come_before_the_search(app: App, question: str, key: str) -> None:
    """Only articles of those days, or of that paper, are cited."""
    answer = ask(app, question)
    assert answer.verdict is Verdict.ANSWERED
    assert {each.article.key for each in answer.citations} == {key}


def test_without_a_topic_the_latest_comes_first(app: App) -> None:
    """Somebody's statements are listed by day."""
    answer = ask(app, "What did Ole Lind say?")
    assert [each.article.key for each in answer.citations] == ["schools", "harbour"]


def test_the_same_quotation_in_two_papers_is_one_citation(app: App) -> None:
    """It is shown once, with "also in"."""
    words = 'Ole Lind said "herring quotas are a disgrace for every fisherman on this coast".'
    app.writer.add([Draft(text=f"News. {words}", key="one"), Draft(text=f"More of it here. {words} End.", key="two")])
    app.projection.catch_up()
    answer = ask(app, "What did Ole Lind say about herring quotas on this coast?")
    first = answer.citations[0]
    assert {first.article.key, *(each.key for each in first.also_in)} >= {"one", "two"}


def test_a_citation_is_recalled_with_its_speaker(app: App) -> None:
    """By article, span and statement, as a button keeps it."""
    first = ask(app, "What did Mina Okafor say about the harbour wall?").citations[0]
    recalled = app.answerer.recall(first.article.id, first.span, first.statement)
    assert recalled is not None
    assert (recalled.speaker, recalled.kind, recalled.highlights) == (first.speaker, first.kind, first.highlights)
    assert app.answerer.verify(recalled)


def test_a_correction_takes_the_words_from_the_speaker_at_once(app: App) -> None:
    """What was "not said by" her is neither answered nor verified under her name any more."""
    question = "What did Mina Okafor say about the harbour wall?"
    first = ask(app, question).citations[0]
    assert first.statement is not None
    assert first.speaker is not None
    registry = app.answerer.weighing.view().registry
    app.corrections.not_said_by(first.statement, registry.named("Mina Okafor").speaker.id)
    assert not app.answerer.verify(first)
    assert first.text not in {each.text for each in ask(app, question).citations}
    assert app.answerer.recall(first.article.id, first.span, first.statement) != first


def test_speakers_are_listed_and_found(app: App) -> None:
    """Most statements first; words narrow by name."""
    assert [each.speaker.name for each in app.answerer.speakers()][:2] == ["Mina Okafor", "Ole Lind"]
    assert [each.speaker.name for each in app.answerer.speakers("Lind")] == ["Ole Lind"]
    lind = app.answerer.speakers("Lind")[0]
    assert app.answerer.profile(lind.speaker.id) == lind
    assert (lind.statements, lind.articles, lind.first, lind.last) == (2, 2, date(2024, 3, 4), date(2024, 5, 20))
