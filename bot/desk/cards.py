"""Cards: what an article is or would be, as a message with buttons."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.chat.formatting import MOST_TITLE_CHARS, Note, named, short
from bot.chat.links import link
from bot.days import day
from bot.desk import texts_cards as texts
from corpus.records import Draft, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.desk.drafts import Pending, Piece
    from corpus.records import Article, Statement

PREFIX = "d"
_DATA = re.compile(rf"{PREFIX}:([a-z]{{1,12}}):(\d{{1,18}})(?::([a-z]{{1,12}}|\d{{1,9}}))?")

OPENING_CHARS = 500
PER_PAGE = 8
"""Articles or statements in one page of a list."""

MOST_SAID_CHARS = 220
PER_ROW = 4
MOST_URL_CHARS = 300


def data(verb: str, number: int, rest: str | int | None = None) -> str:
    """Return what a button reports (at most 64 bytes)."""
    return f"{PREFIX}:{verb}:{number}" + ("" if rest is None else f":{rest}")


def tapped(reported: str) -> tuple[str, int, str] | None:
    """Read what a button reported: a verb, a number, and what follows or ""; None where it is no button of ours."""
    found = _DATA.fullmatch(reported)
    return (found[1], int(found[2]), found[3] or "") if found else None


def button(label: str, verb: str, number: int, rest: str | int | None = None) -> InlineKeyboardButton:
    """Return a button with one of the labels of `bot.desk.texts_cards.button`."""
    return InlineKeyboardButton(texts.button(label), callback_data=data(verb, number, rest))


def title_of(article: Article | Draft) -> str:
    """Return the title of an article as it stands in a sentence."""
    return short(article.title, MOST_TITLE_CHARS) or texts.untitled()


def lines_of(article: Article | Draft, statements: int) -> list[str]:
    """Describe an article: title; publisher, date and author; address; length and statements. Escaped."""
    about = [
        named(article.publisher) or texts.no_publisher(),
        day(article.published) if article.published else texts.undated(),
        *([texts.by(short(article.author))] if article.author else []),
    ]
    extent = [texts.words(len(article.text.split())), texts.statements(statements)]
    return [
        f"<b>{escape(title_of(article), quote=False)}</b>",
        " · ".join(escape(each, quote=False) if at else each for at, each in enumerate(about)),
        *([named(article.url, MOST_URL_CHARS)] if article.url else []),
        " · ".join(escape(each, quote=False) for each in extent),
    ]


def opening(text: str, most: int = OPENING_CHARS) -> str:
    """Return the beginning of a text as a quotation that can be unfolded. Escaped."""
    start = text[:most].rstrip()
    return f"<blockquote expandable>{escape(start, quote=False)}{'…' if len(text) > most else ''}</blockquote>"


def preview(pending: Pending, piece: Piece, known: Article | None) -> tuple[Note, InlineKeyboardMarkup]:
    """Show one draft, with the buttons that keep, change or discard it.

    Args:
        pending: what waits.
        piece: its only piece.
        known: the stored article of which it is a version or a copy, if it is one of any.
    """
    is_change = pending.article is not None
    head = texts.changed_article(pending.article) if pending.article is not None else texts.new_article()
    lines = [f"<i>{escape(head, quote=False)}</i>", *lines_of(piece.draft, piece.statements)]
    if known is not None:
        said = texts.version_of if piece.same else texts.copy_of
        lines.append("⚠ " + escape(said(known.id, title_of(known)), quote=False))
    number = pending.id
    edits = [button(field, "edit", number, field) for field in texts.FIELDS]
    rows = [
        [
            button("save" if is_change else "keep", "keep", number),
            button("cancel" if is_change else "discard", "drop", number),
        ],
        edits[:2],
        edits[2:4],
        edits[4:],
    ]
    return Note("\n".join([*lines, opening(piece.draft.text)])), InlineKeyboardMarkup(rows)


def bundle(pending: Pending, pieces: Sequence[Piece], page: int) -> tuple[Note, InlineKeyboardMarkup]:
    """Show several drafts: what they come to, and a page of their titles.

    Args:
        pending: what waits.
        pieces: all of its pieces.
        page: which page, from 0.
    """
    same = sum(piece.same is not None for piece in pieces)
    near = sum(piece.near is not None for piece in pieces)
    total = [
        texts.words(sum(len(piece.draft.text.split()) for piece in pieces)),
        texts.statements(sum(piece.statements for piece in pieces)),
        *([texts.versions(same)] if same else []),
        *([texts.copies(near)] if near else []),
    ]
    first = page * PER_PAGE
    shown = pieces[first : first + PER_PAGE]
    lines = [
        f"<i>{escape(texts.new_articles(len(pieces)), quote=False)}</i>",
        escape(" · ".join(total), quote=False),
        "",
        *(_line(f"{first + at}.", piece.draft, piece) for at, piece in enumerate(shown, start=1)),
    ]
    rows = [[button("keep all", "keep", pending.id), button("discard", "drop", pending.id)]]
    turning = turns("page", pending.id, page, len(pieces))
    return Note("\n".join(lines)), InlineKeyboardMarkup([*rows, *([turning] if turning else [])])


def turns(verb: str, number: int, page: int, count: int) -> list[InlineKeyboardButton]:
    """Return the buttons that turn the pages of a list of so many lines."""
    pages = page_count(count)
    ways = (("back", page - 1), ("on", page + 1))
    return [button(label, verb, number, other) for label, other in ways if 0 <= other < pages]


def page_count(count: int) -> int:
    """Return how many pages so many lines take, at least one."""
    return max(1, -(-count // PER_PAGE))


def stored(article: Article, statements: int, head: str = "") -> tuple[Note, InlineKeyboardMarkup]:
    """Show a stored article, with the buttons for what can be done with it.

    Args:
        article: the article.
        statements: how many statements it has.
        head: what became of it; default: its number.
    """
    notes = [
        head or texts.article_head(article.id),
        *([texts.revision(article.revision)] if article.revision > 1 else []),
    ]
    lines = [f"<i>{escape(' · '.join(notes), quote=False)}</i>", *lines_of(article, statements)]
    if article.copy_of is not None:
        lines.append(escape(texts.copy_of_number(article.copy_of), quote=False))
    number = article.id
    rows = [
        [*([button("statements", "said", number, 0)] if statements else []), button("text", "text", number)],
        [button("edit", "change", number), button("remove", "remove", number)],
    ]
    address = link(article.url)
    if address:
        source = InlineKeyboardButton(texts.button("source"), url=address)
        rows.append([button("refetch", "fetch", number), source])
    return Note("\n".join([*lines, opening(article.text)])), InlineKeyboardMarkup(rows)


def listing(
    articles: Sequence[Article], count: int, page: int, look: tuple[int, str]
) -> tuple[Note, InlineKeyboardMarkup]:
    """Show a page of stored articles, with a button for each.

    Args:
        articles: those of the page.
        count: how many there are in all.
        page: which page, from 0.
        look: number of the stored search, and its words.
    """
    number, wanted = look
    head = escape(texts.list_head(count, short(wanted)), quote=False)
    if count > PER_PAGE:
        head += f" · {page * PER_PAGE + 1}–{page * PER_PAGE + len(articles)}"
    lines = [head, "", *(_line(f"{article.id}.", article) for article in articles)]
    shows = [InlineKeyboardButton(str(each.id), callback_data=data("show", each.id)) for each in articles]
    rows = [shows[at : at + PER_ROW] for at in range(0, len(shows), PER_ROW)]
    turning = turns("list", number, page, count)
    return Note("\n".join(lines).rstrip()), InlineKeyboardMarkup([*rows, *([turning] if turning else [])])


def spoken(
    article: Article, said: Sequence[tuple[Statement, str | None]], page: int
) -> tuple[Note, InlineKeyboardMarkup]:
    """Show a page of an article's statements.

    Args:
        article: the article.
        said: all of its statements, each with its speaker's name or None.
        page: which page, from 0.
    """
    lines = [f"<i>{escape(texts.statements_of(article.id, title_of(article)), quote=False)}</i>", ""]
    for at, (statement, name) in enumerate(said[page * PER_PAGE : (page + 1) * PER_PAGE], start=page * PER_PAGE + 1):
        who = f"<b>{named(name)}</b>" if name else f"<i>{escape(texts.unattributed(), quote=False)}</i>"
        whole = Span(statement.content[0].start, statement.content[-1].end)
        lines.append(f"{at}. {who}: {named(whole.of(article.text), MOST_SAID_CHARS)}")
    turning = turns("lines", article.id, page, len(said))
    return Note("\n".join(lines)), InlineKeyboardMarkup(
        [*([turning] if turning else []), [button("show", "show", article.id)]]
    )


def _line(number: str, article: Article | Draft, piece: Piece | None = None) -> str:
    parts = [
        f"<b>{named(article.title, MOST_TITLE_CHARS) or escape(texts.untitled(), quote=False)}</b>",
        named(article.publisher),
        day(article.published) if article.published else "",
        escape(texts.statements(piece.statements), quote=False) if piece else "",
        escape(texts.versions(1), quote=False) if piece and piece.same else "",
        escape(texts.copies(1), quote=False) if piece and piece.near else "",
    ]
    return f"{number} " + " · ".join(part for part in parts if part)
