"""Changing the corpus: what becomes of drafts, copies, removals, passages, generations and the lock."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from fakes import PatternExtractor
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from corpus.database import open_database, sqlite_url
from corpus.database import writing as database_writing
from corpus.errors import ArticleNotFoundError, ChunkingError, CorpusLockedError
from corpus.passages import Splitter
from corpus.records import ChangeKind, Draft, Extraction, Span, Statement, StatementKind
from corpus.saying import speaker_key
from corpus.schema import bands, passages, revisions, speaker_forms, speakers, voices
from corpus.store import Store
from corpus.writing import SPLITTER, Outcome, Stored, Writer, write_lock

BRIDGE = Draft(
    text="The council of Port Vell met.\n\n“We will build it,” said Mina Okafor, the mayor.",
    title="A bridge",
    key="pv-1",
    url="https://news.example/bridge?utm_source=feed",
    publisher="Port Vell Post",
    published=date(2024, 5, 1),
    author="Ada Lind",
    language="en",
)


def story(words: int, start: int = 0) -> str:
    """Return a text of so many different words, in sentences of ten."""
    numbers = [f"w{number}" for number in range(start, start + words)]
    return " ".join(" ".join(numbers[at : at + 10]) + "." for at in range(0, words, 10))


def outcomes(stored: Sequence[Stored]) -> list[Outcome]:
    """Return the outcomes alone."""
    return [entry.outcome for entry in stored]


def kinds(store: Store) -> list[tuple[int, ChangeKind, int]]:
    """Return the whole change log."""
    return [(change.generation, change.kind, change.article) for change in store.changes_since(0)]


def texts_of(store: Store, number: int) -> list[str]:
    """Return the passages of an article as texts."""
    return [passage.span.of(article.text) for passage, article in store.cited_of([number])]


class TestAdding:
    """New articles."""

    def test_what_was_given_is_what_is_stored(self, store: Store, writer: Writer) -> None:
        """Every field of a draft stands in the article, unchanged."""
        before = datetime.now(UTC)
        (stored,) = writer.add([BRIDGE])
        article = store.article(stored.article)
        assert stored == Stored(Outcome.ADDED, 1)
        assert Draft(**{name: getattr(article, name) for name in Draft.__slots__}) == BRIDGE
        assert (article.id, article.revision, article.copy_of) == (1, 1, None)
        assert before <= article.stored_at <= datetime.now(UTC)
        assert article.stored_at.tzinfo is not None
        assert article.reference == "pv-1"

    def test_a_draft_of_nothing_but_text(self, store: Store, writer: Writer) -> None:
        """A text alone is an article, whose reference is its number."""
        (stored,) = writer.add([Draft(text="Nobody came.")])
        article = store.article(stored.article)
        assert (article.title, article.key, article.url, article.published) == ("", None, None, None)
        assert article.reference == "1"

    def test_its_passages_are_slices_of_it(self, store: Store, writer: Writer) -> None:
        """The stored passages are those of the splitter."""
        text = "One two three.\n\n" + "Four five six seven. " * 8
        (stored,) = writer.add([Draft(text=text)])
        expected = [span.of(text) for span in writer.splitter.split(text)]
        assert texts_of(store, stored.article) == expected
        assert len(expected) == 3

    def test_nothing_to_add_is_nothing(self, store: Store, writer: Writer) -> None:
        """Adding no drafts changes no generation."""
        assert writer.add([]) == []
        assert store.generation() == 0

    def test_all_drafts_are_stored_or_none(self, store: Store, writer: Writer) -> None:
        """When one draft of a call cannot be stored, none of them is."""
        with pytest.raises(UnicodeEncodeError):
            writer.add([BRIDGE, Draft(text="half \ud83d")])
        assert store.generation() == 0
        assert store.article_numbers() == []
        assert outcomes(writer.add([BRIDGE])) == [Outcome.ADDED]


class TestSameArticle:
    """Which drafts are versions of a stored article."""

    @pytest.mark.parametrize(
        ("first", "second", "same"),
        [
            ({"key": "a"}, {"key": "a"}, True),
            ({"key": "a", "url": "https://n.example/1"}, {"key": "a", "url": "https://n.example/2"}, True),
            ({"key": "a"}, {"key": "b"}, False),
            ({"key": "a", "url": "https://n.example/1"}, {"key": "b", "url": "https://n.example/1"}, False),
            ({"url": "https://n.example/1"}, {"url": "http://N.example/1/?utm_source=x#top"}, True),
            ({"url": "https://n.example/1"}, {"url": "https://n.example/2"}, False),
            ({"url": "https://n.example/1"}, {"key": "a", "url": "https://n.example/1"}, True),
            ({"key": "a", "url": "https://n.example/1"}, {"url": "https://n.example/1"}, True),
            ({"key": "a"}, {"url": "https://n.example/1"}, False),
            ({}, {"key": "a"}, False),
            ({}, {"url": "https://n.example/1"}, False),
        ],
    )
    def test_key_then_url(self, writer: Writer, first: dict[str, str], second: dict[str, str], *, same: bool) -> None:
        """The key decides; where one of the two has none, the canonical URL does; another text is then an update."""
        stored = writer.add([Draft(text="One.", **first), Draft(text="Two.", **second)])
        assert outcomes(stored) == [Outcome.ADDED, Outcome.UPDATED if same else Outcome.ADDED]
        assert (stored[0].article == stored[1].article) is same

    def test_without_key_and_url_the_text_decides(self, writer: Writer) -> None:
        """The same text, but for white space, is the same article; another text is another."""
        stored = writer.add([Draft(text="One  two."), Draft(text="One two."), Draft(text="One three.")])
        assert [entry.article for entry in stored] == [1, 1, 2]

    def test_the_same_text_under_two_keys_is_two_articles(self, writer: Writer) -> None:
        """What the source tells apart stays apart."""
        stored = writer.add([Draft(text="One.", key="a"), Draft(text="One.", key="b")])
        assert [entry.article for entry in stored] == [1, 2]

    def test_an_address_that_cannot_be_read_is_stored(self, store: Store, writer: Writer) -> None:
        """A broken URL keeps no article out, and finds it again."""
        assert outcomes(writer.add([Draft(text="One.", url="http://[broken")] * 2)) == [
            Outcome.ADDED,
            Outcome.UNCHANGED,
        ]
        assert store.find("http://[broken").id == 1


class TestUpdating:
    """Later versions of a stored article."""

    def test_a_second_run_changes_nothing(self, store: Store, writer: Writer) -> None:
        """The same drafts again are unchanged: no revision, no generation, the same passages."""
        drafts = [BRIDGE, Draft(text="Nobody came."), Draft(text=story(100), url="https://n.example/1")]
        writer.add(drafts)
        before = store.generation(), store.passages_of([1, 2, 3])
        assert outcomes(writer.add(drafts)) == [Outcome.UNCHANGED] * 3
        assert (store.generation(), store.passages_of([1, 2, 3])) == before

    def test_a_new_text_is_a_new_revision(self, store: Store, writer: Writer) -> None:
        """The article has the new text and new passages under new ids; the old revision is kept."""
        writer.add([BRIDGE])
        old = store.passages_of([1])
        text = "“We will not build it,” said Mina Okafor."
        assert writer.add([replace(BRIDGE, text=text)]) == [Stored(Outcome.UPDATED, 1)]
        assert (store.article(1).text, store.article(1).revision) == (text, 2)
        assert texts_of(store, 1) == [text]
        assert min(passage.id for passage in store.passages_of([1])) > max(passage.id for passage in old)
        with store.engine.connect() as connection:
            rows = connection.execute(select(revisions.c.revision, revisions.c.text).order_by(revisions.c.revision))
            assert rows.all() == [(1, BRIDGE.text), (2, text)]

    def test_new_metadata_keeps_the_passages(self, store: Store, writer: Writer) -> None:
        """A corrected title is a new revision with the same passages."""
        writer.add([BRIDGE])
        old = store.passages_of([1])
        assert outcomes(writer.add([replace(BRIDGE, title="The bridge")])) == [Outcome.UPDATED]
        assert (store.article(1).title, store.article(1).revision) == ("The bridge", 2)
        assert store.passages_of([1]) == old
        assert kinds(store)[-1] == (2, ChangeKind.UPDATE, 1)

    @pytest.mark.parametrize("name", ["title", "url", "publisher", "published", "author", "language"])
    def test_a_field_left_out_keeps_its_value(self, store: Store, writer: Writer, name: str) -> None:
        """A draft that lacks a field does not erase it."""
        writer.add([BRIDGE])
        empty = "" if name == "title" else None
        assert outcomes(writer.add([replace(BRIDGE, **{name: empty})])) == [Outcome.UNCHANGED]
        assert getattr(store.article(1), name) == getattr(BRIDGE, name)

    def test_white_space_alone_is_a_new_text(self, store: Store, writer: Writer) -> None:
        """Under the same key every character counts, for quotations are compared character by character."""
        writer.add([Draft(text="One two.", key="a")])
        assert outcomes(writer.add([Draft(text="One  two.", key="a")])) == [Outcome.UPDATED]
        assert store.article(1).text == "One  two."

    def test_an_article_gets_the_key_it_lacked(self, store: Store, writer: Writer) -> None:
        """A draft with a key for a known URL gives the article that key."""
        writer.add([Draft(text="One.", url="https://n.example/1")])
        writer.add([Draft(text="One.", url="https://n.example/1", key="a")])
        assert store.find("a").id == 1

    def test_editing_by_number(self, store: Store, writer: Writer) -> None:
        """An edit changes text and metadata of one article, and leaves what it does not name."""
        writer.add([BRIDGE])
        assert writer.edit(1, Draft(text="“No.”", title="No bridge")) == Stored(Outcome.UPDATED, 1)
        article = store.article(1)
        assert (article.text, article.title, article.key, article.publisher) == (
            "“No.”",
            "No bridge",
            "pv-1",
            "Port Vell Post",
        )

    def test_editing_what_is_not_there(self, writer: Writer) -> None:
        """An edit of an article that does not exist, or was removed, says so."""
        writer.add([BRIDGE])
        writer.remove([1])
        for number in (1, 7):
            with pytest.raises(ArticleNotFoundError, match=str(number)):
                writer.edit(number, Draft(text="x"))

    def test_an_edit_leaves_the_keys(self, store: Store, writer: Writer) -> None:
        """An article keeps its key, whatever key the draft has."""
        writer.add([Draft(text="One.", key="a"), Draft(text="Two.", key="b")])
        assert writer.edit(2, Draft(text="Three.", key="a")) == Stored(Outcome.UPDATED, 2)
        assert (store.find("a").text, store.find("b").text) == ("One.", "Three.")


class TestRemoving:
    """Articles taken out."""

    def test_a_removed_article_is_gone_with_all_that_was_its(self, store: Store, writer: Writer) -> None:
        """No article, no passage, no band is left; its revision is."""
        writer.add([BRIDGE, Draft(text=story(100), key="long")])
        assert writer.remove([2]) == [2]
        assert store.article_numbers() == [1]
        assert store.passages_of([2]) == []
        assert store.cited_of([2]) == []
        with pytest.raises(ArticleNotFoundError):
            store.find("long")
        with store.engine.connect() as connection:
            assert connection.scalar(select(func.count()).select_from(bands)) == 0
            assert connection.scalar(select(func.count()).select_from(revisions)) == 2
        assert kinds(store)[-1] == (3, ChangeKind.REMOVE, 2)

    def test_what_is_not_there_is_passed_over(self, store: Store, writer: Writer) -> None:
        """Removing twice, or what never was, changes nothing; the ids removed come back once and ascending."""
        writer.add([Draft(text="One.", key="a"), Draft(text="Two.", key="b"), Draft(text="Three.", key="c")])
        assert writer.remove([3, 1, 99, 1]) == [1, 3]
        generation = store.generation()
        assert writer.remove([3, 1]) == []
        assert writer.remove([]) == []
        assert store.generation() == generation

    def test_any_number_of_articles_can_be_named(self, writer: Writer) -> None:
        """More ids than a database takes in one statement are no trouble."""
        writer.add([BRIDGE])
        assert writer.remove(range(300_000)) == [1]

    def test_ids_are_never_given_twice(self, store: Store, writer: Writer) -> None:
        """After the newest article was removed, neither its id nor those of its passages come again."""
        writer.add([BRIDGE])
        gone = store.passages_of([1])
        writer.remove([1])
        assert writer.add([BRIDGE]) == [Stored(Outcome.ADDED, 2)]
        assert min(passage.id for passage in store.passages_of([2])) > max(passage.id for passage in gone)
        assert store.find("pv-1").id == 2

    def test_ids_are_never_given_twice_after_opening_again(self, tmp_path: Path, splitter: Splitter) -> None:
        """Also another process gives new ids."""
        for expected in (1, 2, 3):
            store = Store(open_database(sqlite_url(tmp_path / "again.sqlite")))
            writer = Writer(store, splitter, PatternExtractor())
            assert writer.add([BRIDGE]) == [Stored(Outcome.ADDED, expected)]
            writer.remove([expected])
            store.close()


class TestCopies:
    """Wire stories that several print."""

    def test_a_shortened_wire_story_is_linked(self, store: Store, writer: Writer) -> None:
        """A story cut from its end is a copy of the whole one, whichever comes first."""
        whole, short = Draft(text=story(400), key="whole"), Draft(text=story(300), key="short")
        assert outcomes(writer.add([whole, short])) == [Outcome.ADDED, Outcome.COPY]
        assert store.copies_of([1, 2]) == {2: 1}
        assert store.article(2).copy_of == 1

    def test_the_longer_one_may_come_later(self, store: Store, writer: Writer) -> None:
        """The whole story after its short version is the copy of it."""
        assert outcomes(writer.add([Draft(text=story(300), key="a"), Draft(text=story(400), key="b")])) == [
            Outcome.ADDED,
            Outcome.COPY,
        ]
        assert store.copies_of([1, 2]) == {2: 1}

    def test_links_lead_to_the_original(self, store: Store, writer: Writer) -> None:
        """The copy of a copy is a copy of the original."""
        writer.add([Draft(text=story(count), key=str(count)) for count in (400, 360, 330)])
        assert store.copies_of([1, 2, 3]) == {2: 1, 3: 1}

    def test_other_stories_and_short_ones_are_not_linked(self, store: Store, writer: Writer) -> None:
        """Neither another story nor a short notice that two papers print is a copy."""
        drafts = [Draft(text=story(400), key="a"), Draft(text=story(400, start=1000), key="b")]
        notices = [Draft(text=story(30), key="c"), Draft(text=story(30), key="d")]
        assert outcomes(writer.add(drafts + notices)) == [Outcome.ADDED] * 4
        assert store.copies_of([1, 2, 3, 4]) == {}

    def test_removing_the_original_makes_the_first_copy_the_original(self, store: Store, writer: Writer) -> None:
        """The earliest copy takes its place, the others are copies of that one."""
        writer.add([Draft(text=story(count), key=str(count)) for count in (400, 380, 360)])
        writer.remove([1])
        assert store.copies_of([2, 3]) == {3: 2}
        assert outcomes(writer.add([Draft(text=story(390), key="390")])) == [Outcome.COPY]
        assert store.copies_of([4]) == {4: 2}

    def test_removing_original_and_copies_at_once(self, store: Store, writer: Writer) -> None:
        """Nothing is left that points to what is gone."""
        writer.add([Draft(text=story(count), key=str(count)) for count in (400, 380, 360)])
        assert writer.remove([1, 2]) == [1, 2]
        assert store.copies_of([1, 2, 3]) == {}
        assert store.article(3).copy_of is None

    def test_an_original_that_changes_lets_its_copies_go(self, store: Store, writer: Writer) -> None:
        """With another text it is no original any more, and its copies are what they are to each other."""
        writer.add([Draft(text=story(count), key=str(count)) for count in (400, 380, 360)])
        writer.add([Draft(text=story(400, start=5000), key="400")])
        assert store.copies_of([1, 2, 3]) == {3: 2}

    def test_an_original_that_changes_little_keeps_its_copies(self, store: Store, writer: Writer) -> None:
        """A corrected sentence at the end parts nothing."""
        writer.add([Draft(text=story(400), key="a"), Draft(text=story(380), key="b")])
        writer.add([Draft(text=story(400) + " Corrected on Monday.", key="a")])
        assert store.copies_of([1, 2]) == {2: 1}

    def test_a_copy_that_changes_is_a_copy_no_more(self, store: Store, writer: Writer) -> None:
        """A copy that gets another text is an article of its own."""
        writer.add([Draft(text=story(400), key="a"), Draft(text=story(380), key="b")])
        writer.add([Draft(text=story(380, start=5000), key="b")])
        assert store.copies_of([1, 2]) == {}

    def test_an_article_may_become_a_copy(self, store: Store, writer: Writer) -> None:
        """An article that gets the text of another is its copy."""
        writer.add([Draft(text=story(400), key="a"), Draft(text=story(400, start=5000), key="b")])
        writer.add([Draft(text=story(380), key="b")])
        assert store.copies_of([1, 2]) == {2: 1}

    def test_two_excerpts_are_not_copies_of_each_other(self, store: Store, writer: Writer) -> None:
        """When a story goes of which two others are different parts, these are not linked to each other."""
        parts = [Draft(text=story(260), key="b"), Draft(text=story(260, start=140), key="c")]
        writer.add([Draft(text=story(400), key="a"), *parts])
        assert store.copies_of([2, 3]) == {2: 1, 3: 1}
        writer.remove([1])
        assert store.copies_of([2, 3]) == {}

    def test_metadata_changes_keep_links(self, store: Store, writer: Writer) -> None:
        """A new title parts neither an original nor a copy."""
        writer.add([Draft(text=story(400), key="a"), Draft(text=story(380), key="b")])
        writer.add([Draft(text=story(400), key="a", title="A"), Draft(text=story(380), key="b", title="B")])
        assert store.copies_of([1, 2]) == {2: 1}


class TestChangeLog:
    """Generations."""

    def test_generations_are_consecutive(self, store: Store, writer: Writer) -> None:
        """Each change of an article is one generation, in order; what changes nothing is none."""
        writer.add([BRIDGE, Draft(text="Two.", key="b")])
        writer.add([BRIDGE])
        writer.add([replace(BRIDGE, title="Other")])
        writer.remove([2, 1])
        assert kinds(store) == [
            (1, ChangeKind.ADD, 1),
            (2, ChangeKind.ADD, 2),
            (3, ChangeKind.UPDATE, 1),
            (4, ChangeKind.REMOVE, 1),
            (5, ChangeKind.REMOVE, 2),
        ]
        assert store.generation() == 5
        assert [change.generation for change in store.changes_since(3)] == [4, 5]
        assert all(change.at.tzinfo is not None for change in store.changes_since(0))

    @settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(
        st.lists(st.tuples(st.sampled_from("+-"), st.sampled_from("abc"), st.sampled_from([30, 60, 90])), max_size=12)
    )
    def test_the_log_explains_the_corpus(self, splitter: Splitter, steps: list[tuple[str, str, int]]) -> None:
        """Whatever is done: replaying the log gives the present articles, no id comes twice, no link leads nowhere."""
        store = Store(open_database("sqlite://"))
        writer = Writer(store, splitter, PatternExtractor())
        expected: dict[str, str] = {}
        passage_ids: dict[int, str] = {}
        for step, key, size in steps:
            if step == "+":
                writer.add([Draft(text=story(size), key=key)])
                expected[key] = story(size)
            elif key in expected:
                assert writer.remove([store.find(key).id])
                del expected[key]
            present = store.articles(store.article_numbers())
            assert {article.key: article.text for article in present.values()} == expected
            for passage, article in store.cited_of(sorted(present)):
                assert passage_ids.setdefault(passage.id, passage.span.of(article.text)) == passage.span.of(
                    article.text
                )
            assert set(store.copies_of(sorted(present)).values()) <= set(present)
            assert not set(store.copies_of(sorted(present)).values()) & set(store.copies_of(sorted(present)))
        replayed: set[int] = set()
        for generation, (number, kind, article) in enumerate(kinds(store), start=1):
            assert number == generation
            (replayed.discard if kind is ChangeKind.REMOVE else replayed.add)(article)
        assert sorted(replayed) == store.article_numbers()
        store.close()


class TestSplitter:
    """How passages were cut."""

    def test_another_splitter_is_refused(self, store: Store, writer: Writer, splitter: Splitter) -> None:
        """What was cut for another model is not mixed; the message names both and the fix; nothing is stored."""
        writer.add([BRIDGE])
        other = Writer(store, replace(splitter, name="letters"), PatternExtractor())
        for call in (lambda: other.add([Draft(text="x")]), lambda: other.edit(1, Draft(text="x"))):
            with pytest.raises(ChunkingError, match="verbatim rebuild --full") as caught:
                call()
            assert (caught.value.seen, caught.value.expected) == (splitter.fingerprint, other.splitter.fingerprint)
        assert store.generation() == 1

    def test_removing_needs_no_splitter(self, store: Store, writer: Writer, splitter: Splitter) -> None:
        """Articles can be removed whatever the model."""
        writer.add([BRIDGE])
        assert Writer(store, replace(splitter, name="letters"), PatternExtractor()).remove([1]) == [1]

    def test_cutting_again(self, store: Store, writer: Writer, splitter: Splitter) -> None:
        """All articles get the new splitter's passages; those that come out the same keep theirs and make no change."""
        writer.add([Draft(text="One two.", key="a"), Draft(text="One two three. " * 6, key="b")])
        kept = store.passages_of([1])
        smaller = replace(splitter, window=6, target=6)
        other = Writer(store, smaller, PatternExtractor())
        assert list(other.resplit()) == [2]
        assert store.passages_of([1]) == kept
        assert texts_of(store, 2) == ["One two three. One two three."] * 3
        assert kinds(store)[2:] == [(3, ChangeKind.UPDATE, 2)]
        assert store.article(2).revision == 1
        assert store.setting(SPLITTER) == smaller.fingerprint
        assert outcomes(other.add([Draft(text="New.")])) == [Outcome.ADDED]
        with pytest.raises(ChunkingError):
            writer.add([Draft(text="x")])

    def test_cutting_again_that_was_broken_off(
        self, store: Store, writer: Writer, splitter: Splitter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Until it was run to its end nothing can be added by either splitter; running it again ends it."""
        monkeypatch.setattr("corpus.writing.BATCH", 2)
        writer.add([Draft(text=f"One two three {number}. " * 6, key=str(number)) for number in range(5)])
        smaller = replace(splitter, window=6, target=6)
        steps = Writer(store, smaller, PatternExtractor()).resplit()
        assert next(steps) == 2
        steps.close()
        for one in (splitter, smaller):
            with pytest.raises(ChunkingError, match="unfinished"):
                Writer(store, one, PatternExtractor()).add([Draft(text="x")])
        assert list(Writer(store, smaller, PatternExtractor()).resplit()) == [2, 4, 5]
        assert all(len(texts_of(store, number)) > 1 for number in range(1, 6))
        assert store.setting(SPLITTER) == smaller.fingerprint

    def test_cutting_again_the_same_way_never_locks_anybody_out(
        self, writer: Writer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Broken off, a run that changes no passage leaves a corpus that can be used."""
        monkeypatch.setattr("corpus.writing.BATCH", 1)
        writer.add([Draft(text="One.", key="a"), Draft(text="Two.", key="b")])
        steps = writer.resplit()
        assert next(steps) == 1
        steps.close()
        assert outcomes(writer.add([Draft(text="Three.")])) == [Outcome.ADDED]

    def test_cutting_an_empty_corpus(self, store: Store, splitter: Splitter) -> None:
        """An empty corpus takes the splitter's name at once."""
        assert list(Writer(store, splitter, PatternExtractor()).resplit()) == []
        assert store.setting(SPLITTER) == splitter.fingerprint


SPOKEN = 'captain Odile Tarn said "The bridge closes." somebody said that no.'


class TestStatements:
    """Who said what is stored with the article."""

    def test_an_article_gets_its_statements(self, store: Store, writer: Writer) -> None:
        """Spans, kind, speakers and confidence come back as they were found, in text order, under ids that rise."""
        writer.add([Draft(key="a", text=SPOKEN)])
        first, second = store.statements_of([1])
        assert first == Statement(
            id=1,
            article=1,
            source=(Span(8, 18),),
            cue=(Span(19, 23),),
            content=(Span(24, 44),),
            kind=StatementKind.DIRECT,
            speakers=(1,),
            confidence=0.9,
        )
        assert (second.id, second.kind, second.speakers) == (2, StatementKind.INDIRECT, (2,))
        assert store.statements([2, 99, -1]) == {2: (second, store.article(1))}
        assert first.content[0].of(store.article(1).text) == '"The bridge closes."'

    def test_a_new_text_has_new_statements(self, store: Store, writer: Writer) -> None:
        """After an update the old ids lead to nothing, and no id is given twice; new metadata changes none."""
        writer.add([Draft(key="a", text=SPOKEN)])
        writer.add([Draft(key="a", text=SPOKEN, title="Bridge")])
        assert [one.id for one in store.statements_of([1])] == [1, 2]
        writer.edit(1, Draft(text="Odile Tarn said that she was wrong."))
        assert [(one.id, one.speakers) for one in store.statements_of([1])] == [(3, (1,))]
        assert store.statements([1, 2]) == {}

    def test_a_removed_article_says_nothing(self, store: Store, writer: Writer) -> None:
        """Statements, voices, forms and unnamed speakers go with the article; named speakers stay for corrections."""
        writer.add([Draft(key="a", text=SPOKEN), Draft(key="b", text="Odile Tarn said that yes.")])
        writer.remove([1])
        assert [one.article for one in store.statements_of([1, 2])] == [2]
        with store.engine.connect() as connection:
            assert connection.scalars(select(voices.c.statement)).all() == [3]
            assert connection.scalars(select(speaker_forms.c.article)).all() == [2]
            assert connection.scalars(select(speakers.c.name)).all() == ["Odile Tarn"]

    def test_one_row_for_one_name(self, store: Store, writer: Writer) -> None:
        """Names that differ in case, accents and punctuation only are one row, also across kinds of dashes."""
        writer.add(
            [Draft(key=str(at), text=f"{name} said that yes.") for at, name in enumerate(["Zoé Tarn", "Zoe Tarn"])]
        )
        assert {one.speakers for one in store.statements_of([1, 2])} == {(1,)}
        assert speaker_key("Pak Jong-chon") == speaker_key("PAK JONG CHON")
        assert speaker_key("J. O’Neil") == speaker_key("J O'Neil") == "j oneil"

    def test_a_text_that_cannot_be_read(self, store: Store, writer: Writer, caplog: pytest.LogCaptureFixture) -> None:
        """When the extractor fails the article is stored without statements, and that is logged."""
        assert outcomes(writer.add([Draft(text=f"unreadable {SPOKEN}"), Draft(text=SPOKEN)])) == [Outcome.ADDED] * 2
        assert [one.article for one in store.statements_of([1, 2])] == [2, 2]
        assert "the extractor failed" in caplog.text
        assert store.unread("pattern") == []
        assert store.unread("pattern", failed=True) == [1]
        assert store.unread("another") == [1, 2]

    def test_spans_outside_of_the_text_are_left_out(self, store: Store, splitter: Splitter) -> None:
        """A statement that is no slice of its article is never stored."""
        writer = Writer(store, splitter, Shifting())
        writer.add([Draft(text=SPOKEN)])
        assert store.statements_of([1]) == []

    def test_each_text_is_read_once_and_before_the_lock(
        self, store: Store, writer: Writer, extractor: PatternExtractor
    ) -> None:
        """What is unchanged is not read, what is twice in a batch only once, and no transaction is open meanwhile."""
        reading = extractor.extract

        def extract(text: str, author: str | None = None) -> Extraction:
            with database_writing(store.engine):
                pass
            return reading(text, author)

        extractor.extract = extract  # type: ignore[method-assign]
        writer.add([Draft(key="a", text="One."), Draft(key="b", text="Two."), Draft(key="c", text="One.")])
        writer.add([Draft(key="a", text="One."), Draft(key="b", text="Three.")])
        writer.edit(1, Draft(text="Four."))
        assert extractor.texts == ["One.", "Two.", "Three.", "Four."]

    def test_nothing_is_read_for_a_splitter_that_is_refused(
        self, writer: Writer, store: Store, splitter: Splitter
    ) -> None:
        """Who is refused is so at once."""
        writer.add([Draft(text="One.")])
        extractor = PatternExtractor()
        other = Writer(store, replace(splitter, name="letters"), extractor)
        for call in (lambda: other.add([Draft(text="x")]), lambda: other.edit(1, Draft(text="x"))):
            with pytest.raises(ChunkingError):
                call()
        assert extractor.texts == []


class Shifting(PatternExtractor):
    """An extractor whose spans lie outside of the text."""

    def extract(self, text: str, author: str | None = None) -> Extraction:
        """Find statements in another text."""
        return super().extract(" " * len(text) + text, author)


class TestRestating:
    """Another extractor."""

    def test_all_articles_are_read_anew(self, store: Store, writer: Writer, splitter: Splitter) -> None:
        """Those whose statements come out the same keep them and make no change; the others get new ones."""
        writer.add([Draft(key="a", text=SPOKEN), Draft(key="b", text="Nothing."), Draft(key="c", text=SPOKEN + " Ok.")])
        kept = store.statements_of([1, 2, 3])
        assert list(writer.restate()) == []
        other = Writer(store, splitter, PatternExtractor("other"))
        assert list(other.restate()) == [3]
        assert store.statements_of([1, 2, 3]) == kept
        assert len(kinds(store)) == 3
        surer = PatternExtractor("surer")
        surer.confidence = 0.95
        assert list(Writer(store, splitter, surer).restate()) == [3]
        assert [(one.id, one.confidence) for one in store.statements_of([1])] == [(5, 0.95), (6, 0.95)]
        assert kinds(store)[3:] == [(4, ChangeKind.UPDATE, 1), (5, ChangeKind.UPDATE, 3)]

    def test_what_failed_is_tried_again_when_asked(
        self, store: Store, writer: Writer, extractor: PatternExtractor
    ) -> None:
        """A text in which an extractor failed is passed over, unless a full rebuild asks for it."""
        writer.add([Draft(text="unreadable")])
        assert list(writer.restate()) == []
        assert list(writer.restate(failed=True)) == [1]
        extractor.extract = lambda _text, _author=None: Extraction()  # type: ignore[method-assign]
        assert list(writer.restate(failed=True)) == [1]
        assert list(writer.restate(failed=True)) == []
        assert store.unread("pattern", failed=True) == []

    def test_broken_off(
        self, store: Store, writer: Writer, splitter: Splitter, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A run that was broken off goes on where it was; articles can be added meanwhile."""
        monkeypatch.setattr("corpus.writing.READ_AT_ONCE", 2)
        writer.add([Draft(key=str(number), text=f"{SPOKEN} {number}") for number in range(5)])
        other = Writer(store, splitter, PatternExtractor("other"))
        steps = other.restate()
        assert next(steps) == 2
        steps.close()
        other.add([Draft(key="new", text="New.")])
        assert store.unread("other") == [3, 4, 5]
        assert list(other.restate()) == [2, 3]


HOLDER = """
import sys
from pathlib import Path
from corpus.writing import write_lock
with write_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


class TestLock:
    """One writer at a time."""

    def test_another_process_keeps_us_out(self, tmp_path: Path) -> None:
        """While another process holds the lock we are refused with its path; when it is killed, we are let in."""
        path = tmp_path / "write.lock"
        command = [sys.executable, "-c", HOLDER, str(path)]
        root = Path(__file__).parents[2]
        with subprocess.Popen(command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            refused = pytest.raises(CorpusLockedError, match="another process is changing this corpus")
            with refused as caught, write_lock(path):
                pass
            assert caught.value.lock == str(path)
            holder.kill()
        with write_lock(path, wait_s=10):
            pass

    def test_two_in_one_process_keep_each_other_out(self, tmp_path: Path) -> None:
        """Also a second holder in this process is refused, and let in afterwards."""
        path = tmp_path / "write.lock"
        with write_lock(path), pytest.raises(CorpusLockedError), write_lock(path):
            pass
        with write_lock(path):
            pass

    def test_an_error_inside_lets_go(self, tmp_path: Path) -> None:
        """The lock is free after an error, which passes through."""
        path = tmp_path / "write.lock"
        with pytest.raises(KeyError), write_lock(path):
            raise KeyError
        with write_lock(path):
            pass


def test_readers_see_what_was_committed(tmp_path: Path, splitter: Splitter) -> None:
    """A second connection sees an article as soon as `add` has returned."""
    url = sqlite_url(tmp_path / "two.sqlite")
    writing, reading = Store(open_database(url)), Store(open_database(url))
    Writer(writing, splitter, PatternExtractor()).add([BRIDGE])
    assert reading.article(1).text == BRIDGE.text
    with reading.engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(passages)) == len(reading.passages_of([1]))
    writing.close()
    reading.close()
