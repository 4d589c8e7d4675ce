"""Understanding questions: a table of what is asked, of whom and about what; and what holds for any text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpus.vocabulary import words
from index.asking import parse
from index.publishers import publisher
from index.records import QuestionKind

TODAY = date(2026, 11, 24)
PUBLISHERS = ("The Port Vale Post", "Harbour Courier", "Vale Courier", "wash-post")
KNOWN = frozenset(
    {"roe", "jane roe", "jane", "poe", "lind", "the fed", "the port authority", "the head of the pirate party of vale"}
)


def knows(named: str) -> bool:
    """Tell whether words name one of the speakers that these tests know."""
    return named.lower() in KNOWN


SAID = {
    # plainly
    "What did Roe say about rents?": ("Roe", "rents"),
    "What has Coach Lind said about the referee?": ("Coach Lind", "the referee"),
    "What did Roe say?": ("Roe", ""),
    "what has roe been saying about rents": ("roe", "rents"),
    "What has Roe to say about rents?": ("Roe", "rents"),
    "What does Roe have to say about rents?": ("Roe", "rents"),
    "What did Roe say to the union about wages?": ("Roe", "wages"),
    "What did Roe say when asked about rents?": ("Roe", "rents"),
    "What did Roe say after the flood?": ("Roe", "the flood"),
    "What did Roe say about whether the bridge holds?": ("Roe", "the bridge holds"),
    'What did Roe say about "cheap talk"?': ("Roe", "cheap talk"),
    "What did Roe tell the Bank of Vale about rates?": ("Roe", "rates"),
    "What did the secretary of state say about Cuba?": ("the secretary of state", "Cuba"),
    "What did the advice bureau's report say about debt?": ("the advice bureau's report", "debt"),
    "What did Roe think of the think tank's report?": ("Roe", "the think tank's report"),
    "What does Roe make of the merger?": ("Roe", "the merger"),
    "Did Roe say anything about rents?": ("Roe", "rents"),
    "Has Roe commented on the strike?": ("Roe", "the strike"),
    # by what it was
    "What is Justice Poe's position on fishing rights?": ("Justice Poe", "fishing rights"),
    "What's Roe's take on the tunnel?": ("Roe", "the tunnel"),
    "what's the fed's view on rates": ("the fed", "rates"),
    "What is the reaction of the Fed to the crash?": ("the Fed", "the crash"),
    "What reason did Roe's office give for staying away?": ("Roe's office", "staying away"),
    "What explanation did the team doctor offer for the limp?": ("the team doctor", "the limp"),
    "Where does Roe stand on rents?": ("Roe", "rents"),
    # verbs that belong to what is asked about
    "What did Roe call Lind?": ("Roe", "call Lind"),
    "What does Roe want from the bank?": ("Roe", "want from the bank"),
    "Whom does Poe's mother hold responsible for the crash?": ("Poe's mother", "hold responsible for the crash"),
    "Who did Roe blame for the flood?": ("Roe", "blame for the flood"),
    "How did the chemist Ada Lund respond to the doubts?": ("the chemist Ada Lund", "the doubts"),
    "How did Roe explain the loss?": ("Roe", "explain the loss"),
    "How does Roe see the merger?": ("Roe", "see the merger"),
    "Why did Roe oppose the tunnel?": ("Roe", "oppose the tunnel"),
    "Why is Ada Lund against the tunnel?": ("Ada Lund", "against the tunnel"),
    # chat and slips
    "hey so what was roe saying about rents??": ("roe", "rents"),
    "wat did roe sya abotu teh rents lol": ("roe", "the rents"),
    "can you tell me what Roe said about rents pls": ("Roe", "rents"),
    "everything Roe said about rents": ("Roe", "rents"),
    "umm whats poe saying abt rents": ("poe", "rents"),
    "quotes by Roe on rents": ("Roe", "rents"),
    "anything roe told the board about rents": ("roe", "rents"),
    # of nobody in particular
    "What was said about rents?": (None, "rents"),
    "What do people say about rents?": (None, "rents"),
}

KNOWN_SAID = {
    "Why did Roe leave the board?": ("Roe", "leave the board"),
    "why did jane roe leave the board": ("jane roe", "leave the board"),
    "Why is the head of the Pirate Party of Vale unhappy with the pact?": (
        "the head of the Pirate Party of Vale",
        "unhappy with the pact",
    ),
    "How did Roe try to calm the tenants?": ("Roe", "try to calm the tenants"),
    "What does Roe plan to do with the money?": ("Roe", "plan to do with the money"),
    "Has Roe ever conceded that the bridge was late?": ("Roe", "conceded that the bridge was late"),
    "Is Roe against the tunnel?": ("Roe", "against the tunnel"),
    "According to Roe, why did the ferry sink?": ("Roe", "why did the ferry sink"),
    "Why did the ferry sink, according to Roe?": ("Roe", "Why did the ferry sink"),
    "Roe on taxes": ("Roe", "taxes"),
    "roes view on rents": ("roe", "rents"),
}

WHO = {
    "Who called the referee blind?": "called the referee blind",
    "Who said that rents would fall?": "rents would fall",
    'who said "we will win"': "we will win",
    "who among the senators opposed the bridge": "the senators opposed the bridge",
    "Which judge called the law void?": "judge called the law void",
    "Who is against the tunnel?": "against the tunnel",
    "Who brushed off the leak as gossip?": "brushed off the leak as gossip",
}

GENERAL = [
    "Which film did Roe direct?",
    "Who won the cup?",
    "What is Roe's middle name?",
    "Did Lind win?",
    "Which head of state announced his resignation?",
    "Why did some towns cancel their fireworks?",
    "The ferry sank this week, according to Roe. Which port had it left?",
    "How much was recycled, according to the Port Authority?",
    "rents",
]


@pytest.mark.parametrize("text", [*SAID, *KNOWN_SAID])
def test_what_somebody_said_is_asked_of_them_and_about_something(text: str) -> None:
    """A question about what somebody said gives the words for who, and those for what about."""
    question = parse(text, today=TODAY, knows=knows)

    assert (question.kind, question.speaker, question.topic) == (QuestionKind.SAID, *(SAID | KNOWN_SAID)[text])


@pytest.mark.parametrize("text", KNOWN_SAID)
def test_a_question_that_may_be_about_deeds_needs_a_known_speaker(text: str) -> None:
    """Where words alone do not tell, nobody known means no question about speech."""
    assert parse(text, today=TODAY).kind is QuestionKind.GENERAL


@pytest.mark.parametrize("text", WHO)
def test_who_said_something_is_asked_with_what_they_said(text: str) -> None:
    """A question about who spoke has no speaker, and what was said is its topic."""
    question = parse(text, today=TODAY, knows=knows)

    assert (question.kind, question.speaker, question.topic) == (QuestionKind.WHO, None, WHO[text])


@pytest.mark.parametrize("text", GENERAL)
def test_a_question_about_events_is_general(text: str) -> None:
    """A question about what happened is no question about speech, even if it names a speaker."""
    question = parse(text, today=TODAY, knows=knows)

    assert (question.kind, question.speaker) == (QuestionKind.GENERAL, None)


def test_days_and_publisher_are_no_part_of_the_topic() -> None:
    """The days and the publisher that a question asks for are taken out of its words."""
    question = parse(
        "What did Roe say in the Port Vale Post about rents in July 2016?", today=TODAY, publishers=PUBLISHERS
    )

    assert (question.speaker, question.topic, question.publisher) == ("Roe", "rents", "The Port Vale Post")
    assert (question.since, question.until) == (date(2016, 7, 1), date(2016, 7, 31))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("say in the Port Vale Post about rents", "The Port Vale Post"),
        ("say about rents in PVP", "The Port Vale Post"),
        ("say about rents in the Harbour Courier?", "Harbour Courier"),
        ("say about rents in the Washington Post", "wash-post"),
        ("say about rents in the Courier", None),  # either
        ("say in the Post about rents", None),
        ("say to the Harbour Courier about rents", None),
        ("say about rents in Port Vale", None),
        ("say about rents", None),
    ],
)
def test_a_publisher_is_known_by_its_name_or_the_end_of_it(text: str, name: str | None) -> None:
    """A publisher goes by its name, a part or its initials, if only one fits; who spoke to it may stand elsewhere."""
    rest, found = publisher(text, PUBLISHERS)

    assert found == name
    assert (rest == text) is (name is None)


WORDS = st.sampled_from(
    sorted(
        words(
            """
            what did does Roe say said about on the of who Who why how According to, tell told "we ' ’s s' rents in 2016
            May since between call position view is not whom which judge ? . … Post's anything by from quotes plan wat
            abt 로
            """
        )
    )
)


@given(text=st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)))
@example(text="")
@example(text="what did " + "a " * 5_000 + "say")
@example(text='who said "')
def test_any_text_is_understood_somehow_and_nothing_is_made_up(text: str) -> None:
    """No text raises; who is asked about and what about are the question's own words, slips mended."""
    for known in (None, lambda _: True):
        question = parse(text, today=TODAY, publishers=PUBLISHERS, knows=known)

        assert question.text == text
        assert question.since is None or question.until is None or question.since <= question.until
        assert question.speaker != ""
        said = " ".join(parse(text, today=TODAY).topic.split())
        assert len(said) <= len(" ".join(text.split())) + 40
        if text.isascii() and not set("'\"`") & set(text) and question.kind is QuestionKind.SAID:
            own = {word.strip("?!.…,;: ") for word in text.split()}
            mended = {"what", "about", "who", "said", "says", "say", "did", "does", "think", "tell", "respond", "the"}
            made = {word.strip("?!.…,;: ") for word in f"{question.speaker or ''} {question.topic}".split()}
            assert made - mended <= own
