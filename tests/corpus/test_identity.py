"""Which entries are one speaker: the names that are joined across articles, and those that never are."""

import random

import pytest

from corpus import likeness
from corpus.identity import Entry, group
from corpus.likeness import alike, spelling
from corpus.records import SpeakerKind

PERSON, ORGANISATION = SpeakerKind.PERSON, SpeakerKind.ORGANISATION


def entries(*names: tuple[str, int], kind: SpeakerKind = PERSON) -> list[Entry]:
    """Make entries, numbered from 1, with so many statements each."""
    return [Entry(number, name, kind, count) for number, (name, count) in enumerate(names, start=1)]


def sets(made: list[Entry], **corrections: object) -> list[list[int]]:
    """Return the groups with more than one entry, as ids."""
    groups = group(made, **corrections)  # type: ignore[arg-type]
    found = {tuple(groups.members(entry.id)) for entry in made}
    return sorted(list(members) for members in found if len(members) > 1)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Pak Jong Chon", "Pak Jong-chon"),
        ("José Núñez", "Jose Nunez"),
        ("Odile Tarn", "Odile M. Tarn"),
        ("Odile Tarn", "Odile Maria Tarn"),
        ("William Moss", "Bill Moss"),
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy"),
        ("Muammar Kadafi", "Muammar Qaddafi"),
        ("Hillary Stone", "Hilary Stone"),
        ("Philip Lund", "Phillip Lund"),
        ("Sen. Odile Tarn", "Odile Tarn"),
    ],
)
def test_one_person_by_two_names(one: str, other: str) -> None:
    """Hyphens, accents, middle names, nicknames and transliterations are no other person."""
    assert sets(entries((one, 5), (other, 5))) == [[1, 2]]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Odile Tarn", "Robert Tarn"),
        ("Maria Lund", "Mario Lund"),
        ("Anna Hansen", "Anna Hanson"),
        ("Robert Tarn", "Robert Tarn Jr."),
        ("Robert Tarn Sr.", "Robert Tarn Jr."),
        ("John A. Lund", "John B. Lund"),
        ("Odile Tarn", "Odile Stone"),
        ("Ed Lund", "Ted Stone"),
        ("Jean Marsh", "Joan Marsh"),
    ],
)
def test_two_persons_with_like_names(one: str, other: str) -> None:
    """One surname, or names that are spelt alike, are not enough."""
    assert sets(entries((one, 5), (other, 5))) == []


def test_a_rare_misspelling_beside_a_frequent_name() -> None:
    """A name that is nearly another is a misspelling only where that one is far more frequent."""
    assert sets(entries(("Barack Linden", 100), ("Barrack Linden", 2))) == [[1, 2]]
    assert sets(entries(("Odile Lindqvist", 100), ("Odile Lindqvst", 1))) == [[1, 2]]
    assert sets(entries(("Anna Hansen", 12), ("Anna Hanson", 9))) == []


def test_a_name_that_fits_two_persons_stays_alone() -> None:
    """Who may be either of two is neither, unless one of them has nearly all that is said."""
    assert sets(entries(("George Lund", 9), ("George W. Lund", 20), ("George H. Lund", 15))) == []
    assert sets(entries(("George Lund", 9), ("George W. Lund", 200), ("George H. Lund", 2))) == [[1, 2]]


@pytest.mark.parametrize(
    ("counts", "joined"),
    [
        ((100, 0, 10), [[1, 3]]),
        ((95, 5, 10), [[1, 3]]),
        ((85, 15, 10), []),
        ((1, 0, 50), []),
    ],
)
def test_a_bare_surname(counts: tuple[int, int, int], joined: list[list[int]]) -> None:
    """It belongs to who has at least nine tenths of what is said under it, and has something to say at all."""
    first, second, bare = counts
    assert sets(entries(("Odile Tarn", first), ("Robert Tarn", second), ("Tarn", bare))) == joined


def test_slips_of_reading_do_not_keep_a_bare_surname_apart() -> None:
    """Many who hardly speak ("Electing Tarn") do not count against who speaks, unless together they are a lot."""
    slips = [(f"Electing{n} Tarn", 4) for n in range(7)]
    assert sets(entries(("Odile Tarn", 100), *slips, ("Tarn", 30))) == [[1, 9]]
    more = [(f"Electing{n} Tarn", 4) for n in range(10)]
    assert sets(entries(("Odile Tarn", 100), *more, ("Tarn", 30))) == []


