"""Answers: every word of them stands in a stored article, and where nothing answers, that is said.

People, places and papers are invented.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from fakes import HashEncoder, small_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.records import Draft, Span
from index.answering import MOST_CITATIONS, NEAREST
from index.records import Searched, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.app import App
    from index.records import Answer, Citation

TREATY = """PORT VALE – Senator Jane Roe told reporters on Tuesday that the treaty was a mistake.

“We signed in haste, and we shall regret it at leisure,” she said. “Nobody read the annex.”

Her party had voted for it in spring."""

FERRY = """The ferry Aurora sank off Cape Lind on Monday. All forty passengers were brought ashore.

Captain Ole Lind blamed “a wave as high as a church” for the accident.

The company called his account ''premature and wholly unhelpful'' in a short statement, and it asked for patience."""

RENTS = """Minister Emre Öksüz announced that rents would be frozen for a year – “no exceptions, no excuses,” he said.

Landlords protested. The treaty of 1911 between tenants and owners had never been touched before, they said."""

KOREAN = """임도윤 의원은 화요일 기자들에게 조약이 실수였다고 말했다.

“우리는 서두르지 말아야 했다”고 그는 덧붙였다."""

WIRE = """The glacier above Morn has lost a third of its ice since the last survey, the institute said on Friday. Its \
director, Ada Falk, called the loss “faster than any of us thought possible” and warned that the lake below it could \
break through its dam of gravel within the coming two summers unless a drain was dug in time.

The valley council will meet on Sunday to talk about the cost of such a drain, which engineers put at nine million."""

DRAFTS = (
    Draft(text=TREATY, title="Roe on the treaty", key="treaty", published=date(2020, 3, 1)),
    Draft(text=FERRY, title="Ferry sinks", key="ferry", published=date(2021, 6, 30)),
    Draft(text=RENTS, title="Rents", key="rents"),
    Draft(text=KOREAN, title="임도윤", key="korean", published=date(2020, 12, 24)),
    Draft(text=WIRE, title="Glacier", key="wire", publisher="Morn Mail"),
)

QUESTIONS = (
    "Which treaty was a mistake?",
    "Which wave caused the accident of the ferry Aurora?",
    "where is the company's statement",
    "When will rents be frozen, Minister Öksüz?",
    "임도윤 의원은 조약에 대해 무엇을 말했나?",
    "When did Ada Falk find the loss faster than any of us thought possible?",
    "treaty",
    "What did Zorblax say about the treaty?",
    "quinoa recipes with saffron",
)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[App]:
    """An empty corpus. So many dimensions that texts without a common word are hardly near each other."""
    app = small_app(tmp_path / "data", encoder=HashEncoder(dimension=1024, window=45))
    yield app
    app.close()


@pytest.fixture
def app(empty: App) -> App:
    """A corpus of five articles, indexed."""
    return add(empty, *DRAFTS)


def add(app: App, *drafts: Draft) -> App:
    """Store drafts and bring the index up to date."""
    app.writer.add(drafts)
    app.projection.catch_up()
    return app


def number(app: App, key: str) -> int:
    """Return an article's id."""
    return app.store.find(key).id


def keys(citations: tuple[Citation, ...]) -> list[str | None]:
    """Return the keys of the articles cited, in order."""
    return [citation.article.key for citation in citations]


def shown(answer: Answer) -> tuple[Citation, ...]:
    """Return all that a person may get to see of an answer."""
    return answer.citations + answer.nearest


# Word for word


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_is_a_slice_of_its_stored_article(app: App, question: str) -> None:
    """Text, span and article fit together, in the database as in the record."""
    answer = app.answerer.ask(question)
    assert shown(answer)
    for citation in shown(answer):
        stored = app.store.article(citation.article.id)
        assert stored == citation.article
        assert stored.text[citation.span.start : citation.span.end] == citation.text
        assert citation.text == citation.text.strip() != ""
        assert citation.is_verbatim
        assert app.answerer.verify(citation)
        assert (citation.speaker, citation.kind) == (None, "passage")


