"""The picture of /stats: a PNG that is read on a phone.

Portrait, as high as Telegram shows without scaling down; large letters, few of them; colours that people with any
colour vision tell apart (Okabe and Ito, "Color Universal Design", 2008). Figures are drawn with Matplotlib's
object-oriented interface, which knows no global state, so that any thread may do it.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

from bot.care import texts_stats
from bot.care.fonts import drawable, families
from bot.chat.formatting import short
from bot.commands.stats import readable
from bot.language import ENGLISH, speaking, spoken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from bot.care.figures import Figures
    from corpus.weeks import Week

WIDTH_PX, HEIGHT_PX = 1080, 1280
DPI = 160
BLUE, SKY, ORANGE, GREEN, GREY = "#0072B2", "#56B4E9", "#E69F00", "#009E73", "#999999"
INK, FAINT = "#222222", "#DDDDDD"
LARGE, MIDDLE, SMALL = 12.0, 9.5, 8.5
"""Sizes of letters, in points: 27, 21 and 19 pixels."""

MOST_NAME_CHARS = 24
MOST_TICKS = 5
THOUSANDS = 10_000
"""Numbers of an axis from here on are written in thousands."""

LEFT, RIGHT, TOP_EDGE, BOTTOM = 0.07, 0.94, 0.855, 0.03


def picture(figures: Figures) -> bytes:
    """Draw the figures, in the language that is being spoken if its letters can be drawn, else in English.

    Returns:
        A PNG of `WIDTH_PX` by `HEIGHT_PX` pixels.
    """
    language = spoken() if all(map(drawable, texts_stats.chart_words())) else ENGLISH
    with speaking(language):
        buffer = BytesIO()
        drawn(figures).savefig(buffer, format="png", dpi=DPI)
        return buffer.getvalue()


def drawn(figures: Figures) -> Figure:
    """Draw the figures in the language that is being spoken."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415  (takes a second, and few need it)
    from matplotlib.figure import Figure as Canvas  # noqa: PLC0415

    figure = Canvas(figsize=(WIDTH_PX / DPI, HEIGHT_PX / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    _write(figure, LEFT, 0.955, texts_stats.chart_title(), LARGE + 3, weight="bold")
    _write(figure, LEFT, 0.925, _extent(figures), MIDDLE, color="#555555")
    shape = {"left": LEFT, "height_ratios": [3, 3, 5, 1.7], "hspace": 0.55, "top": TOP_EDGE, "bottom": BOTTOM}
    # Beside the weeks there is room for the numbers of their axes.
    grid = figure.add_gridspec(4, 1, right=RIGHT - 0.07, **shape)
    _weeks(figure.add_subplot(grid[0]), figures.weeks, texts_stats.articles_per_week(), BLUE, statements=False)
    _weeks(figure.add_subplot(grid[1]), figures.weeks, texts_stats.statements_per_week(), GREEN, statements=True)
    grid = figure.add_gridspec(4, 2, right=RIGHT, wspace=0.12, **shape)
    _ranking(figure.add_subplot(grid[2, 0]), figures.top_speakers, texts_stats.top_speakers(), GREEN)
    _ranking(figure.add_subplot(grid[2, 1]), figures.top_publishers, texts_stats.top_publishers(), BLUE)
    _questions(figure.add_subplot(grid[3, :]), figures)
    return figure


def _extent(figures: Figures) -> str:
    return texts_stats.chart_extent(figures.articles, figures.statements, readable(figures.index_bytes))


def _weeks(axes: Axes, weeks: Sequence[Week], title: str, color: str, *, statements: bool) -> None:
    """Draw one bar a week."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  (as in `drawn`)

    values = [week.statements if statements else week.articles for week in weeks]
    _head(axes, title)
    if not any(values):
        _empty(axes)
        return
    axes.bar(range(len(values)), values, width=0.8, color=color)
    axes.set_xlim(-0.6, max(len(values), 8) - 0.4)
    axes.set_ylim(0, max(values) * 1.12)
    step = max(1, -(-len(weeks) // MOST_TICKS))
    places = range(0, len(weeks), step)
    axes.set_xticks(list(places), [texts_stats.short_day(weeks[place].monday) for place in places])
    axes.yaxis.set_major_locator(MaxNLocator(3, integer=True))
    axes.yaxis.set_major_formatter(lambda value, _place: f"{value:,.0f}" if value < THOUSANDS else f"{value / 1000:g}k")
    axes.yaxis.tick_right()
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.tick_params(length=0)
    for label in (*axes.get_xticklabels(), *axes.get_yticklabels()):
        label.set(fontsize=SMALL, color=INK, **_fonts())


def _ranking(axes: Axes, ranked: Sequence[tuple[str, int]], title: str, color: str) -> None:
    """Draw names with their numbers, a bar under each; what cannot be drawn of a name is its rank."""
    from bot.care.figures import TOP  # noqa: PLC0415  (for the number alone)

    _head(axes, title)
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(TOP - 0.35, -0.65)
    if not ranked:
        _empty(axes)
        return
    most = ranked[0][1]
    for place, (name, count) in enumerate(ranked):
        number = _label(axes, (1, place - 0.2), f"{count:,}", ha="right")
        words = name if drawable(short(name, MOST_NAME_CHARS)) else texts_stats.rank(place + 1)
        _fitted(axes, (0, place - 0.2), words, 0.97 - _width(axes, number))
        axes.barh(place + 0.12, 1, height=0.2, color=FAINT)
        axes.barh(place + 0.12, count / most, height=0.2, color=color)


def _questions(axes: Axes, figures: Figures) -> None:
    """Draw one bar of what came of the questions, with a legend in words and numbers, and the feedback."""
    _head(axes, texts_stats.questions_title(figures.asked))
    axes.set_axis_off()
    axes.set_xlim(0, 1)
    axes.set_ylim(1.05, 0)
    colors = {"answered": BLUE, "nothing_found": ORANGE, "ambiguous": SKY, "failed": GREY}
    start, at = 0.0, 0.0
    for name, color in colors.items():
        count = figures.questions.get(name, 0)
        if not count:
            continue
        width = count / figures.asked
        axes.barh(0.2, width, left=start, height=0.3, color=color, edgecolor="white", linewidth=1)
        start += width
        for words, ink in (("■ ", color), (f"{texts_stats.outcome(name)} {count:,}", INK)):
            at += _width(axes, _label(axes, (at, 0.62), words, ha="left", color=ink))
        at += 0.03
    if not figures.asked:
        axes.barh(0.2, 1, height=0.3, color=FAINT)
    _label(axes, (0, 0.97), texts_stats.feedback(figures.good, figures.bad), ha="left")


def _head(axes: Axes, title: str) -> None:
    axes.set_title(title, loc="left", fontsize=LARGE, fontfamily=list(families()), color=INK, weight="bold", pad=8)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color(FAINT)


def _empty(axes: Axes) -> None:
    axes.set_axis_off()
    axes.text(0, 0.5, texts_stats.nothing_yet(), transform=axes.transAxes, fontsize=MIDDLE, color=GREY, **_fonts())


def _label(axes: Axes, place: tuple[float, float], words: str, **style: Any) -> Any:
    options = {"fontsize": MIDDLE, "va": "center", "color": INK, **style, **_fonts()}
    return axes.text(*place, words, parse_math=False, **options)


def _fitted(axes: Axes, place: tuple[float, float], words: str, room: float) -> None:
    """Write words, shortened until they take up at most a part of the axes' width: some letters are wide."""
    label = _label(axes, place, short(words, MOST_NAME_CHARS), ha="left")
    for most in range(MOST_NAME_CHARS, 1, -1):
        if _width(axes, label) <= room:
            return
        label.set_text(short(words, most))


def _width(axes: Axes, words: Any) -> float:
    """Return how wide drawn words are, in parts of the axes' width."""
    return float(words.get_window_extent().width / axes.get_window_extent().width)


def _write(figure: Figure, x: float, y: float, words: str, size: float, **style: Any) -> None:
    figure.text(x, y, words, fontsize=size, parse_math=False, **{"color": INK, **style, **_fonts()})


def _fonts() -> dict[str, Any]:
    return {"fontfamily": list(families())}
