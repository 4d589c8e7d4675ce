"""The picture of /stats, its caption, and what its figures count."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from bot.care import charts, texts_stats
from bot.care.charts import BLUE, HEIGHT_PX, WIDTH_PX, drawn, picture
from bot.care.figures import Figures, gather
from bot.care.fonts import drawable
from bot.care.tallies import Counted, Tallies
from bot.chat.memories import Given
from bot.language import speaking
from bot.readers.votes import Votes
from corpus.records import Draft
from corpus.weeks import Week

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bot.app import App

MONDAY = date(2024, 1, 1)
LONG = "National Aeronautics and Space Administration of the United States"


def figures(**values: Any) -> Figures:
    """Return figures of a large collection, with names that do not fit or cannot be drawn."""
    known: dict[str, Any] = {
        "articles": 1_234_567,
        "statements": 9_876_543,
        "speakers": 54_321,
        "publishers": 12,
        "first": date(2023, 1, 2),
        "last": date(2024, 6, 30),
        "index_bytes": 12_345_678_901,
        "passages": 4_000_000,
        "weeks": tuple(Week(MONDAY + timedelta(days=7 * n), 20_000 + 900 * n, 150_000 - n) for n in range(26)),
        "top_speakers": tuple(
            (f"{name}{LONG}", 123_456) for name in ("", "$x_1$ ", "김철수 ", "W" * 24, "אמר ", "<b>")
        ),
        "top_publishers": (("The Washington Post of the Whole Wide World", 99_999), ("한겨레", 5)),
        "questions": {"answered": 999_999, "nothing_found": 99_999, "ambiguous": 9_999, "failed": 1},
        "good": 12_345,
        "bad": 1_234,
    }
    return Figures(**(known | values))


EMPTY = {
    "articles": 0, "statements": 0, "first": None, "last": None, "weeks": (), "top_speakers": (), "top_publishers": (),
    "questions": {"answered": 0, "nothing_found": 0, "ambiguous": 0, "failed": 0}, "good": 0, "bad": 0,
}  # fmt: skip


@pytest.mark.parametrize("values", [{}, EMPTY, {"weeks": (Week(MONDAY, 1, 0),)}])
def test_the_picture_is_a_png_of_a_phones_size(values: dict[str, Any]) -> None:
    """Whatever there is to show, it is an image of the size that Telegram does not scale, and not blank."""
    image = Image.open(io.BytesIO(picture(figures(**values))))
    assert (image.format, image.size) == ("PNG", (WIDTH_PX, HEIGHT_PX))
    colours = image.convert("RGB").getcolors(1_000_000)
    assert colours
    blank = max(colours)[0] / (WIDTH_PX * HEIGHT_PX)
    assert 0.5 < blank < 0.99
    assert max(colours)[1] == (255, 255, 255)


def test_bars_are_as_long_as_their_numbers() -> None:
    """Half as many articles are half as much blue."""
    weeks = tuple(Week(MONDAY + timedelta(days=7 * n), 100 if n < 13 else 50, 0) for n in range(26))
    image = Image.open(io.BytesIO(picture(figures(**(EMPTY | {"weeks": weeks}))))).convert("RGB")
    blue = tuple(int(BLUE[at : at + 2], 16) for at in (1, 3, 5))
    columns: list[int] = [sum(image.getpixel((x, y)) == blue for y in range(HEIGHT_PX)) for x in range(WIDTH_PX)]
    heights = sorted({count for count in columns if count > 10})
    assert heights[-1] / heights[0] == pytest.approx(2, rel=0.05)


def texts_of(figure: Figure) -> list[Any]:
    """Return all words of a figure that are shown: headings, labels, and the numbers of axes within their range."""
    found = [*figure.texts]
    for axes in figure.axes:
        found += [*axes.texts, axes._left_title]
        if axes.axison:
            (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
            found += [each for each in axes.get_xticklabels() if left <= each.get_position()[0] <= right]
            found += [each for each in axes.get_yticklabels() if low <= each.get_position()[1] <= high]
    return [each for each in found if each.get_text().strip()]


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("values", [{}, EMPTY])
def test_no_words_are_cut_off_or_written_over_each_other(language: str, values: dict[str, Any]) -> None:
    """All words lie within the picture, and none covers another."""
    with speaking(language):
        can = all(map(drawable, texts_stats.chart_words()))
    with speaking(language if can else "en"):
        figure = drawn(figures(**values))
    figure.canvas.draw()
    boxes = [(each.get_text(), each.get_window_extent()) for each in texts_of(figure)]
    assert len(boxes) > 6
    for words, box in boxes:
        assert box.x0 >= 0, words
        assert box.x1 <= WIDTH_PX, words
        assert box.y0 >= 0, words
        assert box.y1 <= HEIGHT_PX, words
    for number, (words, box) in enumerate(boxes):
        for other, place in boxes[number + 1 :]:
            apart = box.x1 <= place.x0 + 1 or place.x1 <= box.x0 + 1 or box.y1 <= place.y0 + 1 or place.y1 <= box.y0 + 1
            assert apart, f"{words!r} covers {other!r}"


def test_letters_that_no_font_has_are_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that would be boxes is its rank; Korean is spoken in the picture only where it can be drawn."""
    monkeypatch.setattr("bot.care.fonts.families", lambda: ("DejaVu Sans",))
    monkeypatch.setattr(charts, "families", lambda: ("DejaVu Sans",))
    assert drawable("Ødegård – Ľubica, Ελένη, Дарья 1,234 · “…”")
    assert not drawable("김철수")
    assert not drawable("אמר")
    words = [each.get_text() for each in texts_of(drawn(figures()))]
    assert {"No. 2", "No. 3", "No. 5"} <= set(words)
    assert not any("김" in each for each in words)
    with speaking("ko"):
        picture(figures())  # a letter without a glyph would be a warning, which fails the test