@pytest.mark.parametrize("question", QUESTIONS)
def test_highlights_are_words_between_quotation_marks(app: App, question: str) -> None:
    """Each lies inside the citation, in text order, and is a quotation with its marks."""
    for citation in shown(app.answerer.ask(question)):
        for highlight in citation.highlights:
            assert citation.span.contains(highlight)
            words = highlight.of(citation.article.text)
            assert (words[0], words[-1]) in {("“", "”"), ("'", "'")}
        assert list(citation.highlights) == sorted(citation.highlights)


def test_titles_and_scare_quotes_are_not_highlighted(app: App) -> None:
    """Only quotations of four words or more are: “Nobody read the annex.” is, and a title of one word would not be."""
    (citation,) = app.answerer.ask(QUESTIONS[0], limit=1).citations
    assert [span.of(TREATY) for span in citation.highlights] == [
        "“We signed in haste, and we shall regret it at leisure,”",
        "“Nobody read the annex.”",
    ]
    add(app, Draft(text="The film “Aurora Sinks” won the Harpoon of Cannery Row.", key="film"))
    (film,) = app.answerer.ask("What won the Harpoon of Cannery Row?", limit=1).citations
    assert film.article.key == "film"
    assert film.highlights == ()


# What is found


@pytest.mark.parametrize(
    ("question", "key", "words"),
    [
        (QUESTIONS[0], "treaty", "the treaty was a mistake"),
        (QUESTIONS[1], "ferry", "Captain Ole Lind blamed"),
        (QUESTIONS[3], "rents", "rents would be frozen"),
        (QUESTIONS[4], "korean", "임도윤 의원은"),
        (QUESTIONS[5], "wire", "faster than any of us"),
    ],
)
def test_the_passage_that_answers_comes_first(app: App, question: str, key: str, words: str) -> None:
    """In whatever language, the first citation is of the right article and holds what was asked for."""
    answer = app.answerer.ask(question)
    assert answer.verdict is Verdict.ANSWERED
    assert answer.citations[0].article.key == key
    assert words in answer.citations[0].text
    assert answer.nearest == ()


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 100])
def test_an_answer_has_no_more_citations_than_asked_for(app: App, limit: int) -> None:
    """Fewer are the first of more."""
    every = app.answerer.ask(QUESTIONS[0], limit=100).citations
    assert len(every) > 5
    assert app.answerer.ask(QUESTIONS[0], limit=limit).citations == every[:limit]


def test_without_a_limit_there_are_ten(app: App) -> None:
    """An answer is not a printout of the corpus."""
    add(app, *(Draft(text=f"Roe spoke about the treaty in town {n}.", key=f"t{n}") for n in range(20)))
    assert len(app.answerer.ask(QUESTIONS[0]).citations) == MOST_CITATIONS == 10


def test_citations_come_by_descending_score(app: App) -> None:
    """Scores never rise from one citation to the next, and no passage is cited twice."""
    for question in QUESTIONS:
        citations = shown(app.answerer.ask(question, limit=50))
        scores = [citation.score for citation in citations]
        assert scores == sorted(scores, reverse=True)
        assert len({(citation.article.id, citation.span) for citation in citations}) == len(citations)


def test_equal_questions_get_equal_answers(app: App) -> None:
    """Asked again, with other white space, from another thread: the answer is the same."""
    for question in QUESTIONS:
        answer = app.answerer.ask(question)
        assert app.answerer.ask(f"  {question.replace(' ', chr(10) + ' ')}\t") == answer
        assert answer.question.text == question
    expected = [app.answerer.ask(question) for question in QUESTIONS]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(app.answerer.ask, QUESTIONS * 3)) == expected * 3


def test_the_answer_says_what_was_searched(app: App) -> None:
    """Number of articles and passages, the days they span, and the state of the corpus."""
    passages = app.projection.engines.passages.counts()[0]
    assert app.answerer.ask("treaty").searched == Searched(
        articles=5, passages=passages, first=date(2020, 3, 1), last=date(2021, 6, 30), generation=5
    )
    add(app, Draft(text="Comet seen over Morn.", key="comet", published=date(2022, 1, 1)))
    assert app.answerer.ask("treaty").searched == Searched(
        articles=6, passages=passages + 1, first=date(2020, 3, 1), last=date(2022, 1, 1), generation=6
    )


