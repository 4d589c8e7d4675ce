"""What the bot says about the collection in numbers, in a picture and under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.formatting import short
from bot.commands.stats import readable
from bot.days import days
from bot.language import _, ngettext

if TYPE_CHECKING:
    from datetime import date

    from bot.care.figures import Figures

MOST_NAME_CHARS = 40
NAMED = 3
"""Speakers, and publishers, that are named in the caption."""


def chart_title() -> str:
    """Head the picture."""
    return _("The collection in numbers")


def chart_extent(articles: int, statements: int, size: str) -> str:
    """Say how much there is, in one line."""
    return " · ".join([counted_articles(articles), counted_statements(statements), _("index {size}").format(size=size)])


def counted_articles(number: int) -> str:
    """Count articles."""
    return ngettext("{number} article", "{number} articles", number).format(number=f"{number:,}")


def counted_statements(number: int) -> str:
    """Count statements."""
    return ngettext("{number} statement", "{number} statements", number).format(number=f"{number:,}")


def articles_per_week() -> str:
    """Head a chart."""
    return _("Articles per week")


def statements_per_week() -> str:
    """Head a chart."""
    return _("Statements per week")


def top_speakers() -> str:
    """Head a chart."""
    return _("Most quoted")


def top_publishers() -> str:
    """Head a chart."""
    return _("Publishers")


def questions_title(number: int) -> str:
    """Head a chart."""
    return ngettext("{number} question in 30 days", "{number} questions in 30 days", number).format(
        number=f"{number:,}"
    )


def outcome(name: str) -> str:
    """Name what came of a question."""
    names = {
        "answered": _("answered"),
        "nothing_found": _("nothing found"),
        "ambiguous": _("asked back"),
        "failed": _("failed"),
    }
    return names[name]


def feedback(good: int, bad: int) -> str:
    """Say how answers were found."""
    return _("found good: {good} · found bad: {bad}").format(good=f"{good:,}", bad=f"{bad:,}")


def nothing_yet() -> str:
    """Stand in the place of a chart that has nothing to show."""
    return _("nothing yet")


def rank(number: int) -> str:
    """Stand in the place of a name whose letters cannot be drawn."""
    return _("No. {number}").format(number=number)


def short_day(day: date) -> str:
    """Write a day in a few letters, such as "4 Mar"."""
    months = [
        _("Jan"), _("Feb"), _("Mar"), _("Apr"), _("May"), _("Jun"),
        _("Jul"), _("Aug"), _("Sep"), _("Oct"), _("Nov"), _("Dec"),
    ]  # fmt: skip
    return _("{day} {month}").format(day=day.day, month=months[day.month - 1])


def chart_words() -> tuple[str, ...]:
    """Return words of the picture, in the language that is being spoken, by which its letters can be tried."""
    return (chart_title(), articles_per_week(), statements_per_week(), top_speakers(), outcome("answered"))


def caption(figures: Figures) -> str:
    """Say the main figures, for under the picture."""
    where = counted_articles(figures.articles)
    dates = days(figures.first, figures.last)
    rows = [
        f"{where}, {dates}" if dates else where,
        _("{statements} by {speakers} speakers").format(
            statements=counted_statements(figures.statements), speakers=f"{figures.speakers:,}"
        ),
        _("Index: {passages} passages, {size} on disk").format(
            passages=f"{figures.passages:,}", size=readable(figures.index_bytes)
        ),
    ]
    if figures.top_speakers:
        rows.append(_("Most quoted: {names}").format(names=_names(figures.top_speakers)))
    if figures.top_publishers:
        rows.append(_("Most articles: {names}").format(names=_names(figures.top_publishers)))
    outcomes = [f"{outcome(name)} {count:,}" for name, count in figures.questions.items() if count]
    asked = questions_title(figures.asked)
    rows.append(f"{asked}: {', '.join(outcomes)}" if outcomes else asked)
    if figures.good or figures.bad:
        rows.append(feedback(figures.good, figures.bad))
    return "\n".join(rows)


def _names(ranked: tuple[tuple[str, int], ...]) -> str:
    return ", ".join(f"{short(name, MOST_NAME_CHARS)} ({count:,})" for name, count in ranked[:NAMED])
