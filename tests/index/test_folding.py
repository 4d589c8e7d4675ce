"""Folding: which words meet, which do not, and that no text is too strange."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.folding import fold, question_terms, terms

TABLE = {
    # abbreviations
    "US": ["0us"],
    "U.S.": ["0us"],
    "U.S": ["0us"],
    "USA": ["0us"],
    "U.S.A.": ["0us"],
    "usa": ["0us"],
    "US-led": ["0us", "led"],
    "U.S.-led": ["0us", "led"],
    "the U.S.": ["the", "0us"],
    "U.S.’s": ["0us", "s"],
    "the US's role": ["the", "0us", "role"],
    "United States": ["united", "0us", "states"],
    "UNITED STATES": ["united", "0us", "states"],
    "UN": ["0un"],
    "U.N.": ["0un"],
    "United Nations": ["united", "0un", "nations"],
    "UK": ["uk"],
    "the U.K.": ["the", "uk"],
    "United Kingdom": ["united", "uk", "kingdom"],
    "WHO": ["0who"],
    "World Health Organization": ["world", "0who", "health", "organization"],
    "F.B.I.": ["fbi"],
    "FBI": ["fbi"],
    "NATO": ["nato"],
    "Nato": ["nato"],
    "J.D. Vale": ["jd", "vale"],
    "JD Vale": ["jd", "vale"],
    "at 5 a.m.": ["at", "5", "0am"],
    # words that look like abbreviations
    "us": ["us"],
    "tell us": ["tell", "us"],
    "Us too": ["us", "too"],
    "it": ["it"],
    "the ice": ["the", "ice"],
    "united we stand": ["united", "we", "stand"],
    # a headline in capitals says both
    "WASHINGTON – US officials": ["washington", "us", "0us", "officials"],
    "MINISTER TELLS US EVERYTHING": ["minister", "tells", "us", "0us", "everything"],
    "Senator Roe Votes No": ["senator", "roe", "votes", "no"],
    # names
    "Lim Do-yun": ["lim", "do", "yun"],
    "Lim Do Yun": ["lim", "do", "yun"],
    "Lim Do-yun's": ["lim", "do", "yun"],
    "Lim Do‑yun": ["lim", "do", "yun"],  # a hyphen that does not break
    "Kim Jong-un": ["kim", "jong", "un"],
    "Kim Jong Un's": ["kim", "jong", "un"],
    "O'Hara": ["ohara"],
    "O’Hara": ["ohara"],
    "O’Hara’s": ["ohara"],
    # possessives
    "Roe's": ["roe"],
    "Roe’s": ["roe"],
    "ROE'S": ["roe"],
    "Barnes' plan": ["barnes", "plan"],
    "Barnes’ plan": ["barnes", "plan"],
    "Roe 's": ["roe", "s"],
    "don’t": ["dont"],
    # punctuation and quotation marks
    "''quotes''": ["quotes"],
    "``Never ,'' she said .": ["never", "she", "said"],
    "“Never,” she said.": ["never", "she", "said"],
    "snake_case": ["snake", "case"],
    # diacritics
    "café": ["cafe"],
    "cafe\u0301": ["cafe"],
    "Müller": ["muller"],
    "Mu\u0308ller": ["muller"],
    "Öksüz": ["oksuz"],
    "ÖKSÜZ": ["oksuz"],
    "Straße": ["strasse"],
    "İzmir": ["izmir"],
    "Ødegård": ["ødegard"],
    "ﬁnance": ["finance"],
    # numbers
    "3,000": ["3000"],
    "3000": ["3000"],
    "1,234,567": ["1234567"],
    "3.5 percent": ["3.5", "percent"],
    "in 2019.": ["in", "2019"],
    "COVID-19": ["covid", "19"],
    # Chinese, Japanese, Korean; other scripts
    "한국": ["한국"],
    "대통령": ["대통", "통령"],
    "\u1112\u1161\u11ab\u1100\u116e\u11a8": ["한국"],
    "中华人民": ["中华", "华人", "人民"],
    "美": ["美"],
    "カタカナ": ["カタ", "タカ", "カナ"],
    "KBS뉴스": ["kbs", "뉴스"],
    "Пак": ["пак"],
    "Αθήνα": ["αθηνα"],
    # nothing
    "": [],
    " \n\t": [],
    "🎉 👩‍👩‍👧": [],
    "—…“”!?": [],
}


@pytest.mark.parametrize("text", TABLE)
def test_a_passage_has_these_terms(text: str) -> None:
    """Words, names, abbreviations and numbers fold to the terms in the table."""
    assert terms(text) == TABLE[text]


@pytest.mark.parametrize(
    "text", ["US", "U.S.", "U.S", "USA", "U.S.A.", "usa", "US-led", "United States", "united states"]
)
@pytest.mark.parametrize(
    "asked", ["US", "the U.S.?", "USA", "United States", "about the us?", "the usa", "ABOUT THE US?"]
)
def test_all_ways_to_write_the_united_states_meet(text: str, asked: str) -> None:
    """However the United States are written in a passage, and in a question, they share a term."""
    if text == "united states":
        text = "the United States"
    assert set(question_terms(asked)) & set(terms(text)) & {"0us"}


@pytest.mark.parametrize("asked", ["the US?", "the U.S.?", "USA", "what did the US do"])
@pytest.mark.parametrize("text", ["us", "tell us", "Us too", "Let’s"])
def test_the_word_us_is_not_the_united_states(asked: str, text: str) -> None:
    """A question about the US does not find the word "us"."""
    assert not set(question_terms(asked)) & set(terms(text)) - {"the"}


def test_a_question_in_lower_case_may_mean_either() -> None:
    """Asking "about the us?" finds the word and the country, for people do not type capitals."""
    assert question_terms("about the us?") == ["about", "the", "us", "0us"]


def test_who_and_it_are_words_unless_the_stands_before_them() -> None:
    """Asking "Who said it?" does not ask about the World Health Organization, nor about information technology."""
    assert question_terms("Who said it?") == ["who", "said", "it"]
    assert question_terms("what did the who say") == ["what", "did", "the", "who", "0who", "say"]
    assert question_terms("What did WHO say?") == ["what", "did", "0who", "say"]


def test_a_question_in_capitals_is_read_as_one_in_lower_case() -> None:
    """Nothing can be told by its capitals where all are capitals."""
    assert question_terms("WHAT ABOUT THE US?") == question_terms("what about the us?")


@pytest.mark.parametrize(
    ("asked", "text"),
    [
        ("UN", "United Nations"),
        ("united nations", "U.N."),
        ("un", "UN"),
        ("world health organisation", "WHO"),
        ("european union", "EU"),
        ("eu", "European Union"),
    ],
)
def test_abbreviations_meet_what_they_stand_for(asked: str, text: str) -> None:
    """A long form and its abbreviation share a term, whichever of them is asked."""
    assert set(question_terms(asked)) & set(terms(text))


def test_fold_is_one_form_for_all_ways_to_write_a_word() -> None:
    """Case, diacritics and compatibility forms do not tell words apart."""
    assert {fold(word) for word in ("Café", "CAFÉ", "cafe\u0301", "ｃａｆｅ")} == {"cafe"}


@given(st.text())
def test_any_text_has_terms(text: str) -> None:
    """No text raises, and no term is empty or holds white space."""
    for term in terms(text) + question_terms(text):
        assert term
        assert not any(character.isspace() for character in term)


@given(st.text())
def test_terms_fold_to_themselves(text: str) -> None:
    """Folding terms again gives no new ones, so that it does not matter how often it is done."""
    once = terms(text)
    assert set(terms(" ".join(once))) == set(once)


@given(st.text())
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    """A text that is typed as a question as it stands has every term that it has as a passage."""
    if not text.isupper():
        assert set(terms(text)) <= set(question_terms(text))


@given(st.text(alphabet=st.characters(categories=["Cs"]), max_size=3))
def test_halves_of_surrogate_pairs_are_passed_over(text: str) -> None:
    """What no encoding can say has no terms."""
    assert terms(text) == []
