"""Whom words mean follows the corpus: after any change as if all speakers had been read anew."""

import random
from pathlib import Path

import pytest
from fakes import HashEncoder, PatternExtractor

from corpus.database import open_database, sqlite_url
from corpus.passages import Splitter
from corpus.records import Draft
from corpus.registry import Registry
from corpus.store import Store
from corpus.writing import Writer
from index.persons import Persons

NAMES = (
    "Odile Tarn", "Robert Tarn", "Tarn", "Bo Lindqvist", "Bo Lindquist", "Lindqvist", "Mina Okafor", "Okafor",
    "FERRY BOARD", "HARBOUR COMMITTEE", "Sam Poe", "Samuel Poe", "Ana Poe",
)  # fmt: skip
ROLES = ("mayor", "former mayor", "harbour captain", "spokesman", "")
WORDS = (
    "Tarn", "Mayor Tarn", "mayor Tran", "Odile Tarne", "bob tarn", "Lindquist", "Lindqvest", "the mayor", "the captain",
    "Okafor's spokesman", "the ferry board", "the Ferry Board committee", "Sam", "Odile", "Poe", "Ann Poe", "Una Rusk",
    "the Harbour committee", "spokesman", "Mina Okafur", "mina",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_it_keeps_up(tmp_path: Path, seed: int) -> None:
    """Articles come, change and go: names, slips and roles mean whom they would mean, read from nothing."""
    store = Store(open_database(sqlite_url(tmp_path / "corpus.sqlite")))
    splitter = Splitter(measure=HashEncoder().measure, window=20, target=12, name="words")
    writer = Writer(store, splitter, PatternExtractor())
    dice = random.Random(seed)

    def draft(key: int) -> Draft:
        said = (f'{dice.choice(ROLES)} {dice.choice(NAMES)} said "Number {at}."'.strip() for at in range(4))
        return Draft(key=str(key), text=f"{' '.join(said)} {dice.random()}")

    writer.add([draft(at) for at in range(4)])
    registry = Registry.load(store)
    persons = Persons(registry)
    for step in range(15):
        present = store.article_numbers()
        match dice.randrange(3):
            case 0:
                writer.add([draft(100 + step)])
            case 1 if present:
                writer.edit(dice.choice(present), draft(step))
            case _ if present:
                writer.remove([dice.choice(present)])
            case _:
                pass
        later = registry.refreshed(store)
        changed = later.changed_since(registry.stamp)
        assert changed is not None
        registry, persons = later, persons.renewed(later, changed)
        fresh = Persons(tuple(Registry.load(store).profiles))
        assert {words: persons.meant(words) for words in WORDS} == {words: fresh.meant(words) for words in WORDS}
        for profile in registry.profiles:
            assert persons.ids(profile) == fresh.ids(profile)
    store.close()
