"""The registry: who speaks across articles, whom a name may mean, and which statements are theirs."""

from datetime import date

import pytest
from sqlalchemy import event

from corpus.errors import SpeakerNotFoundError
from corpus.records import Draft, SpeakerKind, Statement, StatementKind
from corpus.registry import Registry
from corpus.store import Store
from corpus.writing import Writer

TEXTS = {
    "a": 'mayor Odile Tarn said "The bridge closes." Tarn said that it opens again. somebody said that nobody asked.',
    "b": 'mayor Odile M. Tarn said "No comment." captain Bo Lindqvist said that ferries sail.',
    "c": 'Robert Tarn said "I am another." FERRY BOARD said that it sails.',
    "d": 'chief mayor Odile Tarn said "Once more."',
    "e": "Nobody speaks here.",
}
DRAFTS = [
    Draft(key="a", text=TEXTS["a"], publisher="Gazette", published=date(2024, 5, 1)),
    Draft(key="b", text=TEXTS["b"], publisher="Post", published=date(2024, 5, 3)),
    Draft(key="c", text=TEXTS["c"], publisher="Gazette"),
    Draft(key="d", text=TEXTS["d"], publisher="Gazette", published=date(2024, 5, 9)),
    Draft(key="e", text=TEXTS["e"]),
]


@pytest.fixture
def registry(store: Store, writer: Writer) -> Registry:
    """The registry of five articles."""
    writer.add(DRAFTS)
    return Registry.load(store)


def names(profiles: tuple[object, ...]) -> list[str]:
    """Return the names of profiles, in their order."""
    return [profile.speaker.name for profile in profiles]  # type: ignore[attr-defined]


class TestProfiles:
    """Who speaks, and how much."""

    def test_most_statements_first(self, registry: Registry) -> None:
        """Persons and organisations by number of statements, then by id; the unnamed are not listed."""
        shown = [
            (each.speaker.name, each.statements, each.articles, each.first, each.last) for each in registry.profiles
        ]
        assert shown == [
            ("Odile Tarn", 4, 3, date(2024, 5, 1), date(2024, 5, 9)),
            ("Bo Lindqvist", 1, 1, date(2024, 5, 3), date(2024, 5, 3)),
            ("Robert Tarn", 1, 1, None, None),
            ("FERRY BOARD", 1, 1, None, None),
        ]

    def test_names_and_roles(self, registry: Registry) -> None:
        """Other forms and roles come from all articles, most used first, then by alphabet."""
        tarn = registry.profiles[0].speaker
        assert tarn.aliases == ("Odile M. Tarn", "Tarn")
        assert tarn.roles == ("mayor", "chief mayor")
        assert registry.profiles[3].speaker.kind is SpeakerKind.ORGANISATION

    def test_every_entry_leads_to_the_profile(self, registry: Registry) -> None:
        """All ids of a profile find it; ids of nobody find nobody."""
        tarn = registry.profiles[0]
        assert len(tarn.ids) == 2
        assert tarn.speaker.id in tarn.ids
        assert [registry.profile(number) for number in tarn.ids] == [tarn, tarn]
        assert registry.profile(999) is None

    def test_the_unnamed_are_found_by_id(self, store: Store, registry: Registry) -> None:
        """An unnamed speaker of an article has a profile of its own."""
        statement = store.statements_of([1])[2]
        profile = registry.profile(statement.speakers[0])
        assert profile is not None
        assert (profile.speaker.name, profile.speaker.kind) == ("somebody", SpeakerKind.UNNAMED)
        assert (profile.statements, profile.articles) == (1, 1)

    def test_the_unnamed_of_two_articles_are_two(self, store: Store, writer: Writer) -> None:
        """A description is never one speaker across articles."""
        writer.add([Draft(key=key, text=f"somebody said that {key} is so.") for key in "xy"])
        first, second = store.statements_of([1, 2])
        assert first.speakers != second.speakers

    def test_an_empty_corpus(self, store: Store) -> None:
        """Where nobody speaks there is nobody."""
        registry = Registry.load(store)
        assert registry.profiles == ()
        assert registry.sharing("Tarn") == ()
        assert registry.statement_numbers().tolist() == []
        assert registry.publishers() == ()


