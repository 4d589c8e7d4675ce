"""Reading the corpus: finding, listing, counting, and passages with the article they were cut from."""

from datetime import date

import pytest
from fakes import PatternExtractor

from corpus.errors import ArticleNotFoundError
from corpus.passages import Splitter
from corpus.records import Draft
from corpus.store import BATCH, Extent, Filter, Store, Summary
from corpus.writing import Writer

POST, KURIER = "Port Vell Post", "Österreich-Kurier"

DRAFTS = [
    Draft(text="One.", key="a", title="A bridge", url="https://post.example/bridge", publisher=POST),
    Draft(text="Two.", key="b", title="ÖLPREISE steigen", publisher=KURIER, published=date(2024, 5, 1)),
    Draft(text="Three.", key="c", title="The bridge again", publisher=POST, published=date(2024, 5, 3)),
    Draft(text="Four.", key="d", title="100 % of it", publisher=POST, published=date(2024, 5, 2)),
    Draft(text="Five.", key="e_x", title="Snow", published=date(2024, 5, 2)),
]


@pytest.fixture
def filled(store: Store, writer: Writer) -> Store:
    """A corpus of five articles."""
    writer.add(DRAFTS)
    return store


class TestFinding:
    """By key, URL or number."""

    @pytest.mark.parametrize(
        ("reference", "number"),
        [
            ("a", 1),
            (" b ", 2),
            ("https://post.example/bridge", 1),
            ("http://POST.example/bridge/?utm_source=mail#top", 1),
            ("3", 3),
            ("003", 3),
        ],
    )
    def test_what_a_person_may_call_an_article(self, filled: Store, reference: str, number: int) -> None:
        """An article is found by key, by any form of its URL, and by number."""
        assert filled.find(reference).id == number

    @pytest.mark.parametrize(
        "reference",
        [
            "",
            "zzz",
            "99",
            "0",
            "-1",
            "9" * 19,
            "9" * 9000,
            "²",
            "http://[broken",
            "\ud800",
            "a\x00",
            "A",
            "%",
            "_" * 9000,
        ],
    )
    def test_what_is_nothing_is_an_error_with_its_name(self, filled: Store, reference: str) -> None:
        """Whatever else is typed: no article is called that, and the message says how to see those there are."""
        with pytest.raises(ArticleNotFoundError, match="verbatim list") as caught:
            filled.find(reference)
        assert caught.value.wanted == reference.strip()

    def test_a_key_wins_over_a_number(self, store: Store, writer: Writer) -> None:
        """Where a number is the key of one article and the id of another, the key counts."""
        writer.add([Draft(text="One.", key="2"), Draft(text="Two.", key="1")])
        assert store.find("2").id == 1

    def test_by_number_alone(self, filled: Store) -> None:
        """Ids that are not there raise when asked for alone, and are left out among others."""
        assert filled.article(2).key == "b"
        for number in (0, 99, -1, 10**30):
            with pytest.raises(ArticleNotFoundError):
                filled.article(number)
        assert list(filled.articles([5, 99, 1, 10**30])) == [1, 5]

    def test_more_than_one_statement_takes(self, filled: Store) -> None:
        """Any number of ids may be asked for at once."""
        many = range(-BATCH, 3 * BATCH)
        assert sorted(filled.articles(many)) == [1, 2, 3, 4, 5]
        assert len(filled.passages_of(many)) == 5
        assert len(filled.cited_of(many)) == 5
        assert filled.copies_of(many) == {}


