"""Corrections: what they do, that they outlive whatever may happen to the corpus, and that they can be undone."""

import json

import pytest
from fakes import PatternExtractor
from sqlalchemy import update

from corpus.corrections import Corrections
from corpus.database import writing
from corpus.errors import CorrectionError, SpeakerNotFoundError
from corpus.passages import Splitter
from corpus.records import Draft
from corpus.schema import corrections
from corpus.store import Store
from corpus.wording import Wording
from corpus.writing import Writer

DRAFTS = [
    Draft(key="a", text='mayor Odile Tarn said "The bridge closes." Tarn said that it opens again.'),
    Draft(
        key="b",
        url="https://post.example/b?utm_source=x",
        text='Odile Tarn said "No comment." Bo Lindqvist said that ok.',
    ),
    Draft(text='Robert Tarn said "I am another." somebody said that no.'),
]


@pytest.fixture
def made(store: Store, writer: Writer) -> Corrections:
    """Corrections of a corpus of three articles."""
    writer.add(DRAFTS)
    return Corrections(store)


def number(made: Corrections, name: str) -> int:
    """Return the id of a speaker."""
    return made.registry.named(name).speaker.id


def counts(made: Corrections) -> dict[str, int]:
    """Return how many statements each speaker makes."""
    return {profile.speaker.name: profile.statements for profile in made.registry.profiles}


BEFORE = {"Odile Tarn": 3, "Bo Lindqvist": 1, "Robert Tarn": 1}


def correct(made: Corrections, what: str) -> str:
    """Make one of the corrections of these tests."""
    tarn = number(made, "Odile Tarn")
    match what:
        case "merge":
            return made.merge(number(made, "Robert Tarn"), tarn)
        case "rename":
            return made.rename(tarn, "Odile Tarn-Moss")
        case "split form":
            return made.split(tarn, "Tarn")
        case "split article":
            return made.split(tarn, "https://POST.example/b", "Odile Tarn (baker)")
        case "deny":
            return made.not_said_by(3)
        case _:
            return made.not_said_by(3, tarn, "Bo Lindqvist")


AFTER = {
    "merge": {"Odile Tarn": 4, "Bo Lindqvist": 1},
    "rename": {"Odile Tarn-Moss": 3, "Bo Lindqvist": 1, "Robert Tarn": 1},
    "split form": {"Odile Tarn": 2, "Tarn": 1, "Bo Lindqvist": 1, "Robert Tarn": 1},
    "split article": {"Odile Tarn": 2, "Odile Tarn (baker)": 1, "Bo Lindqvist": 1, "Robert Tarn": 1},
    "deny": {"Odile Tarn": 2, "Bo Lindqvist": 1, "Robert Tarn": 1},
    "deny by": {"Odile Tarn": 2, "Bo Lindqvist": 2, "Robert Tarn": 1},
}

TOLD = {
    "merge": "Robert Tarn and Odile Tarn are one, called Odile Tarn",
    "rename": "Odile Tarn is called Odile Tarn-Moss",
    "split form": "Tarn is not Odile Tarn",
    "split article": "in b it is not Odile Tarn who speaks but Odile Tarn (baker)",
    "deny": "“No comment.” in b was not said by Odile Tarn",
    "deny by": "“No comment.” in b was not said by Odile Tarn but by Bo Lindqvist",
}


@pytest.mark.parametrize("what", AFTER)
class TestEach:
    """Every kind of correction."""

    def test_what_it_does(self, made: Corrections, what: str) -> None:
        """It says what was done, with its number, and the registry is so from then on."""
        assert correct(made, what).replace('"', "“", 1).replace('"', "”", 1) == f"Correction 1: {TOLD[what]}."
        assert counts(made) == AFTER[what]
        assert counts(Corrections(made.store)) == AFTER[what]

    def test_undo(self, made: Corrections, what: str) -> None:
        """Taken back, all is as before."""
        correct(made, what)
        assert made.undo(1).startswith("Correction 1 is taken back: ")
        assert counts(made) == BEFORE
        assert made.all() == []

    def test_it_outlives_another_extractor(self, made: Corrections, splitter: Splitter, what: str) -> None:
        """Statements that are found anew, under new ids, are corrected likewise."""
        correct(made, what)
        other = PatternExtractor("another")
        other.confidence = 0.5
        assert list(Writer(made.store, splitter, other).restate()) == [3]
        assert made.store.statements_of([1, 2])[0].id > 5
        assert counts(made) == AFTER[what]

    def test_it_outlives_another_import(self, made: Corrections, writer: Writer, what: str) -> None:
        """Articles that are removed and added again are corrected likewise; meanwhile it waits."""
        correct(made, what)
        writer.remove([1, 2, 3])
        assert counts(made) == {}
        writer.add(list(reversed(DRAFTS)))
        assert counts(made) == AFTER[what]

    def test_it_is_no_change_of_the_corpus(self, made: Corrections, what: str) -> None:
        """Nothing that is stored is rewritten, and the generation stays."""
        before = made.store.statements_of([1, 2, 3]), made.store.generation()
        correct(made, what)
        assert (made.store.statements_of([1, 2, 3]), made.store.generation()) == before


