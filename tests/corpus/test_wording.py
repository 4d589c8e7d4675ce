"""Sentences that can be said in another language."""

from __future__ import annotations

from corpus.wording import Wording, opened, sentences


def test_sentence_remembers_its_parts() -> None:
    """It is an English string like any other, and knows its template and values, also when braces are among them."""
    said = Wording("{name!r} is {thing}", name="A{b}", thing=Wording("no. {number}", number=3))
    assert said == "'A{b}' is no. 3"
    assert (said.template, said.values) == ("{name!r} is {thing}", {"name": "A{b}", "thing": "no. 3"})
    assert Wording.again(said.template, said.values) == said
    assert type(str(said)) is str


def test_problem_and_advice_are_two_sentences() -> None:
    """Both keep their parts, with a capital in front too; a problem without advice stays as it is."""
    problem, fix = Wording("it holds {number} bytes", number=3), Wording("Split it.")
    both = opened(sentences(problem, fix))
    assert both == "It holds 3 bytes. Split it."
    assert isinstance(both, Wording)
    assert (both.values, both.is_opening) == ({"problem": problem, "fix": fix}, True)
    assert sentences(problem, "") is problem
    assert opened("it is plain") == "It is plain"