def test_searching_does_not_judge(app: App) -> None:
    """`search` returns what words lead to, also where nothing answers them."""
    found = app.answerer.search("Zorblax treaty", limit=2)
    assert len(found) == 2
    assert all(citation.is_verbatim for citation in found)


# Copies


def test_a_copy_is_cited_once_with_the_articles_that_carry_it_too(app: App) -> None:
    """A wire story in four papers is one citation, which names the other three, by ascending id."""
    add(
        app, *(Draft(text=WIRE, title="Glacier", key=f"paper-{n}", url=f"https://paper{n}.example/g") for n in range(3))
    )
    answer = app.answerer.ask(QUESTIONS[5])
    assert "Ada Falk" in answer.citations[0].text
    wire = [citation for citation in answer.citations if citation.article.key == "wire"]
    assert len(wire) > 1
    for citation in wire:
        assert [article.key for article in citation.also_in] == ["paper-0", "paper-1", "paper-2"]
    assert not any(str(key).startswith("paper") for key in keys(answer.citations))


def test_a_shortened_copy_is_cited_once_too(app: App) -> None:
    """A paper that cut the end and changed a word of the beginning repeats what the others say."""
    shortened = WIRE.split("\n\n", maxsplit=1)[0].replace("on Friday", "yesterday")
    add(app, Draft(text=shortened, title="Ice", key="short"))
    assert app.store.find("short").copy_of == number(app, "wire")
    answer = app.answerer.ask("How great is the loss, Ada Falk?")
    glacier = [citation for citation in answer.citations if "Ada Falk" in citation.text]
    assert len(glacier) == 1
    assert {glacier[0].article.key, *(article.key for article in glacier[0].also_in)} == {"wire", "short"}


def test_copies_do_not_crowd_out_others(app: App) -> None:
    """Thirty copies leave room for what else is said about the matter."""
    add(app, *(Draft(text=WIRE, key=f"paper-{n}") for n in range(30)))
    add(app, Draft(text="Skiers are sad about the glacier above Morn.", key="skiers"))
    answer = app.answerer.ask("What about the glacier above Morn?")
    assert "skiers" in keys(answer.citations)
    wire = next(citation for citation in answer.citations if "third of its ice" in citation.text)
    assert len(wire.also_in) == 30


def test_an_article_may_repeat_itself(app: App) -> None:
    """Two like passages of one article are not "also in" it."""
    twice = (
        "Roe said that the orchard would bloom again next spring, whatever they did to it, and that she would see it. "
    )
    add(app, Draft(text=f"{twice * 2}\n\n{twice * 2}", key="twice"))
    answer = app.answerer.ask("When will the orchard bloom again, Roe?")
    assert keys(answer.citations).count("twice") == 2
    assert all(citation.also_in == () for citation in answer.citations)


def test_a_sentence_that_two_articles_share_is_cited_once(app: App) -> None:
    """Equal passages are repetitions even where the articles are no copies of each other."""
    words = "“The comet will not come back,” said Professor Ida Wren."
    add(app, Draft(text=words, key="one"), Draft(text=f"{words.replace(' will', '  will')}", key="two"))
    answer = app.answerer.ask("Will the comet come back, Professor Wren?")
    assert answer.citations[0].article.key == "one"
    assert [article.key for article in answer.citations[0].also_in] == ["two"]


# Honest silence


