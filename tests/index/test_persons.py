"""Whom words mean: a registry of invented speakers of many fields, and the phrases by which people ask for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.records import Profile, Speaker, SpeakerKind
from index.offices import office
from index.persons import NOBODY, UNKNOWN, Persons

ORGANISATION = SpeakerKind.ORGANISATION

# name -> kind, statements, aliases, roles
REGISTRY = {
    "Pak Jong Chon": (SpeakerKind.PERSON, 3, ("Pak",), ("vice chairman of the Central Military Commission",)),
    "Kim Ha Neul": (SpeakerKind.PERSON, 9, ("Kim",), ("president",)),
    "Kim Yo Rim": (SpeakerKind.PERSON, 8, ("Kim",), ("foreign minister",)),
    "Jane Roe": (SpeakerKind.PERSON, 40, ("Roe", "Jane A. Roe"), ("Vale chancellor", "chancellor")),
    "Peter Roe": (SpeakerKind.PERSON, 2, (), ("captain",)),
    "Ada Lund": (SpeakerKind.PERSON, 7, ("Lund",), ("chemist at Port Vale University",)),
    "Marcus Lund": (SpeakerKind.PERSON, 6, ("Lund",), ("Justice",)),
    "Okafor": (SpeakerKind.PERSON, 4, (), ("striker",)),
    "Katarzyna Żak": (SpeakerKind.PERSON, 5, ("Żak",), ("Polish foreign minister",)),
    "Elena Sorokina": (SpeakerKind.PERSON, 5, (), ("General Harbour Administration spokeswoman",)),
    "Tomas Quill": (SpeakerKind.PERSON, 5, (), ("GHA director",)),
    "Bo Ferris": (SpeakerKind.PERSON, 3, (), ("Roe’s communications director",)),
    "Lena Ost": (SpeakerKind.PERSON, 3, (), ("Mayor", "Westhaven mayor")),
    "Ivo Trent": (SpeakerKind.PERSON, 3, (), ("mayor of Eastport", "Mayor")),
    "Nils Berg": (SpeakerKind.PERSON, 3, (), ("Gov.",)),
    "Ulf Isso": (SpeakerKind.PERSON, 3, (), ("Judge",)),
    "Billie Jean King": (SpeakerKind.PERSON, 5, ("King",), ("tennis champion",)),
    "Rosa Thorne": (SpeakerKind.PERSON, 6, (), ("central bank chair",)),
    "Hugo Thorne": (SpeakerKind.PERSON, 6, (), ("former central bank chair",)),
    "Norway": (ORGANISATION, 5, (), ()),
    "Oslo": (ORGANISATION, 1, (), ()),
    "Kari Moe": (SpeakerKind.PERSON, 4, (), ("Norwegian foreign ministry spokeswoman",)),
    "Per Dahl": (SpeakerKind.PERSON, 4, (), ("spokesman of the U.S. embassy in Norway",)),
    "Siv Lie": (SpeakerKind.PERSON, 4, (), ("spokeswoman of a Norwegian brewery",)),
    "Vale Post": (ORGANISATION, 12, (), ()),
    "Harbour Museum": (ORGANISATION, 4, (), ()),
    "Vale Olympic Committee": (ORGANISATION, 4, (), ()),
    "Westhaven": (ORGANISATION, 4, (), ()),
    "Office": (ORGANISATION, 1, (), ()),
}
PROFILES = tuple(
    Profile(
        speaker=Speaker(id=number, name=name, kind=kind, aliases=aliases, roles=roles),
        ids=(number,),
        statements=statements,
        articles=1,
        first=None,
        last=None,
    )
    for number, (name, (kind, statements, aliases, roles)) in enumerate(REGISTRY.items(), start=1)
)
PERSONS = Persons(PROFILES)

MEANT = {
    # by name, in full or in part, with titles and case or without
    "Pak": "Pak Jong Chon",
    "pak jong-chon": "Pak Jong Chon",
    "General Pak": "Pak Jong Chon",
    "Jane A. Roe": "Jane Roe",
    "Roe": "Jane Roe",  # who made nearly all of the statements
    "Okafor": "Okafor",
    "the striker Okafor": "Okafor",
    "Katarzyna Zak": "Katarzyna Żak",
    "ada lund the chemist": "Ada Lund",
    "the Vale chemist Ada Lund": "Ada Lund",
    "Ada Lund of Port Vale University": "Ada Lund",
    "Roe's spokesman Bo Ferris": "Bo Ferris",
    "Katarzyna": "Katarzyna Żak",
    "the Vale Post": "Vale Post",
    # one of several, by title or role
    "Justice Lund": "Marcus Lund",
    "the chemist Lund": "Ada Lund",
    "Captain Roe": "Peter Roe",
    # misspelt
    "katarina zak": "Katarzyna Żak",
    "Sorokyna": "Elena Sorokina",
    "elena sorokinna": "Elena Sorokina",
    "billy jean king": "Billie Jean King",
    "judge iso": "Ulf Isso",
    # by role, and by whom or what the role belongs to
    "the vice chairman of the Central Military Commission": "Pak Jong Chon",
    "Westhaven's mayor": "Lena Ost",
    "the mayor of Eastport": "Ivo Trent",
    "Poland's foreign minister": "Katarzyna Żak",
    "the Polish foreign secretary": "Katarzyna Żak",
    "the GHA's spokeswoman": "Elena Sorokina",
    "the General Harbour Administration's director": "Tomas Quill",
    "the central bank chairwoman": "Rosa Thorne",
    "Jane Roe's communications director": "Bo Ferris",
    "Ohio's governor": "Nils Berg",  # of whom articles say the office only
    # organisations, and those who speak for others
    "the Vale Post editorial board": "Vale Post",
    "the Harbour museum in Eastport": "Harbour Museum",
    "Jane Roe's office": "Bo Ferris",
    "Westhaven": "Westhaven",
}

NOT_THERE = [
    "Wilma Roe",
    "Senator Otto Pak",
    "Zed Marchetti",
    "marcus pettersen",
]

NAMELESS = [
    "the woman who shouted at the referee",
    "the founder of Amazonia",
    "some towns across the western Vale",
    "",
    "the",
    "?",
]


@pytest.mark.parametrize("words", MEANT)
def test_words_mean_one_speaker(words: str) -> None:
    """A name, a misspelling of it, a role with what it belongs to: all mean one speaker, for certain."""
    meant = PERSONS.meant(words)

    assert meant.certain
    assert meant.profiles[0].speaker.name == MEANT[words]


@pytest.mark.parametrize("words", NOT_THERE)
def test_who_is_named_in_full_and_never_speaks_is_unknown(words: str) -> None:
    """Somebody named in full who makes no statement is unknown, though others share the surname."""
    assert PERSONS.meant(words) == UNKNOWN


@pytest.mark.parametrize("words", NAMELESS)
def test_words_that_name_nobody_mean_nobody(words: str) -> None:
    """Words without a name and without a role that anybody holds mean nobody."""
    assert PERSONS.meant(words) == NOBODY


def test_who_shares_a_name_is_asked_for() -> None:
    """Two who share a surname, and speak alike often, are both candidates; more statements come first."""
    meant = PERSONS.meant("Kim")

    assert not meant.certain
    assert [profile.speaker.name for profile in meant.profiles] == ["Kim Ha Neul", "Kim Yo Rim"]


def test_the_likeliest_by_far_is_assumed() -> None:
    """Where one made nearly all statements of those who share a name, it is that one, with the others named."""
    meant = PERSONS.meant("Roe")

    assert (meant.certain, meant.assumed) == (True, True)
    assert [profile.speaker.name for profile in meant.profiles] == ["Jane Roe", "Peter Roe"]


def test_a_role_that_several_hold_means_any_of_them() -> None:
    """A role without what it belongs to means all who hold it, and says that it is only the role."""
    meant = PERSONS.meant("the mayor")

    assert (meant.certain, meant.by_role) == (False, True)
    assert [profile.speaker.name for profile in meant.profiles] == ["Lena Ost", "Ivo Trent"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("chairwoman", "chair"),
        ("Sen.", "senator"),
        ("Chinese foreign ministry", "China foreign minister"),
        ("the French premier", "France's PM"),
        ("German chancellor", "Germany's former chancellor"),
        ("U.S. attorney", "American lawyer"),
    ],
)
def test_offices_are_compared_by_their_words(one: str, other: str) -> None:
    """Offices of women and men, in short and in full, of a country and its people, have the same words."""
    assert office(one) == office(other)


@given(words=st.text(max_size=60))
def test_any_words_mean_somebody_or_nobody(words: str) -> None:
    """No words raise; certain is only who is there, and nobody is unknown and meant at once."""
    meant = PERSONS.meant(words)

    assert not (meant.certain and not meant.profiles)
    assert not (meant.unknown and meant.profiles)


def test_nobody_speaks_in_an_empty_corpus() -> None:
    """Without speakers, names are unknown."""
    assert Persons(()).meant("Jane Roe") == UNKNOWN


@pytest.mark.parametrize("seat", ["Norway", "Oslo"])
def test_governments_speak_through_spokespeople(seat: str) -> None:
    """What a country says, or its capital, its government's spokespeople say; no embassy's there, and no company's."""
    profile = PERSONS.meant(seat).profiles[0]
    ids = {name: number for number, name in enumerate(REGISTRY, start=1)}
    assert PERSONS.ids(profile) == tuple(sorted((ids[seat], ids["Kari Moe"])))
