"""Buttons and what they report."""

from __future__ import annotations

import pytest
from fake_answering import article, cite

from bot.keyboards import ContextTap, Entry, MoreTap, keyboard, source_keyboard, tapped, without, without_links

LINKED = cite(article(1, "Words."))
UNLINKED = cite(article(2, "Words.", url=None))
GREATEST = 10**18 - 1


def labels(markup: object) -> list[list[str]]:
    """Return the labels of a keyboard, row by row."""
    return [[button.text for button in row] for row in markup.inline_keyboard] if markup else []  # type: ignore[attr-defined]


def test_several_citations_have_numbered_rows() -> None:
    """Each citation has a row with its number; one without an address has no Source; More stands last."""
    markup = keyboard(7, [Entry(3, 4, LINKED), Entry(4, 5, UNLINKED)], (5, 2))
    assert labels(markup) == [["Context 4", "Source 4"], ["Context 5"], ["More (2)"]]


def test_single_citation_needs_no_number() -> None:
    """One citation has plain labels, and no More when nothing is left."""
    assert labels(keyboard(7, [Entry(0, 1, LINKED)], (1, 0))) == [["Context", "Source"]]


def test_message_without_citations_has_no_keyboard() -> None:
    """No empty keyboard is ever sent."""
    assert keyboard(7, []) is None
    assert source_keyboard(UNLINKED) is None


def test_taps_are_read_back() -> None:
    """What a button reports is read back as what it was made of, in at most 64 bytes."""
    markup = keyboard(GREATEST, [Entry(9999, 9999, UNLINKED)], (9999, 1))
    assert markup is not None
    context, more = (row[0].callback_data for row in markup.inline_keyboard)
    assert isinstance(context, str)
    assert isinstance(more, str)
    assert max(len(context.encode()), len(more.encode())) <= 64
    assert tapped(context) == ContextTap(GREATEST, 9999, 9999)
    assert tapped(more) == MoreTap(GREATEST, 9999)


@pytest.mark.parametrize("data", ["", "c", "c:1:2", "m:1", "m:1:2:3", "c:-1:0:1", "m:١:٢x", "x:1:2"])
def test_foreign_data_is_no_tap(data: str) -> None:
    """What no button of ours reports is not read as something else."""
    assert tapped(data) is None


def test_buttons_can_be_taken_out() -> None:
    """A used More button and refused link buttons are taken out, with rows that become empty."""
    markup = keyboard(7, [Entry(0, 1, LINKED)], (1, 5))
    assert markup is not None
    assert labels(without(markup, "m:7:1")) == [["Context", "Source"]]
    assert labels(without_links(markup)) == [["Context"], ["More (5)"]]
    only = source_keyboard(LINKED)
    assert only is not None
    assert without_links(only) is None