@pytest.mark.parametrize(
    "question",
    [
        "What did Zorblax say about the treaty?",
        "What did Senator Zorblax say about Roe?",
        "According to Zorblax, why did the ferry sink?",
        "Did Zorblax ever apologise for the treaty?",
        "quinoa recipes with saffron",
        "What did they say about it?",
        "who?",
        "",
        "?!",
        "🎉🎉",
    ],
)
def test_what_the_articles_do_not_hold_is_not_answered(app: App, question: str) -> None:
    """A name that stands nowhere, another matter, and no matter at all get no citations, but the nearest passages."""
    answer = app.answerer.ask(question)
    assert answer.verdict is Verdict.NOTHING_FOUND
    assert answer.citations == ()
    assert len(answer.nearest) == NEAREST == 3
    assert answer.searched.articles == 5


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("where is gravel?", Verdict.ANSWERED),
        ("where are gravel and engineers?", Verdict.ANSWERED),
        ("where are gravel and landlords?", Verdict.NOTHING_FOUND),
    ],
)
def test_a_passage_with_every_word_asked_for_answers_however_far_it_is(
    tmp_path: Path, question: str, verdict: Verdict
) -> None:
    """A model for which nothing is near does not silence a passage that holds all that was asked for."""
    encoder = HashEncoder(dimension=1024, window=200)
    encoder.least_cosine = 1.1
    far = add(small_app(tmp_path / "far", encoder=encoder), *DRAFTS)
    assert far.answerer.ask(question).verdict is verdict
    far.close()


@pytest.mark.parametrize("question", ["What did Roe say?", "", "who?"])
def test_an_empty_corpus_answers_nothing(empty: App, question: str) -> None:
    """Nothing was searched, nothing was found, and nothing is near."""
    answer = empty.answerer.ask(question)
    assert (answer.verdict, answer.citations, answer.nearest) == (Verdict.NOTHING_FOUND, (), ())
    assert answer.searched == Searched(articles=0, passages=0, first=None, last=None, generation=0)


def test_a_very_long_question_is_answered(app: App) -> None:
    """Twenty thousand words about Roe and the treaty still lead to what she said."""
    answer = app.answerer.ask("Which treaty was a mistake? " * 3000)
    assert answer.citations[0].article.key == "treaty"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=st.text())
def test_any_question_gets_an_answer(app: App, question: str) -> None:
    """No text raises, and whatever is shown is word for word."""
    for citation in shown(app.answerer.ask(question)):
        assert app.answerer.verify(citation)


def test_days_of_what_happened_come_first_unless_others_are_far_nearer(empty: App) -> None:
    """Of articles that say the same the one of the days asked for comes first; a passing word of them does not."""
    add(
        empty,
        Draft(text="The bridge was closed on Monday.", key="older", published=date(2020, 5, 2)),
        Draft(text="The bridge was closed on Friday.", key="newer", published=date(2024, 5, 2)),
        Draft(
            text="A choir sang near the bridge, and many people came to hear old songs.",
            key="choir",
            published=date(2022, 5, 2),
        ),
    )
    as_of = date(2024, 6, 1)
    assert keys(empty.answerer.ask("When was the bridge closed in 2024?", today=as_of).citations)[0] == "newer"
    assert keys(empty.answerer.ask("When was the bridge closed in 2020?", today=as_of).citations)[0] == "older"
    far = empty.answerer.ask("When was the bridge closed in 2022?", today=as_of)
    assert keys(far.citations)[0] in {"older", "newer"}


# Change


def test_a_removed_article_is_never_cited(app: App) -> None:
    """Not after the index has caught up, and not in the moment before."""
    app.writer.remove([number(app, "treaty")])
    for _ in range(2):
        for question in QUESTIONS:
            assert "treaty" not in keys(shown(app.answerer.ask(question, limit=100)))
        app.projection.catch_up()
    assert app.answerer.ask("What did Senator Roe say about the treaty?").verdict is Verdict.NOTHING_FOUND


def test_a_removed_copy_is_not_named(app: App) -> None:
    """An article that is gone is in no list of those that carry the words too; a copy takes its original's place."""
    add(app, Draft(text=WIRE, key="paper-0"), Draft(text=WIRE, key="paper-1"))
    app.writer.remove([number(app, "wire")])
    first = app.answerer.ask(QUESTIONS[5]).citations[0]
    assert first.article.key == "paper-0"
    assert [article.key for article in first.also_in] == ["paper-1"]


