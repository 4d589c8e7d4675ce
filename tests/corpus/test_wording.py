"""Sentences that can be said in another language."""

from __future__ import annotations

from corpus.wording import Wording


def test_sentence_remembers_its_parts() -> None:
    """It is an English string like any other, and knows its template and values, also when braces are among them."""
    said = Wording("{name!r} is {thing}", name="A{b}", thing=Wording("no. {number}", number=3))
    assert said == "'A{b}' is no. 3"
    assert (said.template, said.values) == ("{name!r} is {thing}", {"name": "A{b}", "thing": "no. 3"})
    assert Wording.again(said.template, said.values) == said
    assert type(str(said)) is str
