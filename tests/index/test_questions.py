"""Who is asked about: names by their capitals, and none where capitals tell nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.questions import named

TABLE = {
    "What did Roe say about taxes?": ["Roe"],
    "What did Senator Jane Roe say about the Fed?": ["Roe"],
    "What did the Ministry say?": ["Ministry"],
    "What does Lim Do-yun think?": ["Do-yun"],
    "What did Lim Do Yun's sister say?": ["Yun"],
    "What has O’Hara’s party promised?": ["O’Hara"],
    "What was Öksüz accused of?": ["Öksüz"],
    "What did Łucja Żak say?": ["Żak"],
    "What did J.D. Vale say?": ["Vale"],
    "What is U.S. policy?": ["U.S"],
    "What did NATO decide?": ["NATO"],
    "What is the US doing?": ["US"],
    "Why did Roe and Lind quarrel?": ["Roe"],
    "What did Roe say, and what did Lind answer?": ["Roe", "Lind"],
    "According to Lind, who sank the ferry?": ["Lind"],
    "What happened, according to the Port Authority?": ["Authority"],
    "How will Port Vale\nrespond?": ["Vale"],
    "Who is Jane Roe?": ["Roe"],
    # a question that begins with its verb
    "Did Roe ever apologise?": ["Roe"],
    "Has Senator Roe resigned?": ["Roe"],
    "¿Did Roe say so?": ["Roe"],
    # nobody
    "what did roe say?": [],
    "WHAT DID ROE SAY?": [],
    "Did Roe Say So?": [],
    "What Did Jane Roe Say About The Treaty?": [],
    "What did she say about Roe?": [],
    "Who said that the ferry sank?": [],
    "Did the ferry sank near Port Vale?": [],
    "Roe on taxes": [],
    "Did 3,000 people come?": [],
    "": [],
    "?": [],
    "did": [],
    "Did ": [],
    "로 의원은 무엇을 말했습니까?": [],
    "Что сказал Роу?": [],
}


@pytest.mark.parametrize("question", TABLE)
def test_a_question_names_these(question: str) -> None:
    """The last word of each name whose words or deeds are asked about, as typed, in its order."""
    assert named(question) == TABLE[question]


@given(st.text() | st.text(alphabet="did has Roe's the .’-"))
def test_any_question_is_read(question: str) -> None:
    """No question raises, and what is named stands in it."""
    for name in named(question):
        assert name in question


def test_a_very_long_question_is_read_at_once() -> None:
    """Fifty thousand capitalised words take no time that anybody would notice."""
    assert named("what did " + "Roe " * 50_000) == ["Roe"]
    assert named("what did " + "R" * 100_000) == ["R" * 100_000]