def test_a_citation_is_verified_against_what_is_stored_now(app: App) -> None:
    """It holds until its words change or go, and whatever was tampered with never does."""
    (citation,) = app.answerer.ask(QUESTIONS[0], limit=1).citations
    assert app.answerer.verify(citation)
    assert not app.answerer.verify(replace(citation, text=citation.text.replace("mistake", "triumph")))
    assert not app.answerer.verify(replace(citation, span=Span(citation.span.start + 1, citation.span.end + 1)))
    assert not app.answerer.verify(replace(citation, article=replace(citation.article, id=99)))
    add(app, Draft(text=TREATY.replace("a mistake", "no mistake"), key="treaty"))
    assert not app.answerer.verify(citation)
    (renewed,) = app.answerer.ask(QUESTIONS[0], limit=1).citations
    assert "no mistake" in renewed.text
    assert app.answerer.verify(renewed)
    app.writer.remove([renewed.article.id])
    assert not app.answerer.verify(renewed)


def test_a_new_title_does_not_make_a_citation_untrue(app: App) -> None:
    """What was quoted still stands there."""
    (citation,) = app.answerer.ask(QUESTIONS[0], limit=1).citations
    add(app, Draft(text=TREATY, title="Roe, again", key="treaty"))
    assert app.answerer.verify(citation)
    (renewed,) = app.answerer.ask(QUESTIONS[0], limit=1).citations
    assert renewed.article.title == "Roe, again"
    assert renewed.span == citation.span


def test_a_citation_can_be_recalled(app: App) -> None:
    """By article and span, as a button keeps it, it is the same citation but for its score."""
    (citation,) = app.answerer.ask(QUESTIONS[1], limit=1).citations
    recalled = app.answerer.recall(citation.article.id, citation.span)
    assert recalled == replace(citation, score=0.0)
    assert app.answerer.recall(99, citation.span) is None
    assert app.answerer.recall(citation.article.id, Span(0, len(FERRY) + 1)) is None
    app.writer.remove([citation.article.id])
    assert app.answerer.recall(citation.article.id, citation.span) is None


# Context


def test_the_context_is_the_paragraphs_around(app: App) -> None:
    """The whole paragraph before and the one after, and the words themselves."""
    paragraphs = FERRY.split("\n\n")
    start = FERRY.index("Captain")
    context = app.answerer.context(number(app, "ferry"), Span(start, start + len(paragraphs[1])))
    assert context is not None
    assert context.article.key == "ferry"
    assert context.before.of(FERRY) == paragraphs[0]
    assert context.span.of(FERRY) == paragraphs[1]
    assert context.after.of(FERRY) == paragraphs[2]


def test_at_the_edges_of_an_article_there_is_no_more_context(app: App) -> None:
    """The span before the first and after the last paragraph is empty, and lies at the words' own edge."""
    context = app.answerer.context(number(app, "ferry"), Span(0, len(FERRY)))
    assert context is not None
    assert (context.before, context.after) == (Span(0, 0), Span(len(FERRY), len(FERRY)))
    assert app.answerer.context(99, Span(0, 1)) is None
    assert app.answerer.context(number(app, "ferry"), Span(0, len(FERRY) + 1)) is None


def test_the_context_of_a_part_of_a_paragraph_holds_the_rest_of_it(app: App) -> None:
    """Nothing is left out between what is quoted and what is shown around it."""
    paragraphs = FERRY.split("\n\n")
    start, end = FERRY.index("Ole"), FERRY.index(" for the accident")
    context = app.answerer.context(number(app, "ferry"), Span(start, end))
    assert context is not None
    assert context.before.of(FERRY) == f"{paragraphs[0]}\n\nCaptain"
    assert context.after.of(FERRY) == f"for the accident.\n\n{paragraphs[2]}"
    context = app.answerer.context(number(app, "ferry"), Span(4, 9))
    assert context is not None
    assert (context.before.of(FERRY), context.span.of(FERRY)) == ("The", "ferry")


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_citation_has_its_context(app: App, question: str) -> None:
    """What surrounds a citation does not overlap with it, and is what stands next to it."""
    for citation in shown(app.answerer.ask(question)):
        context = app.answerer.context(citation.article.id, citation.span)
        assert context is not None
        assert context.span == citation.span
        text = citation.article.text
        assert text[context.before.end : citation.span.start].strip() == ""
        assert text[citation.span.end : context.after.start].strip() == ""
