"""Random changes of a small corpus, and what registries of it have in common."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from corpus.errors import CorrectionError, SpeakerNotFoundError
from corpus.records import Draft
from corpus.store import Filter

if TYPE_CHECKING:
    import random

    from corpus.corrections import Corrections
    from corpus.registry import Registry
    from corpus.store import Store
    from corpus.writing import Writer

NAMES = (
    "Odile Tarn", "Odile M. Tarn", "O. Tarn", "Robert Tarn", "Bob Tarn", "Roberta Tarn", "Tarn", "Odile", "Bob",
    "Odile Tarne", "Bo Lindqvist", "Bo Lindquist", "Lindqvist", "Mina Okafor", "Mina Okafour", "Okafor", "José Vela",
    "Jose Vela", "Pak Jong Chon", "Jong Chon Pak", "Pak", "FERRY BOARD", "THE FERRY BOARD", "FB", "BOARD", "somebody",
    "Sam Poe", "Samuel Poe", "Sam Poe Jr", "Poe", "Sam",
)  # fmt: skip
ROLES = ("mayor", "chief mayor", "captain", "former mayor", "baker", "")
PUBLISHERS = (None, "Gazette", "Post", "gazette")
WORDS = (*NAMES, "Tarm", "Lindqist", "Ferry Bord", "Mayor Tarn", "nobody at all")


def text_of(dice: random.Random) -> str:
    """Return an article in which a few of them speak, some of them much."""
    said = []
    for _ in range(dice.randint(0, 5)):
        who = dice.choice(NAMES) if dice.random() < 0.7 else NAMES[0]
        said.append(f'{dice.choice(ROLES)} {who} said "This is number {dice.randint(0, 30)}."'.strip())
    return " ".join(said) + f" That was {dice.randint(0, 10**9)}."


def draft_of(dice: random.Random, key: int) -> Draft:
    """Return an article with or without a day and a publisher."""
    day = date(2024, 5, dice.randint(1, 9)) if dice.random() < 0.8 else None
    return Draft(key=str(key), text=text_of(dice), publisher=dice.choice(PUBLISHERS), published=day)


def correct(dice: random.Random, made: Corrections, store: Store) -> None:
    """Make any correction, or take one back; those that are refused change nothing."""
    profiles = made.registry.profiles
    if not profiles:
        return
    one, other = dice.choice(profiles).speaker, dice.choice(profiles).speaker
    statements = [each.id for each in store.statements_of(store.article_numbers())]
    try:
        match dice.randrange(7):
            case 0:
                made.merge(one.id, other.id)
            case 1:
                made.rename(one.id, dice.choice(NAMES))
            case 2:
                made.split(one.id, dice.choice(one.aliases or (one.name,)))
            case 3:
                made.split(one.id, str(dice.choice(store.article_numbers())), "Odile Tarn (baker)")
            case 4:
                made.not_said_by(dice.choice(statements))
            case 5:
                made.not_said_by(dice.choice(statements), by=dice.choice((other.name, "Una Rusk")))
            case _:
                made.undo(dice.choice([each.id for each in made.all()] or [0]))
    except (CorrectionError, SpeakerNotFoundError):
        pass


def change(dice: random.Random, writer: Writer, made: Corrections, step: int) -> None:
    """Add, edit, remove, restore or correct something."""
    store = writer.store
    present = store.article_numbers()
    what = dice.choice(("add", "add", "edit", "edit", "remove", "restore", "correct", "correct"))
    if what == "add" or not present:
        writer.add([draft_of(dice, 1000 + step * 10 + at) for at in range(dice.randint(1, 3))])
    elif what == "edit":
        writer.edit(dice.choice(present), draft_of(dice, step), whole=True)
    elif what == "remove":
        writer.remove(dice.sample(present, min(len(present), dice.randint(1, 2))))
    elif what == "restore":
        gone = sorted(set(range(1, max(present))) - set(present))
        if gone:
            writer.restore(dice.choice(gone))
    else:
        correct(dice, made, store)


def agree(kept: Registry, fresh: Registry, store: Store) -> None:
    """Compare all that two registries tell."""
    assert (kept.stamp, kept.idle) == (fresh.stamp, fresh.idle)
    assert tuple(kept.profiles) == tuple(fresh.profiles)
    for words in WORDS:
        assert kept.sharing(words) == fresh.sharing(words), words
        assert kept.near(words) == fresh.near(words)
    for statement in store.statements_of(store.article_numbers()):
        assert kept.corrected(statement) == fresh.corrected(statement)
        for number in (*statement.speakers, *kept.corrected(statement).speakers):
            assert kept.profile(number) == fresh.profile(number)
    ranges = (
        {},
        {"since": date(2024, 5, 4)},
        {"until": date(2024, 5, 4), "publisher": "GAZETTE"},
        {"since": date(2024, 5, 2), "until": date(2024, 5, 7), "publisher": "post"},
    )
    for range_ in ranges:
        assert kept.statement_numbers(**range_).tolist() == fresh.statement_numbers(**range_).tolist()
        for profile in fresh.profiles:
            of = {"speakers": profile.ids, **range_}
            assert kept.statement_numbers(**of).tolist() == fresh.statement_numbers(**of).tolist()
            assert kept.publishers(profile.ids) == fresh.publishers(profile.ids)
        listed = sorted(article.id for article in store.listing(Filter(**range_)))
        assert kept.article_numbers(**range_).tolist() == listed
    assert kept.publishers() == fresh.publishers()
