"""The registry keeps up with the corpus: after any change it is what it would be, read from nothing."""

import random
from datetime import date

import pytest

from corpus.corrections import Corrections
from corpus.errors import CorrectionError, SpeakerNotFoundError
from corpus.records import Draft, SpeakerKind
from corpus.registry import Registry
from corpus.store import Filter, Store
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


@pytest.mark.parametrize("seed", range(4))
def test_it_keeps_up(store: Store, writer: Writer, seed: int) -> None:
    """Whatever is added, edited, removed and corrected, in any order, all answers are as read from nothing."""
    dice = random.Random(seed)
    writer.add([draft_of(dice, at) for at in range(6)])
    made = Corrections(store)
    kept = Registry.load(store)
    for step in range(25):
        for _ in range(dice.randint(1, 2)):
            change(dice, writer, made, step)
        kept = kept.refreshed(store)
        agree(kept, Registry.load(store), store)


def test_whom_a_change_concerns(store: Store, writer: Writer) -> None:
    """It tells whose profiles may be others since an earlier state, and that it does not know of a foreign one."""
    writer.add([Draft(key="a", text='mayor Odile Tarn said "Yes." Bo Lindqvist said "No."')])
    first = Registry.load(store)
    writer.add([Draft(key="b", text='Odile Tarn said "Maybe." Sam Poe said "Well."')])
    second = first.refreshed(store)
    names = {profile.speaker.name: profile.speaker.id for profile in second.profiles}
    assert second.changed_since(first.stamp) == {names["Odile Tarn"], names["Sam Poe"]}
    assert second.changed_since(second.stamp) == frozenset()
    assert Registry.load(store).changed_since(first.stamp) is None


def test_only_what_changed_is_read(store: Store, writer: Writer) -> None:
    """The kinds of what is there stay: an organisation's row, a person's, and one that is only described."""
    writer.add([Draft(key="a", text='FERRY BOARD said "Yes." somebody said "No."')])
    first = Registry.load(store)
    writer.add([Draft(key="b", text='Sam Poe said "Well."')])
    kept = first.refreshed(store)
    assert [profile.speaker.kind for profile in kept.profiles] == [SpeakerKind.ORGANISATION, SpeakerKind.PERSON]
    assert first.profiles == kept.profiles[:1]
