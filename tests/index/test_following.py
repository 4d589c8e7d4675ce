"""What a short question means after another one: a table of what was asked before, what is asked, and what is meant."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.asking import parse
from index.following import Asks, Known, follow
from index.records import Question, QuestionKind
from index.wording import worded

TODAY = date(2026, 11, 24)
PUBLISHERS = ("The Port Vale Post", "Harbour Courier")
SPEAKERS = frozenset({"roe", "jane roe", "poe", "justice poe", "the fed", "kim", "the mayor", "lind", "ted lind", "us"})
KNOWN = Known(TODAY, PUBLISHERS, lambda words: words.lower() in SPEAKERS)

ROE = "What did Jane Roe say about rents?"
ANYTHING = "What did Jane Roe say?"
WHO = "Who criticised the US?"
SPOKE = "Who spoke about the ferry?"
BRIDGE = "When was the bridge closed?"
HAPPENED = "What happened to the bridge?"


def understood(text: str) -> Question:
    """Understand a question among the speakers of these tests."""
    return parse(text, today=TODAY, publishers=PUBLISHERS, knows=KNOWN.knows)


def meant(text: str, before: str | None) -> str | None:
    """Return the full question that a text stands for, or what else it asks for; None when it follows nothing."""
    found = follow(text, understood(before) if before else None, KNOWN)
    return None if found is None else found.question or found.asks.value


TOPICS = (
    "and about Russia?", "And about Russia?", "and Russia?", "what about Russia?", "how about Russia?",
    "about Russia?", "ok, and about Russia", "and what about Russia?", "And how about Russia then?", "on Russia?",
    "hmm ok and Russia?", "thanks! and about Russia?", "cool. what about Russia?", "and on Russia?", "so about Russia?",
    "what about Russia, please?", "and also about Russia?", "regarding Russia?", "and regarding Russia?",
    "or about Russia?", "& Russia?", "what about Russia though?", "same for Russia?", "same question about Russia",
    "same about Russia?", "but what about Russia?", "and anything about Russia?", "what about Russia instead?",
    "wbu Russia?", "great, and about Russia pls", "and Russia", "and re Russia?", "great point. and about Russia?",
)  # fmt: skip
SLIPS = {
    "wat about russia": "russia", "what abt russia?": "russia", "and abt russia": "russia",
    "adn about russia?": "russia",
    "an about russia?": "russia", "n about russia": "russia", "what abuot russia": "russia", "nad russia?": "russia",
    "what bout russia?": "russia", "and aobut russia": "russia", "waht about russia": "russia",
    "how bout russia?": "russia", "whta about russia": "russia", "and about russia lol": "russia",
    "and the tunnel?": "the tunnel", "and the reports on the tunnel?": "the reports on the tunnel",
    "what about his comment?": "his comment", "what about us?": "us", "and about the us": "the us",
    "and about the new harbour tunnel?": "the new harbour tunnel",
    "and about Justice Poe?": "Justice Poe",
}  # fmt: skip
SPEAKERS_TOO = {
    "and Kim?": "Kim", "and kim?": "kim", "what about Kim?": "Kim", "how about Kim?": "Kim",
    "and the mayor?": "the mayor",
    "ok and Kim": "Kim", "what about the Fed?": "the Fed", "and by Kim?": "Kim", "from Kim?": "Kim",
    "same for Kim": "Kim", "the same question for Kim?": "Kim", "and Justice Poe?": "Justice Poe",
    "and what did Kim say?": "Kim", "And what does Kim think?": "Kim", "what about Kim then?": "Kim",
    "Kim?": None, "and what about ted lind?": "ted lind", "plus Kim?": "Kim", "and Kim too?": "Kim",
    "and how did Kim react?": "Kim",
}  # fmt: skip


@pytest.mark.parametrize("text", TOPICS)
def test_another_topic_keeps_the_speaker(text: str) -> None:
    """Who was asked about stays, and what about is new, however it is put."""
    found = follow(text, understood(ROE), KNOWN)
    assert found is not None
    assert found.question == "What did Jane Roe say about Russia?"
    assert found.same_speaker


@pytest.mark.parametrize(("text", "topic"), SLIPS.items())
def test_slips_and_longer_topics(text: str, topic: str) -> None:
    """Slips of the finger are forgiven; topics may be longer, and a speaker after "about" is one."""
    assert meant(text, ROE) == f"What did Jane Roe say about {topic}?"


@pytest.mark.parametrize(("text", "speaker"), SPEAKERS_TOO.items())
def test_another_speaker_keeps_the_topic(text: str, speaker: str | None) -> None:
    """Where the words name a speaker, what was asked about stays; a name alone is a question of its own."""
    assert meant(text, ROE) == (f"What did {speaker} say about rents?" if speaker else None)


@pytest.mark.parametrize(
    ("text", "before", "question"),
    [
        # days and publishers, kept and new
        ("and last week?", ROE, "What did Jane Roe say about rents between 16 November 2026 and 22 November 2026?"),
        ("what about in 2023?", ROE, "What did Jane Roe say about rents between 1 January 2023 and 31 December 2023?"),
        ("and since March 2026?", ROE, "What did Jane Roe say about rents since 1 March 2026?"),
        ("and yesterday?", ANYTHING, "What did Jane Roe say on 23 November 2026?"),
        ("and in the Harbour Courier?", ROE, "What did Jane Roe say about rents in Harbour Courier?"),
        (
            "and about Russia?",
            "What did Jane Roe say about rents in May 2026?",
            "What did Jane Roe say about Russia between 1 May 2026 and 31 May 2026?",
        ),
        (
            "and about Russia last week?",
            "What did Jane Roe say about rents in May 2026?",
            "What did Jane Roe say about Russia last week?",
        ),
        (
            "and Kim?",
            "What did Jane Roe say about rents in the Harbour Courier?",
            "What did Kim say about rents in Harbour Courier?",
        ),
        # questions without a topic, or with a verb in it
        ("and Kim?", ANYTHING, "What did Kim say?"),
        ("and about Russia?", ANYTHING, "What did Jane Roe say about Russia?"),
        ("and Kim?", "What does Jane Roe want from the bank?", "What did Kim say about the bank?"),
        ("and about Poe?", "What did Jane Roe call Lind?", "What did Jane Roe say about Poe?"),
        # who said it
        ("and China?", WHO, "Who criticised China?"),
        ("and about China?", WHO, "Who criticised China?"),
        ("what about China?", SPOKE, "Who spoke about China?"),
        ("and Kim?", WHO, "What did Kim say about the US?"),
        ("and last week?", SPOKE, "Who spoke about the ferry between 16 November 2026 and 22 November 2026?"),
        ("and what about the tunnel?", "Who has been criticising the US?", "Who spoke about the tunnel?"),
        # what happened
        ("why?", BRIDGE, "Why was the bridge closed?"),
        ("how?", BRIDGE, "How was the bridge closed?"),
        ("but why?", BRIDGE, "Why was the bridge closed?"),
        ("where?", "Why was the match played?", "Where was the match played?"),
        (
            "and in 2023?",
            "Who won the regatta?",
            "Who won the regatta between 1 January 2023 and 31 December 2023?",
        ),
        # pronouns
        ("what did he say about Russia?", ROE, "What did Jane Roe say about Russia?"),
        ("and what did she say about russia", ROE, "What did Jane Roe say about russia?"),
        ("what has she said about it?", ROE, "What has Jane Roe said about rents?"),
        ("did he mention Russia?", ROE, "Did Jane Roe mention Russia?"),
        ("what does she think of Kim?", ROE, "What does Jane Roe think of Kim?"),
        ("anything she said about Russia?", ROE, "Anything Jane Roe said about Russia?"),
        ("what's her position on Russia?", ROE, "What's Jane Roe's position on Russia?"),
        ("what did Kim say about it?", ROE, "What did Kim say about rents?"),
        ("what did Kim say about that?", WHO, "What did Kim say about the US?"),
        ("what did Kim say about her?", ROE, "What did Kim say about Jane Roe?"),
        ("who spoke about it?", ROE, "Who spoke about rents?"),
    ],
)
def test_what_else_is_kept(text: str, before: str, question: str) -> None:
    """Days, publishers, verbs and question words are kept or exchanged."""
    assert meant(text, before) == question


@pytest.mark.parametrize(
    "text",
    ["who else?", "Who else", "and who else?", "whos else", "hwo else?", "who esle", "anyone else?", "anybody else?",
     "ok, who else said that?", "who else said it", "and others?", "who else pls", "hm who else then?"],
)  # fmt: skip
def test_others_are_asked_for(text: str) -> None:
    """Who else spoke of it asks everybody, without those who were heard."""
    for before, question in ((ROE, "Who spoke about rents?"), (WHO, "Who criticised the US?")):
        found = follow(text, understood(before), KNOWN)
        assert found is not None
        assert (found.question, found.others, found.same_speaker) == (question, True, False)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        *((each, Asks.WHEN) for each in ("when?", "When", "and when?", "when exactly?", "wen?", "when was that?",
          "whne", "when did he say that?", "when was this published?", "what date?", "which day was it?",
          "ok when",
          "where?", "when did she say so", "and when was it", "on what day?", "where was that published?",
          "hm, when was that?")),
        *((each, Asks.SINCE) for each in ("since when?", "Since when", "and since when", "sinse when", "since wen?")),
        *((each, Asks.MORE) for each in ("what else?", "more", "go on", "anything else?", "show more",
          "and what else?")),
    ],
)  # fmt: skip
def test_the_last_answer_is_asked_about(text: str, asks: Asks) -> None:
    """When and since when ask about the passages of the last answer, what else for more of them."""
    found = follow(text, understood(ROE), KNOWN)
    assert found is not None
    assert found.asks is asks
    assert follow(text, None, KNOWN) == follow("when?", None, KNOWN)


@pytest.mark.parametrize("text", ["why?", "why so", "But why?", "how come?", "ok why", "y?"])
def test_why_asks_the_speaker(text: str) -> None:
    """Why, after what somebody said, asks why they said so, and is understood as asked of them."""
    question = meant(text, ROE)
    assert question == "Why did Jane Roe say that about rents?"
    again = understood(question)
    assert (again.kind, again.speaker, again.topic) == (QuestionKind.SAID, "Jane Roe", "rents")


@pytest.mark.parametrize(
    "text",
    [
        # full questions, also short ones, and those that begin like a follow-up
        "What did Kim say about Russia?", "what did kim say", "Who criticised Russia?", "who else criticised Russia?",
        "who else spoke about the tunnel?", "When was the bridge closed?", "and when was the bridge closed?",
        "why did Roe leave?", "why is the bridge closed", "Kim on Russia", "Kim", "Russia?", "ferry", "bridge closed",
        "and what did Kim say about Russia?", "So what did Poe say about the flood?",
        "since when is the bridge closed?",
        "what happened to the bridge?", "how many ferries are there?", "where is the harbour?", "who is Kim?",
        "What about the time when Kim said that rents must fall?", "and who won the regatta?",
        "what did they say about the bridge?", "when did Kim say that?", "when did Roe speak about rents?",
        "according to Kim, what about rents?", "did Kim say anything?", "what did Roe say when he visited Russia?",
        "tell me what Kim said about rents", "anything about what Kim said?",
        "who said that the bridge would open?", "what else did Kim say about rents?", "why was Kim late?",
        # no questions at all
        "thanks", "ok", "thank you so much", "and you?", "what about you?", "and then?", "and good night", "lol", "and",
        "great", "hello", "and so on", "yes", "no", "what about that?", "and now?", "", "?", "how about no",
    ],
)  # fmt: skip
@pytest.mark.parametrize("before", [ROE, WHO, BRIDGE])
def test_full_questions_follow_nothing(text: str, before: str) -> None:
    """A full question, a search for words and small talk are taken as they are, whatever was asked before."""
    assert meant(text, before) is None


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("and about Russia?", None), ("what about the bridge?", None), ("and Kim?", None),
        ("and the tunnel?", BRIDGE), ("what about Russia?", HAPPENED), ("what did he say about Russia?", WHO),
        ("what did Kim say about it?", BRIDGE), ("and last week?", None),
    ],
)  # fmt: skip
def test_nothing_is_guessed(text: str, before: str | None) -> None:
    """Where there is nothing that could be kept, the words are asked as they are."""
    assert meant(text, before) is None


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("who else?", ANYTHING),
        ("who else?", BRIDGE),
        ("why?", WHO),
        ("why?", HAPPENED),
        ("when?", None),
        ("why?", None),
    ],
)
def test_what_is_missing_is_told(text: str, before: str | None) -> None:
    """A fragment to which nothing before gives a meaning is unclear, not a question."""
    assert meant(text, before) == "unclear"


@pytest.mark.parametrize(
    "question",
    [
        Question(text="", kind=QuestionKind.SAID, speaker="Jane Roe", topic="rents"),
        Question(text="", kind=QuestionKind.SAID, speaker="Jane Roe", topic="the new bridge", since=date(2026, 5, 1)),
        Question(text="", kind=QuestionKind.SAID, speaker="Roe", since=date(2026, 5, 1), until=date(2026, 6, 3)),
        Question(text="", kind=QuestionKind.SAID, speaker="Roe", topic="taxes", until=date(2026, 6, 3)),
        Question(text="", kind=QuestionKind.SAID, speaker="Roe", topic="taxes", publisher="Harbour Courier"),
        Question(
            text="",
            kind=QuestionKind.SAID,
            speaker="Roe",
            topic="taxes",
            since=date(2026, 6, 3),
            until=date(2026, 6, 3),
            publisher="The Port Vale Post",
        ),
        Question(text="", kind=QuestionKind.WHO, topic="criticised the US", since=date(2026, 5, 1)),
        Question(text="", kind=QuestionKind.WHO, topic="the ferry"),
    ],
)
def test_written_out_means_the_same(question: Question) -> None:
    """A question that was written out is understood as what it was written from."""
    again = understood(worded(question))
    for field in ("kind", "speaker", "topic", "since", "until", "publisher"):
        assert getattr(again, field) == getattr(question, field), worded(question)


@given(st.text(max_size=80), st.sampled_from([ROE, WHO, BRIDGE, None]))
def test_any_text_is_read(text: str, before: str | None) -> None:
    """No text breaks it; what is written out is one line, and follows nothing itself."""
    found = follow(text, understood(before) if before else None, KNOWN)
    if found is not None and found.asks is Asks.QUESTION:
        assert "\n" not in found.question
        assert found.question
