"""What there is to look at without asking: publishers, articles and speakers at a glance, and what follows up."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from fakes import HashEncoder, small_app

from corpus.records import Draft
from index.browsing import OPENING_CHARS, opening_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bot.app import App

HARBOUR = """The council met, and mayor Mina Okafor said "the harbour wall will be raised by two metres in spring".

Critics stayed away. Tobi Okafor said that the harbour wall is a waste of money. Okafor was booed.

Ole Lind said "herring quotas are a disgrace for every fisherman"."""

SCHOOLS = """Teachers are worried. Mina Okafor said "no school will close while I am in office".

Ole Lind said that the harbour wall came ten years too late."""

DRAFTS = (
    Draft(text=HARBOUR, title="Harbour", publisher="Port Vale Post", published=date(2024, 3, 4)),
    Draft(text=SCHOOLS, title="Schools", publisher="Morn Mail", published=date(2024, 5, 20)),
    Draft(text="Fog lay over Morn all day.", title="Fog", publisher="Morn Mail", published=date(2024, 1, 2)),
    Draft(text="Nobody knows who printed this.", title="Leaflet"),
)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """Four articles, indexed."""
    app = small_app(tmp_path / "data", encoder=HashEncoder(dimension=1024, window=45))
    app.writer.add(DRAFTS)
    app.projection.catch_up()
    yield app
    app.close()


def test_publishers_are_counted(app: App) -> None:
    """Each publisher has its articles, statements and days; what names none comes last, and removal is seen."""

    def counted() -> list[tuple[str | None, int, int, date | None, date | None]]:
        found = [(each.published, each.statements) for each in app.answerer.sources()]
        return [(each.publisher, each.articles, count, each.first, each.last) for each, count in found]

    first, last = date(2024, 1, 2), date(2024, 5, 20)
    assert counted() == [
        ("Morn Mail", 2, 2, first, last),
        ("Port Vale Post", 1, 3, date(2024, 3, 4), date(2024, 3, 4)),
        (None, 1, 0, None, None),
    ]
    app.writer.remove([3])
    assert counted()[0] == ("Morn Mail", 1, 2, last, last)


def test_card_shows_how_an_article_begins(app: App) -> None:
    """A card holds the verbatim opening and the number of statements; a removed article has none."""
    card = app.answerer.card(1)
    assert card is not None
    assert card.opening.text == HARBOUR
    assert card.opening.is_verbatim
    assert card.statements == 3
    assert app.answerer.verify(card.opening)
    app.writer.remove([1])
    assert app.answerer.card(1) is None
    assert app.answerer.card(10**17) is None
    assert not app.answerer.verify(card.opening)


@pytest.mark.parametrize(
    ("text", "opening"),
    [
        ("One.\n\nTwo.", "One.\n\nTwo."),
        (f"{'A' * 400}.\n\n{'B' * 400}.\n\nC.", f"{'A' * 400}."),
        (f"{'A' * 900}.\n\nB.", f"{'A' * 900}."),
        ("", ""),
    ],
)
def test_opening_is_whole_paragraphs(text: str, opening: str) -> None:
    """The opening never ends inside a paragraph, and takes further ones while they are short together."""
    assert opening_of(text).of(text) == opening
    assert len(opening) <= OPENING_CHARS or "\n\n" not in opening


def test_portrait_counts_publishers_and_shows_the_latest(app: App) -> None:
    """A portrait holds the publishers of a speaker's statements, and the latest of these first."""
    (lind,) = app.answerer.speakers("Lind")
    portrait = app.answerer.portrait(lind.speaker.id, 3)
    assert portrait is not None
    assert portrait.profile == lind
    assert portrait.publishers == (("Morn Mail", 1), ("Port Vale Post", 1))
    assert [each.article.title for each in portrait.latest] == ["Schools", "Harbour"]
    assert all(app.answerer.verify(each) and each.speaker == "Ole Lind" for each in portrait.latest)
    latest = app.answerer.portrait(lind.speaker.id, 1)
    assert latest is not None
    assert [each.article.title for each in latest.latest] == ["Schools"]
    assert app.answerer.portrait(10**6, 3) is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("and about the schools?", "What did Mina Okafor say about the schools?"),
        ("and Ole Lind?", "What did Ole Lind say about the harbour wall?"),
        ("and Lind?", "What did Lind say about the harbour wall?"),
        ("what about Okafor?", "What did Okafor say about the harbour wall?"),
        ("and the mayor?", "What did the mayor say about the harbour wall?"),
        ("and the herring?", "What did Mina Okafor say about the herring?"),
        ("and Okafr?", "What did Okafr say about the harbour wall?"),
        ("and by okaffor?", "What did okaffor say about the harbour wall?"),
        ("and lindens?", "What did Mina Okafor say about lindens?"),
        (
            "and in the Morn Mail?",
            "What did Mina Okafor say about the harbour wall in Morn Mail?",
        ),
    ],
)
def test_who_speaks_in_the_articles_tells_what_follows(app: App, text: str, question: str) -> None:
    """A name or role of somebody who speaks is a new speaker, and everything else a new topic."""
    before = app.answerer.understood("What did Mina Okafor say about the harbour wall?")
    found = app.answerer.follow(text, before, date(2024, 6, 1))
    assert found is not None
    assert found.question == question