class TestTogether:
    """Several corrections."""

    def test_the_later_counts(self, made: Corrections) -> None:
        """What was merged can be split, and merged again."""
        correct(made, "merge")
        made.split(number(made, "Odile Tarn"), "Robert Tarn")
        assert counts(made) == BEFORE
        correct(made, "merge")
        assert counts(made) == AFTER["merge"]
        made.undo(3)
        assert counts(made) == BEFORE

    def test_a_renamed_one_is_still_found_by_its_old_name(self, made: Corrections) -> None:
        """The name in the articles stays another form of it."""
        correct(made, "rename")
        assert made.registry.named("Odile Tarn").speaker.name == "Odile Tarn-Moss"
        made.rename(number(made, "Odile Tarn"), "O. Tarn")
        assert counts(made)["O. Tarn"] == 3

    def test_a_list(self, made: Corrections) -> None:
        """Each has a line, oldest first; one that finds nothing to correct says that it waits."""
        correct(made, "merge")
        correct(made, "rename")
        assert made.corrections() == (f"1: {TOLD['merge']}", f"2: {TOLD['rename']}")

    def test_a_list_can_be_said_in_another_language(self, made: Corrections) -> None:
        """Lines and what is taken back remember their parts, also those stored; a sentence without parts is kept."""
        correct(made, "merge")
        (line,) = made.corrections()
        assert isinstance(line, Wording)
        told = line.values["told"]
        assert isinstance(told, Wording)
        assert (told.template, told.values) == (
            "{one} and {other} are one, called {other}",
            {"one": "Robert Tarn", "other": "Odile Tarn"},
        )
        with writing(made.store.engine) as connection:
            # As earlier versions stored it.
            (stored,) = made.all()
            bare = {name: value for name, value in stored.payload.items() if name != "told"}
            connection.execute(update(corrections).values(payload=json.dumps(bare)))
        assert made.corrections() == (f"1: {TOLD['merge']}",)
        assert counts(made) == AFTER["merge"]
        assert made.undo(1) == f"Correction 1 is taken back: {TOLD['merge']}."

    def test_a_split_off_form_no_longer_finds_the_speaker(self, made: Corrections) -> None:
        """After "Tarn" was split off, the name means the new entry first of all."""
        correct(made, "split form")
        odile = made.registry.named("Odile Tarn").speaker
        assert "Tarn" not in odile.aliases
        assert made.registry.named("Tarn").speaker.name == "Tarn"


class TestRefused:
    """What cannot be corrected."""

    def test_nobody(self, made: Corrections) -> None:
        """A number of nobody is refused with that number."""
        for call in (lambda: made.merge(99, 1), lambda: made.rename(99, "X Y"), lambda: made.split(99, "X")):
            with pytest.raises(SpeakerNotFoundError, match="99"):
                call()

    def test_the_same(self, made: Corrections) -> None:
        """A merge with itself and a name that it has already are refused."""
        tarn = number(made, "Odile Tarn")
        with pytest.raises(CorrectionError, match="are one speaker already"):
            made.merge(tarn, tarn)
        with pytest.raises(CorrectionError, match="is called that already"):
            made.rename(tarn, "Odile Tarn")

    @pytest.mark.parametrize("name", ["", " ", "?!", "x" * 201, "a\x00b"])
    def test_no_name(self, made: Corrections, name: str) -> None:
        """What is no name is refused."""
        with pytest.raises(CorrectionError, match="is not a name"):
            made.rename(number(made, "Odile Tarn"), name)

    @pytest.mark.parametrize(
        ("words", "message"),
        [
            (
                "Sven",
                "'Sven' is neither another form of the name Odile Tarn nor an article. Odile Tarn is also called Tarn",
            ),
            ("b", "whoever speaks in b needs a name of their own"),
            ("b as Odile Tarn", "Odile Tarn is the name of the speaker to be split"),
            ("3 as Sven Moss", "Odile Tarn makes no statement in 3"),
        ],
    )
    def test_no_part(self, made: Corrections, words: str, message: str) -> None:
        """What is no part of a speaker is refused with what there is."""
        with pytest.raises(CorrectionError, match=message):
            made.split(number(made, "Odile Tarn"), words)

    def test_not_their_statement(self, made: Corrections) -> None:
        """Only who is named as its speaker can be denied a statement."""
        with pytest.raises(CorrectionError, match="there is no statement number 99"):
            made.not_said_by(99)
        with pytest.raises(CorrectionError, match="is attributed to somebody else, or to nobody"):
            made.not_said_by(3, number(made, "Bo Lindqvist"))
        correct(made, "deny")
        with pytest.raises(CorrectionError, match="or to nobody"):
            made.not_said_by(3)
        assert len(made.all()) == 1

    def test_no_correction(self, made: Corrections) -> None:
        """A number that was never given is refused with those there are."""
        with pytest.raises(CorrectionError, match=r"no correction number 1. Nothing was corrected yet"):
            made.undo(1)
        correct(made, "rename")
        with pytest.raises(CorrectionError, match=r"no correction number 7. The latest are 1"):
            made.undo(7)

    def test_numbers_are_never_reused(self, made: Corrections) -> None:
        """After the last was taken back, the next has a number of its own."""
        correct(made, "rename")
        made.undo(1)
        assert correct(made, "rename").startswith("Correction 2:")
