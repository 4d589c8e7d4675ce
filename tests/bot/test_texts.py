"""What the bot says in its own words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from fake_answering import person

from bot.chat import texts
from bot.days import between, days
from bot.language import speaking
from corpus.records import Profile
from index.records import Answer, Question, QuestionKind, Searched, Verdict

PAK = person(1, "Pak Jong Chon", "vice chairman")
HON = person(2, "Pak Hon-yong")
TODAY = dt.date(2024, 6, 1)
SEARCHED = Searched(
    articles=14, passages=40, statements=120, first=dt.date(2016, 5, 3), last=dt.date(2024, 6, 1), generation=1
)


def profile(
    statements: int = 14, first: dt.date | None = dt.date(2024, 1, 2), last: dt.date | None = dt.date(2024, 3, 30)
) -> Profile:
    """Return a profile of Pak Jong Chon."""
    return Profile(speaker=PAK, ids=(1,), statements=statements, articles=9, first=first, last=last)


def unanswered(of: Profile | None = None, searched: Searched = SEARCHED, **question: Any) -> Answer:
    """Return an answer that found nothing."""
    return Answer(
        question=Question(text="…", **question),
        verdict=Verdict.NOTHING_FOUND,
        citations=(),
        nearest=(),
        searched=searched,
        speaker=of,
    )


@pytest.mark.parametrize(
    ("speaker", "question", "said"),
    [
        (profile(), {"topic": "football"}, "14 statements in 9 articles, 2 Jan – 30 Mar, none about football."),
        (
            profile(first=dt.date(2016, 5, 3)),
            {"topic": "football", "since": dt.date(2016, 5, 1), "until": dt.date(2016, 5, 31)},
            "14 statements in 9 articles, 3 May 2016 – 30 Mar 2024, none about football between 1 and 31 May 2016.",
        ),
        (
            profile(),
            {"publisher": "The Post", "since": dt.date(2024, 2, 1)},
            "14 statements in 9 articles, 2 Jan – 30 Mar, none since 1 February in The Post.",
        ),
        (profile(1, None, None), {}, "1 statement in 9 articles, none that answers this."),
        (profile(0, None, None), {"topic": "football"}, "no statements."),
    ],
)
def test_what_was_searched_of_a_speaker(speaker: Profile, question: dict[str, Any], said: str) -> None:
    """Of a known speaker it is told how much there is, and what of it is lacking."""
    assert texts.nothing_found(unanswered(speaker, **question), TODAY) == f"Pak Jong Chon: {said}"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "I found nothing about that. I looked through 14 articles from 3 May 2016 to 1 June 2024."),
        (
            {"publisher": "The Post", "until": dt.date(2016, 5, 31)},
            (
                "I found nothing about that until 31 May 2016 in The Post. "
                "I looked through 14 articles from 3 May 2016 to 1 June 2024."
            ),
        ),
        (
            {"kind": QuestionKind.SAID, "speaker": "Zed"},
            "No article quotes Zed. I looked through 120 statements in 14 articles from 3 May 2016 to 1 June 2024.",
        ),
        (
            {"kind": QuestionKind.WHO, "since": dt.date(2024, 5, 3), "until": dt.date(2024, 5, 3)},
            (
                "I found nobody who said that on 3 May. "
                "I looked through 120 statements in 14 articles from 3 May 2016 to 1 June 2024."
            ),
        ),
    ],
)
def test_what_was_searched_at_all(question: dict[str, Any], said: str) -> None:
    """Without a known speaker it is told what was looked through, and what days and publisher it was limited to."""
    assert texts.nothing_found(unanswered(**question), TODAY) == said


def test_an_empty_collection_is_told() -> None:
    """Without articles there is nothing to look through, whoever was asked about."""
    assert texts.nothing_found(unanswered(searched=replace(SEARCHED, articles=0), of=profile())) == (
        texts.no_articles()
    )


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ((2016, 5, 1), (2016, 5, 31), "between 1 and 31 May 2016"),
        ((2016, 3, 1), (2016, 5, 31), "between 1 March and 31 May 2016"),
        ((2015, 12, 1), (2016, 2, 29), "between 1 December 2015 and 29 February 2016"),
        ((2024, 5, 1), (2024, 5, 31), "between 1 and 31 May"),
        ((2016, 5, 1), None, "since 1 May 2016"),
        (None, (2016, 5, 1), "until 1 May 2016"),
        ((2016, 5, 1), (2016, 5, 1), "on 1 May 2016"),
        (None, None, ""),
    ],
)
def test_days_are_said_in_words(
    since: tuple[int, int, int] | None, until: tuple[int, int, int] | None, said: str
) -> None:
    """A range says what is needed of its days; the year of today is left out."""
    asked = Question(text="…", since=since and dt.date(*since), until=until and dt.date(*until))
    assert texts.within(asked, TODAY) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ((2024, 1, 2), (2024, 3, 30), "2 Jan – 30 Mar"),
        ((2023, 1, 2), (2023, 9, 30), "2 Jan – 30 Sep 2023"),
        ((2023, 1, 2), (2024, 3, 30), "2 Jan 2023 – 30 Mar 2024"),
        ((2023, 1, 2), (2023, 1, 2), "2 Jan 2023"),
        ((2023, 1, 2), (2023, 1, 30), "2–30 Jan 2023"),
    ],
)
def test_ranges_in_short(first: tuple[int, int, int], last: tuple[int, int, int], said: str) -> None:
    """The year is told where it is not the year in which this is read."""
    assert days(dt.date(*first), dt.date(*last), TODAY) == said
    assert days(None, dt.date(*last), TODAY) == ""


@pytest.mark.parametrize(
    ("words", "asked"),
    [("Pak", "Which Pak?"), ("the Fed chair", "Which Fed chair?"), (None, "Whom do you mean?")],
)
def test_who_is_meant_is_asked(words: str | None, asked: str) -> None:
    """The question names what fits several people."""
    assert texts.which(words) == asked


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (["Pak Hon-yong"], "; not Pak Hon-yong."),
        (["A", "B", "C"], "; not A, B or C."),
        (["A", "B", "C", "D", "E"], "; not A, B or 3 more."),
        ([], "."),
    ],
)
def test_who_was_not_meant_is_told(others: list[str], said: str) -> None:
    """An assumption names the others, the first ones of many."""
    candidates = tuple(replace(profile(), speaker=replace(HON, name=name)) for name in others)
    answer = replace(unanswered(profile()), assumed=True, candidates=candidates)
    assert texts.taken_to_mean(answer) == f"Taken to mean Pak Jong Chon (14 statements){said}"


@pytest.mark.parametrize(
    ("speaker", "question", "said"),
    [
        (
            profile(),
            {"topic": "football"},
            "기사 9건에 실린 발언 14건, 1월 2일~3월 30일. 이 가운데 football에 관한 말은 없어요.",
        ),
        (
            profile(first=dt.date(2016, 5, 3)),
            {"topic": "football", "since": dt.date(2016, 5, 1), "until": dt.date(2016, 5, 31)},
            (
                "기사 9건에 실린 발언 14건, 2016년 5월 3일~2024년 3월 30일. "
                "이 가운데 2016년 5월 1일부터 31일까지 football에 관해 한 말은 없어요."
            ),
        ),
        (
            profile(),
            {"publisher": "The Post", "since": dt.date(2024, 2, 1)},
            "기사 9건에 실린 발언 14건, 1월 2일~3월 30일. 이 가운데 2월 1일 이후 The Post에서 한 말은 없어요.",
        ),
        (profile(0, None, None), {"topic": "football"}, "발언 없음."),
    ],
)
def test_korean_says_what_was_searched_of_a_speaker(speaker: Profile, question: dict[str, Any], said: str) -> None:
    """In Korean the parts of the sentence stand in their own order."""
    with speaking("ko"):
        assert texts.nothing_found(unanswered(speaker, **question), TODAY) == f"Pak Jong Chon: {said}"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ({}, "그에 관한 내용을 찾지 못했어요. 2016년 5월 3일부터 2024년 6월 1일까지의 기사 14건을 살펴봤어요."),
        (
            {"kind": QuestionKind.SAID, "speaker": "{Zed}"},
            (
                "{Zed}의 말을 인용한 기사가 없어요. "
                "2016년 5월 3일부터 2024년 6월 1일까지의 기사 14건에 실린 발언 120건을 살펴봤어요."
            ),
        ),
        (
            {"kind": QuestionKind.WHO, "since": dt.date(2024, 5, 3), "until": dt.date(2024, 5, 3)},
            (
                "5월 3일에 그런 말을 한 사람을 찾지 못했어요. "
                "2016년 5월 3일부터 2024년 6월 1일까지의 기사 14건에 실린 발언 120건을 살펴봤어요."
            ),
        ),
    ],
)
def test_korean_says_what_was_searched_at_all(question: dict[str, Any], said: str) -> None:
    """What was looked through and its limits are told in Korean, whatever signs a name has."""
    with speaking("ko"):
        assert texts.nothing_found(unanswered(**question), TODAY) == said


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ((2016, 5, 1), (2016, 5, 31), "2016년 5월 1일부터 31일까지"),
        ((2016, 3, 1), (2016, 5, 31), "2016년 3월 1일부터 5월 31일까지"),
        ((2015, 12, 1), (2016, 2, 29), "2015년 12월 1일부터 2016년 2월 29일까지"),
        ((2024, 5, 1), (2024, 5, 31), "5월 1일부터 31일까지"),
        ((2016, 5, 1), None, "2016년 5월 1일 이후"),
        (None, (2024, 5, 1), "5월 1일까지"),
    ],
)
def test_korean_days_begin_with_the_year(
    since: tuple[int, int, int] | None, until: tuple[int, int, int] | None, said: str
) -> None:
    """What two days share is said with the first of them."""
    with speaking("ko"):
        assert between(since and dt.date(*since), until and dt.date(*until), TODAY) == said


def test_korean_lists_others() -> None:
    """Names are listed as Korean lists them."""
    candidates = tuple(replace(profile(), speaker=replace(HON, name=name)) for name in "ABCD")
    answer = replace(unanswered(profile()), assumed=True, candidates=candidates)
    with speaking("ko"):
        assert texts.taken_to_mean(answer) == (
            "Pak Jong Chon 님(발언 14건)을 말씀하시는 것으로 이해했어요. A, B 또는 그 밖의 2명 쪽은 제외했어요."
        )


def test_large_numbers_have_separators() -> None:
    """Numbers are written as the language writes them."""
    assert texts.articles(12_045) == "12,045 articles"
    with speaking("ko"):
        assert texts.articles(12_045) == "기사 12,045건"