def test_the_caption_fits_under_a_picture() -> None:
    """The main figures stand in it, in at most 1,024 characters, names as they are."""
    words = texts_stats.caption(figures())
    assert len(words) <= 1024
    assert "1,234,567 articles, 2 Jan 2023 – 30 Jun 2024" in words
    assert "9,876,543 statements by 54,321 speakers" in words
    assert "12.3 GB on disk" in words
    assert "answered 999,999, nothing found 99,999, asked back 9,999, failed 1" in words
    assert "found good: 12,345" in words
    assert texts_stats.caption(figures(**EMPTY)).splitlines()[0] == "0 articles"


def test_figures_are_those_of_the_collection(small: App) -> None:
    """Speakers, publishers, weeks, index and the last thirty days are counted."""
    today = date(2024, 7, 1)
    with small.lock():
        small.writer.add(
            [
                Draft(text=f"Mina Okafor said “yes {n}”.", key=str(n), title="t", publisher="Gazette", published=today)
                for n in range(3)
            ]
        )
        small.projection.catch_up()
        small.projection.publish()
    now = datetime(2024, 7, 1, 12, tzinfo=UTC)
    for day, verdict in [(today - timedelta(days=30), "answered"), (today - timedelta(days=29), "ambiguous")]:
        Tallies(small.state.engine, lambda day=day: day).add(verdict)
    counts = Tallies(small.state.engine, lambda: today)
    given = Given(id=1, chat=1, message=1, thread=None, nearest=False, shown=1, numbered=1, citations=())
    for user, up, when in ((1, True, now), (2, True, now), (3, False, now), (4, True, now - timedelta(days=31))):
        Votes(small.state.engine, when.timestamp).cast(given, user, "Who?", up=up)
    seen = gather(small, counts, now)
    assert (seen.articles, seen.statements, seen.speakers, seen.publishers) == (3, 3, 1, 1)
    assert seen.top_speakers == (("Mina Okafor", 3),)
    assert seen.top_publishers == (("Gazette", 3),)
    assert seen.weeks == (Week(date(2024, 7, 1), 3, 3),)
    assert seen.index_bytes > 1000
    assert seen.questions == {"answered": 0, "nothing_found": 0, "ambiguous": 1, "failed": 0}
    assert (seen.asked, seen.good, seen.bad) == (1, 2, 1)


def test_questions_are_counted_by_what_came_of_them(small: App) -> None:
    """An answer counts under its verdict, a crash as failed; nothing else about the question is kept."""
    counts = Tallies(small.state.engine)
    counted = Counted(small.answerer, counts)
    counted.ask("what did the bridge say?")
    counted.ask("what did the bridge say?")

    class Broken:
        def ask(self, *_: object, **__: object) -> None:
            raise RuntimeError

    with pytest.raises(RuntimeError):
        Counted(Broken(), counts).ask("secret words")  # type: ignore[arg-type]
    assert counts.since(date(2000, 1, 1)) == {"failed": 1, "nothing_found": 2}
    assert b"secret" not in (small.settings.data_dir / "bot.sqlite").read_bytes()