class TestNames:
    """Whom a name may mean."""

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("Tarn", ["Odile Tarn", "Robert Tarn"]),
            ("Mayor Tarn", ["Odile Tarn", "Robert Tarn"]),
            ("odile tarn", ["Odile Tarn"]),
            ("Bob Tarn", ["Robert Tarn"]),
            ("Odile", ["Odile Tarn"]),
            ("Lindqvist", ["Bo Lindqvist"]),
            ("Lindquist", ["Bo Lindqvist"]),
            ("the ferry board", ["FERRY BOARD"]),
            ("Odlie Tarn", ["Odile Tarn"]),
            ("Vasquez", []),
            ("", []),
            ("?!", []),
        ],
    )
    def test_sharing(self, registry: Registry, words: str, found: list[str]) -> None:
        """A surname, a first name, a nickname or a misspelling finds all whom it may mean, most statements first."""
        assert names(registry.sharing(words)) == found

    @pytest.mark.parametrize("words", ["Odile Tarn", "odile m. tarn", "Odile", "1", "#1", " #1 "])
    def test_one_is_named(self, registry: Registry, words: str) -> None:
        """A name or a part of it that one speaker has, and a number, name them."""
        assert registry.named(words).speaker.name == "Odile Tarn"

    def test_several_are_named(self, registry: Registry) -> None:
        """Where a name fits several, the message has all of them with their numbers."""
        with pytest.raises(SpeakerNotFoundError, match=r"'Tarn' may be any of Odile Tarn .number 1., Robert Tarn"):
            registry.named("Tarn")

    def test_nobody_is_named(self, registry: Registry) -> None:
        """Where nobody has a name, those with the nearest are offered."""
        with pytest.raises(SpeakerNotFoundError, match="no speaker is called 'Rupert Tern'") as caught:
            registry.named("Rupert Tern")
        assert caught.value.near[0] == "Robert Tarn"
        for words in ("99", "9" * 40, ""):
            with pytest.raises(SpeakerNotFoundError):
                registry.named(words)


class TestStatements:
    """Which statements are whose."""

    def test_filters(self, registry: Registry) -> None:
        """Speaker, days and publisher each restrict; articles without a day are in no range of days."""
        tarn = registry.profiles[0]
        assert registry.statement_numbers().tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
        for number in tarn.ids:
            assert registry.statement_numbers(speakers=[number]).tolist() == [1, 2, 4, 8]
        assert registry.statement_numbers(speakers=[]).tolist() == []
        assert registry.statement_numbers(since=date(2024, 5, 3)).tolist() == [4, 5, 8]
        assert registry.statement_numbers(until=date(2024, 5, 3)).tolist() == [1, 2, 3, 4, 5]
        assert registry.statement_numbers(publisher="GAZETTE").tolist() == [1, 2, 3, 6, 7, 8]
        assert registry.statement_numbers(speakers=tarn.ids, publisher="gazette", until=date(2024, 5, 8)).tolist() == [
            1,
            2,
        ]

    def test_speakers_of_a_statement(self, store: Store, registry: Registry) -> None:
        """A statement comes with the ids of profiles, whichever entry it was stored with."""
        tarn = registry.profiles[0]
        stored = store.statements([4])[4][0]
        assert stored.speakers != (tarn.speaker.id,)
        assert registry.corrected(stored).speakers == (tarn.speaker.id,)

    def test_a_statement_that_came_later(self, registry: Registry) -> None:
        """One that the registry has not seen keeps its speakers, as far as they are known."""
        later = Statement(
            id=99, article=9, source=(), cue=(), content=(), kind=StatementKind.DIRECT, speakers=(4, 77), confidence=1.0
        )
        assert registry.corrected(later).speakers == (registry.profile(4).speaker.id, 77)  # type: ignore[union-attr]

    def test_publishers(self, registry: Registry) -> None:
        """Publishers come with how many statements they printed, most first."""
        assert registry.publishers() == (("Gazette", 6), ("Post", 2))


class TestStates:
    """A registry is a view of one state."""

    def test_it_is_read_again_only_after_a_change(self, store: Store, writer: Writer, registry: Registry) -> None:
        """Without a change it is the same object; after one, another that knows of it."""
        assert registry.refreshed(store) is registry
        writer.remove([1, 4])
        later = registry.refreshed(store)
        assert names(later.profiles) == ["Odile M. Tarn", "Bo Lindqvist", "Robert Tarn", "FERRY BOARD"]
        assert registry.profiles[0].statements == 4

    def test_few_queries(self, store: Store, registry: Registry) -> None:
        """However many speakers there are, it takes as many queries."""
        del registry
        seen: list[str] = []
        event.listen(store.engine, "before_cursor_execute", lambda *arguments: seen.append(arguments[2]))
        Registry.load(store)
        assert len(seen) <= 8