@pytest.mark.parametrize(("taken_for_one", "joined"), [(9, [[1, 2]]), (11, [])])
def test_a_surname_rarely_taken_for_an_organisation(taken_for_one: int, joined: list[list[int]]) -> None:
    """It is its bearer's where it is rare beside what they say, and else perhaps a company's."""
    made = [Entry(1, "Odile Tarn", PERSON, 100), Entry(2, "Tarn", ORGANISATION, taken_for_one)]
    assert sets(made) == joined


def test_a_bare_first_name_needs_to_be_used() -> None:
    """A first name alone means a person only where articles call them so."""
    assert sets(entries(("Odile Tarn", 50), ("Odile", 2))) == []
    called = [Entry(1, "Odile Tarn", PERSON, 50, {"Odile": 3}), Entry(2, "Odile", PERSON, 2)]
    assert sets(called) == [[1, 2]]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("The Ferry Company", "Ferry Co.", True),
        ("Ferry Corp", "Ferry", True),
        ("Harbour Board", "The Harbour Board", True),
        ("Harbour Board", "Harbour Council", False),
        ("North Ferry", "South Ferry", False),
    ],
)
def test_organisations(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    """Articles and legal forms are no part of an organisation's name; nothing else is dropped."""
    assert sets(entries((one, 3), (other, 3), kind=ORGANISATION)) == ([[1, 2]] if same else [])


def test_initials_of_an_organisation() -> None:
    """Initials mean the organisation that articles call so."""
    board = Entry(1, "Port Vell Authority", ORGANISATION, 9, {"PVA": 4})
    assert sets([board, Entry(2, "PVA", ORGANISATION, 3)]) == [[1, 2]]
    assert sets([Entry(1, board.name, ORGANISATION, 9), Entry(2, "PVA", ORGANISATION, 3)]) == []


def test_one_name_taken_for_both_kinds() -> None:
    """A full name, once taken for a person's and once for an organisation's, is one speaker; a bare one is two."""
    assert sets([Entry(1, "Amnesty North", PERSON, 2), Entry(2, "Amnesty North", ORGANISATION, 9)]) == [[1, 2]]
    assert sets([Entry(1, "Ford", PERSON, 2), Entry(2, "Ford", ORGANISATION, 9)]) == []


def test_corrections_come_first() -> None:
    """What a person has put together or kept apart is so, whatever the names say."""
    made = entries(("Odile Tarn", 5), ("Odile M. Tarn", 5), ("Bo Lindqvist", 5), ("Bo P. Lindqvist", 2))
    assert sets(made, apart={frozenset({1, 2})}) == [[3, 4]]
    assert sets(made, together=[(1, 3)]) == [[1, 2, 3, 4]]


def test_who_says_nothing_is_not_joined() -> None:
    """An entry without statements takes no part, so that it cannot make others ambiguous."""
    assert sets(entries(("Odile Tarn", 5), ("Odile M. Tarn", 0))) == []


def test_spellings() -> None:
    """What transliterations waver about is evened out; other vowels are not."""
    assert spelling("Zelenskyy") == spelling("Zelenskiy") == spelling("Zelensky")
    assert spelling("Qaddafi") == spelling("Kadafi")
    assert spelling("Hansen") != spelling("Hanson")


def test_large_blocks_are_compared_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """People who share a first name, and nearly a surname, are the same pairs, however many they are."""
    dice = random.Random(5)
    lasts = ["".join(dice.choice("abei") for _ in range(dice.randint(3, 6))) for _ in range(120)]
    made = entries(*((f"Odile S{last}", 1) for last in dict.fromkeys(lasts)))
    pairs = [(one.name, other.name) for one, other in alike(made)]
    monkeypatch.setattr(likeness, "WORTH_COMPARING", 1000)
    assert pairs == [(one.name, other.name) for one, other in alike(made)]
    assert 10 < len(pairs) < len(made) ** 2 / 4
