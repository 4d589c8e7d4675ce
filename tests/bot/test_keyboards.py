"""Buttons and what they report."""

from __future__ import annotations

import pytest
from fake_answering import article, cite

from bot.chat.keyboards import (
    Below,
    ChoiceTap,
    ContextTap,
    Denial,
    DenialTap,
    Entry,
    MoreTap,
    PageTap,
    choice_buttons,
    column,
    denial,
    keyboard,
    pages,
    source_keyboard,
    tapped,
    without,
    without_links,
)

LINKED = cite(article(1, "Words."))
UNLINKED = cite(article(2, "Words.", url=None))
GREATEST = 10**18 - 1


def labels(markup: object) -> list[list[str]]:
    """Return the labels of a keyboard, row by row."""
    return [[button.text for button in row] for row in markup.inline_keyboard] if markup else []  # type: ignore[attr-defined]


def test_several_citations_have_numbered_rows() -> None:
    """Each citation has a row with its number; one without an address has no Source; More stands last."""
    markup = keyboard(7, [Entry(3, 4, LINKED), Entry(4, 5, UNLINKED)], Below(5, 2))
    assert labels(markup) == [["Context 4", "Source 4"], ["Context 5"], ["More (2)"]]


def test_single_citation_needs_no_number() -> None:
    """One citation has plain labels, and no More when nothing is left."""
    assert labels(keyboard(7, [Entry(0, 1, LINKED)], Below(1, 0))) == [["Context", "Source"]]


def test_message_without_citations_has_no_keyboard() -> None:
    """No empty keyboard is ever sent."""
    assert keyboard(7, []) is None
    assert source_keyboard(UNLINKED) is None


def test_taps_are_read_back() -> None:
    """What a button reports is read back as what it was made of, in at most 64 bytes."""
    markup = keyboard(GREATEST, [Entry(9999, 9999, UNLINKED)], Below(9999, 1))
    assert markup is not None
    context, more = (row[0].callback_data for row in markup.inline_keyboard)
    assert isinstance(context, str)
    assert isinstance(more, str)
    assert max(len(context.encode()), len(more.encode())) <= 64
    assert tapped(context) == ContextTap(GREATEST, 9999, 9999)
    assert tapped(more) == MoreTap(GREATEST, 9999)


def data(markup: object) -> list[str]:
    """Return what the buttons of a keyboard report, in order."""
    return [button.callback_data for row in markup.inline_keyboard for button in row]  # type: ignore[attr-defined]


def test_others_who_may_be_meant_stand_last() -> None:
    """Each other speaker has a row of its own below More; a long name is shortened."""
    rather = choice_buttons(GREATEST, ["I meant Tobi Okafor", "N" * 100])
    markup = keyboard(7, [Entry(0, 1, LINKED)], Below(1, 5, rather))
    assert labels(markup) == [["Context", "Source"], ["More (5)"], ["I meant Tobi Okafor"], ["N" * 47 + "…"]]
    assert [tapped(each.callback_data) for each in rather if isinstance(each.callback_data, str)] == [
        ChoiceTap(GREATEST, 0),
        ChoiceTap(GREATEST, 1),
    ]
    assert labels(column(rather)) == [["I meant Tobi Okafor"], ["N" * 47 + "…"]]
    assert column([]) is None


def test_only_statements_with_a_speaker_can_be_denied() -> None:
    """The owner's button stands under statements whose speaker is known, and reports which one it is."""
    said = cite(article(1, "Words."), kind="direct", speaker="Mina Okafor", statement=7)
    lost = cite(article(1, "Words."), kind="direct", statement=8)
    markup = keyboard(GREATEST, [Entry(2, 3, said), Entry(3, 4, lost)], deniable=True)
    assert labels(markup) == [["Context 3", "Source 3"], ["Not said by Mina Okafor? 3"], ["Context 4", "Source 4"]]
    assert f"n:{GREATEST}:2" in data(markup)
    assert labels(keyboard(7, [Entry(2, 3, said)])) == [["Context", "Source"]]


def test_a_denial_is_confirmed_or_taken_back() -> None:
    """The two buttons under the question report different answers to the same citation."""
    read = [tapped(each) for each in data(denial(GREATEST, 9999))]
    assert read == [DenialTap(Denial.YES, GREATEST, 9999), DenialTap(Denial.KEEP, GREATEST, 9999)]
    assert tapped("n:7:2") == DenialTap(Denial.ASK, 7, 2)


@pytest.mark.parametrize(
    ("page", "count", "shown"),
    [(0, 1, []), (0, 3, [("▶", 1)]), (1, 3, [("◀", 0), ("▶", 2)]), (2, 3, [("◀", 1)])],
)
def test_pages_are_turned_both_ways(page: int, count: int, shown: list[tuple[str, int]]) -> None:
    """The first page leads on, the last one back, and a single page nowhere."""
    markup = pages(GREATEST, page, count)
    assert labels(markup) == ([[label for label, _ in shown]] if shown else [])
    if markup:
        assert [tapped(each) for each in data(markup)] == [PageTap(GREATEST, other) for _, other in shown]


@pytest.mark.parametrize(
    "data",
    ["", "c", "w:1", "s:1:x", "q:1:1", "n:1", "y:1:2:3", "c:1:2", "m:1", "m:1:2:3", "c:-1:0:1", "m:١:٢x", "x:1:2"],
)
def test_foreign_data_is_no_tap(data: str) -> None:
    """What no button of ours reports is not read as something else."""
    assert tapped(data) is None


def test_buttons_can_be_taken_out() -> None:
    """A used More button and refused link buttons are taken out, with rows that become empty."""
    markup = keyboard(7, [Entry(0, 1, LINKED)], Below(1, 5))
    assert markup is not None
    assert labels(without(markup, "m:7:1")) == [["Context", "Source"]]
    assert labels(without_links(markup)) == [["Context"], ["More (5)"]]
    only = source_keyboard(LINKED)
    assert only is not None
    assert without_links(only) is None
