"""The newsroom without Telegram: reading, comparing, keeping, taking back, exporting."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from bot.desk.drafts import Piece
from bot.desk.exporting import export
from bot.desk.intakes import PostPart
from bot.desk.newsroom import MOST_READ, Newsroom, Pages
from corpus.database import writing
from corpus.errors import ArticleNotFoundError, CorpusLockedError, RecordError, UnknownFormatError
from corpus.records import Draft
from corpus.schema import articles
from corpus.store import Filter
from corpus.writing import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App

STORY = " ".join(f"w{number}" for number in range(120)) + '. Mina Okafor said "the bridge opens".'


class Site:
    """A site with one page."""

    def __init__(self, text: str) -> None:
        self.text = text

    def fetch(self, url: str) -> tuple[str, str]:
        """Return the page."""
        return url, self.text


def page_of(fetched: tuple[str, str]) -> Draft:
    """Read a page: it tells its text, and an address that differs from the one asked for."""
    url, text = fetched
    return Draft(text=text, url=f"{url}/amp", publisher="Site")


def test_a_piece_knows_what_is_there(small: App) -> None:
    """Statements are counted; another version and a near copy are found; an article is not compared to itself."""
    newsroom = Newsroom(small)
    draft = newsroom.read_text(STORY)
    assert newsroom.piece(draft) == Piece(draft, 1)
    assert newsroom.keep([draft])[0].outcome is Outcome.ADDED
    assert newsroom.piece(draft).same == 1
    assert newsroom.piece(replace(draft, text=f"{STORY} More.")).near == 1
    assert newsroom.piece(draft, article=1) == Piece(draft, 1)


def test_a_text_without_text_is_none(small: App) -> None:
    """White space is no article."""
    with pytest.raises(RecordError):
        Newsroom(small).read_text(" \n ")


def test_posts_are_known_by_address_or_key(small: App) -> None:
    """A public post has its address and no key; any other the key under which its edits are found."""
    newsroom = Newsroom(small)
    public = PostPart("Words.", "Post", -1001234, 5, "https://t.me/post/5", "2024-05-01")
    draft = newsroom.read_post(public)
    assert (draft.url, draft.key, draft.publisher, draft.published) == (public.url, None, "Post", date(2024, 5, 1))
    private = newsroom.read_post(replace(public, url=None))
    assert (private.url, private.key) == (None, "t.me/c/1234/5")


def test_files_are_read_up_to_a_bound(small: App, tmp_path: Path) -> None:
    """Good and bad records come apart; what is beyond the bound is said to be there; a strange file is an error."""
    newsroom = Newsroom(small)
    path = tmp_path / "upload"
    rows = [{"text": f"Row {n}."} for n in range(MOST_READ)]
    path.write_text("\n".join([*map(json.dumps, rows[:2]), "{"]))
    reading = newsroom.read_file(path, "rows.jsonl")
    assert [draft.text for draft in reading.drafts] == ["Row 0.", "Row 1."]
    assert [str(bad.place) for bad in reading.bad] == ["rows.jsonl:3"]
    assert not reading.more
    path.write_text("\n".join(map(json.dumps, rows)))
    assert not newsroom.read_file(path, "rows.jsonl").more
    path.write_text("\n".join(map(json.dumps, [*rows, rows[0]])))
    assert newsroom.read_file(path, "rows.jsonl").more
    path.write_bytes(b"\x00\x01")
    with pytest.raises(UnknownFormatError):
        newsroom.read_file(path, "photo.bin")


def test_a_removed_article_comes_back_for_a_day(small: App) -> None:
    """Within a day it can be taken back; later, or where there never was one, not."""
    newsroom = Newsroom(small)
    newsroom.keep([Draft(text=STORY)])
    for number in (1, 2):
        assert newsroom.removed(number) is None
    newsroom.remove([1])
    assert newsroom.restore(1).text == STORY
    newsroom.remove([1])
    with writing(small.store.engine) as connection:
        long_ago = datetime.now(UTC) - timedelta(days=1, seconds=1)
        connection.execute(update(articles).values(removed_at=long_ago))
    for number in (1, 2):
        with pytest.raises(ArticleNotFoundError):
            newsroom.restore(number)


def test_a_page_is_stored_under_the_address_it_is_known_by(small: App) -> None:
    """What changed at the source becomes a revision; title and address stay, what the page does not tell, too."""
    site = Site(STORY)
    newsroom = Newsroom(small, Pages(site, page_of))
    newsroom.keep([Draft(text=STORY, title="Mine", url="https://n.example/a", publisher="Site", language="en")])
    same = newsroom.refetch(1)
    assert same.before == same.after
    site.text = f"{STORY} More."
    changed = newsroom.refetch(1)
    assert (changed.before.revision, changed.after.revision) == (1, 2)
    assert (changed.after.title, changed.after.url, changed.after.text) == ("Mine", "https://n.example/a", site.text)
    newsroom.edit(1, Draft(text=STORY))
    with pytest.raises(RecordError, match="no page"):
        newsroom.refetch(1)


def test_one_writer_at_a_time(small: App) -> None:
    """While somebody holds the lock, nothing is kept, and that is an error soon."""
    newsroom = Newsroom(small)
    with small.lock(), pytest.raises(CorpusLockedError), newsroom.writing(0.1):
        pass
    assert small.store.count() == 0


def test_an_export_is_cut_and_comes_back(small: App, tmp_path: Path) -> None:
    """Files end when they are large enough; together they hold every article once, in the fields of the import."""
    newsroom = Newsroom(small)
    newsroom.keep([Draft(text=f"{n} {STORY[n:]}", title=f"T{n}", key=f"k{n}") for n in range(5)])
    whole = export(small.store, Filter(), tmp_path)
    assert (len(whole.paths), whole.articles) == (1, 5)
    parts = export(small.store, Filter(), tmp_path, most_bytes=1)
    assert [path.name for path in parts.paths[:2]] == ["articles-1.jsonl.gz", "articles-2.jsonl.gz"]
    rows = [json.loads(line) for path in parts.paths for line in gzip.decompress(path.read_bytes()).splitlines()]
    assert [row["id"] for row in rows] == [f"k{n}" for n in range(5)]
    reading = newsroom.read_file(parts.paths[0], parts.paths[0].name)
    assert newsroom.piece(reading.drafts[0]).same == 1
    assert export(small.store, Filter(words=("zzz",)), tmp_path).paths == ()