class TestListing:
    """Filters and order."""

    @pytest.mark.parametrize(
        ("chosen", "keys"),
        [
            (Filter(), ["c", "d", "e_x", "b", "a"]),
            (Filter(words=("bridge",)), ["c", "a"]),
            (Filter(words=("BRIDGE", "again")), ["c"]),
            (Filter(words=("bridge", "snow")), []),
            (Filter(words=("post.example",)), ["a"]),
            (Filter(words=("ölpreise",)), ["b"]),
            (Filter(words=("%",)), ["d"]),
            (Filter(words=("e_x",)), ["e_x"]),
            (Filter(words=("_",)), ["e_x"]),
            (Filter(words=("\\",)), []),
            (Filter(publisher="port vell POST"), ["c", "d", "a"]),
            (Filter(publisher="Österreich-Kurier"), ["b"]),
            (Filter(publisher="ÖSTERREICH-KURIER"), ["b"]),
            (Filter(publisher="Port"), []),
            (Filter(since=date(2024, 5, 2)), ["c", "d", "e_x"]),
            (Filter(until=date(2024, 5, 2)), ["d", "e_x", "b"]),
            (Filter(since=date(2024, 5, 2), until=date(2024, 5, 2), publisher=POST), ["d"]),
        ],
    )
    def test_filters(self, filled: Store, chosen: Filter, keys: list[str]) -> None:
        """Each filter lists exactly these, newest first, those without a day last, ties by id."""
        assert [article.key for article in filled.listing(chosen)] == keys

    def test_oldest_first(self, filled: Store) -> None:
        """The other way round those without a day are last too, and ties go by id."""
        assert [article.key for article in filled.listing(newest_first=False)] == ["b", "d", "e_x", "c", "a"]

    def test_a_listing_may_be_left_and_articles_change_meanwhile(self, filled: Store, writer: Writer) -> None:
        """Whoever reads a listing does not keep others from writing."""
        listing = filled.listing()
        assert next(listing).key == "c"
        writer.remove([1])
        listing.close()
        assert [article.key for article in filled.listing()] == ["c", "d", "e_x", "b"]

    def test_removed_articles_and_old_revisions_are_not_listed(self, filled: Store, writer: Writer) -> None:
        """Only what is there now is listed."""
        writer.remove([3])
        writer.add([Draft(text="One.", key="a", title="A tunnel")])
        assert [article.title for article in filled.listing(Filter(words=("bridge",)))] == ["A tunnel"]
        assert [article.title for article in filled.listing(Filter(words=("again",)))] == []


class TestCounting:
    """Numbers about the corpus."""

    def test_an_empty_corpus(self, store: Store) -> None:
        """Of nothing there is nothing."""
        assert store.extent() == Extent(0, None, None)
        assert store.generation() == 0
        assert store.changes_since(0) == []
        assert store.article_numbers() == []
        assert store.setting("splitter") is None
        assert store.summary() == Summary(
            articles=0,
            copies=0,
            removed=0,
            passages=0,
            statements=0,
            unread=0,
            characters=0,
            first=None,
            last=None,
            generation=0,
            publishers=(),
        )

    def test_what_there_is(self, filled: Store, writer: Writer) -> None:
        """Only present articles count, in their current revision; publishers come by number, then by name."""
        wire = " ".join(f"w{number}" for number in range(200))
        writer.add([Draft(text=wire, key="f"), Draft(text=wire + " more", key="g", publisher="Aalborg Avis")])
        writer.add([Draft(text="Fifty.", key="e_x")])
        writer.remove([3])
        assert filled.summary() == Summary(
            articles=6,
            copies=1,
            removed=1,
            passages=len(filled.passages_of(filled.article_numbers())),
            statements=0,
            unread=0,
            characters=len("One.Two.Four.Fifty.") + 2 * len(wire) + len(" more"),
            first=date(2024, 5, 1),
            last=date(2024, 5, 2),
            generation=9,
            publishers=((POST, 2), ("Aalborg Avis", 1), (KURIER, 1)),
        )
        assert filled.extent() == Extent(6, date(2024, 5, 1), date(2024, 5, 2))


class TestPassages:
    """Passages with their articles."""

    def test_each_comes_with_the_article_it_was_cut_from(self, store: Store, writer: Writer) -> None:
        """Passages by id and by article, each a slice of the text that it comes with; those gone are left out."""
        texts = ["One two three. " * 10, "Four five six. " * 10]
        writer.add([Draft(text=text, key=text[:3]) for text in texts])
        every = store.passages_of([2, 1])
        assert [passage.id for passage in every] == sorted(passage.id for passage in every)
        cited = store.cited([passage.id for passage in every] + [10**6])
        assert sorted(cited) == [passage.id for passage in every]
        for number, (passage, article) in cited.items():
            assert passage.id == number
            assert article.text == texts[passage.article - 1] == texts[article.id - 1]
        assert store.cited_of([2]) == [cited[passage.id] for passage in every if passage.article == 2]
        writer.remove([1])
        assert {passage.article for passage, _ in store.cited([passage.id for passage in every]).values()} == {2}

    def test_an_old_passage_never_meets_a_new_text(self, store: Store, writer: Writer) -> None:
        """After an update the ids of the old passages lead to nothing."""
        writer.add([Draft(text="One two three. " * 10, key="a")])
        old = [passage.id for passage in store.passages_of([1])]
        writer.add([Draft(text="Four five six. " * 10, key="a")])
        assert store.cited(old) == {}

    def test_an_article_without_passages_is_no_trouble(self, store: Store, splitter: Splitter) -> None:
        """A text of white space has no passages, and is stored all the same."""
        Writer(store, splitter, PatternExtractor()).add([Draft(text=" \n ", key="a")])
        assert store.cited_of([1]) == []
        assert store.article(1).text == " \n "
