"""The commands about statements and speakers, as a person types them and as a program reads their JSON."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from fakes import HashEncoder, PatternExtractor

from bot.app import App
from bot.cli import cli
from corpus.errors import CorrectionError, SpeakerNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.config import Settings

SPOKEN = 'mayor Odile Tarn said "The bridge closes." Tarn said that it opens again.'
ARTICLES = [
    {"id": "a", "title": "Bridge", "publisher": "Gazette", "date": "2024-05-03", "text": SPOKEN},
    {"id": "b", "title": "Ferry", "publisher": "Post", "text": 'Odile M. Tarn said "No." Bo Lindqvist said that ok.'},
    {"id": "c", "title": "Silence", "text": "Nobody speaks here."},
]


def lines(*records: object) -> str:
    """Return records as JSONL."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@pytest.fixture
def verbatim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on a data directory of the test's own, with small models."""
    monkeypatch.chdir(tmp_path)
    # A table must not depend on how wide the terminal of these tests is.
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str, stdin: str | bytes | None = None, by: str = "pattern") -> Result:
        def make(settings: Settings) -> App:
            return App(
                settings, loading=lambda _name, _directory: HashEncoder(), extracting=lambda: PatternExtractor(by)
            )

        return CliRunner().invoke(cli, ["--data-dir", str(tmp_path / "data"), *arguments], obj=make, input=stdin)

    return run


@pytest.fixture
def filled(verbatim: Callable[..., Result], tmp_path: Path) -> Callable[..., Result]:
    """The same, with three articles in it."""
    path = tmp_path / "articles.jsonl"
    path.write_text(lines(*ARTICLES), "utf-8")
    assert verbatim("add", str(path)).exit_code == 0
    return verbatim


def objects(result: Result) -> list[dict[str, Any]]:
    """Return the JSON objects that a command printed, one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


class TestStatements:
    """`verbatim statements`."""

    def test_a_file(self, verbatim: Callable[..., Result], tmp_path: Path) -> None:
        """Each record gives one object, in order, with offsets into its text exactly as given; nothing is stored."""
        text = f"  é\r\n\r\n\t{SPOKEN}"
        path = tmp_path / "file.jsonl"
        path.write_text(lines({"id": 7, "text": text}, {"text": ""}, {"id": "", "text": "Nobody."}), "utf-8")
        result = verbatim("statements", "--json", str(path))
        first, second, third = objects(result)
        assert first["article"] == 7
        assert [[text[s:e] for s, e in said["content"]] for said in first["statements"]] == [
            ['"The bridge closes."'],
            ["it opens again"],
        ]
        assert first["statements"][1] == {
            "source": [[text.index("Tarn said that"), text.index("Tarn said that") + 4]],
            "cue": [[text.index("said that"), text.index("said that") + 4]],
            "content": [[text.index("it opens"), len(text) - 1]],
            "kind": "indirect",
            "speaker": "Odile Tarn",
            "confidence": 0.9,
        }
        assert second == {"article": None, "statements": []}
        assert third == {"article": "", "statements": []}
        assert objects(verbatim("list", "--json")) == []

    @pytest.mark.parametrize("how", ["gz", "stdin", "stdin gz"])
    def test_other_ways_in(self, verbatim: Callable[..., Result], tmp_path: Path, how: str) -> None:
        """A compressed file, standard input, and both at once are read alike."""
        plain = lines(ARTICLES[0]).encode()
        data = gzip.compress(plain) if "gz" in how else plain
        path = tmp_path / "file.jsonl.gz"
        path.write_bytes(data)
        stdin = data if "stdin" in how else None
        (found,) = objects(verbatim("statements", "--json", "-" if stdin else str(path), stdin=stdin))
        assert [said["speaker"] for said in found["statements"]] == ["Odile Tarn", "Odile Tarn"]

    def test_bad_lines(self, verbatim: Callable[..., Result], tmp_path: Path) -> None:
        """A bad line has a message with its place and an empty list, so that the order is kept."""
        path = tmp_path / "file.jsonl"
        bad = ["not json", "[1]", '{"id": "x", "text": 5}', '{"id": "y", "text": "unreadable"}']
        path.write_text("\n".join([*bad, "", json.dumps(ARTICLES[0])]), "utf-8")
        result = verbatim("statements", "--json", str(path))
        assert [(each["article"], len(each["statements"])) for each in objects(result)] == [
            (None, 0),
            (None, 0),
            ("x", 0),
            ("y", 0),
            ("a", 2),
        ]
        told = result.stderr.splitlines()
        assert told[0].startswith(f"{path}:1: this is not JSON")
        assert told[1:3] == [f'{path}:{at}: no article: an object with "text" is needed.' for at in (2, 3)]
        assert told[3] == f"{path}:4: no statements could be found (ValueError: as the test wants it)."
        assert result.exit_code == 2

    def test_half_a_surrogate_pair(self, verbatim: Callable[..., Result]) -> None:
        """What no terminal can print is escaped."""
        result = verbatim("statements", "--json", "-", stdin='{"id": "\\ud800", "text": "Nobody."}\n')
        assert objects(result) == [{"article": "\ud800", "statements": []}]

    def test_a_stored_article(self, filled: Callable[..., Result]) -> None:
        """An article is shown with who says what, and the numbers of its statements."""
        shown = filled("statements", "a").stdout
        assert "1  Odile Tarn · mayor\n" in "\n".join(line.strip() for line in shown.splitlines()) + "\n"
        assert "│ “The bridge closes.”".replace("“", '"').replace("”", '"') in shown
        assert "2  Odile Tarn · mayor · reported" in shown
        (record,) = objects(filled("statements", "a", "--json"))
        assert [(said["id"], said["speaker"], said["kind"]) for said in record["statements"]] == [
            (1, "Odile Tarn", "direct"),
            (2, "Odile Tarn", "indirect"),
        ]
        assert "Nobody is quoted in it." in filled("statements", "c").stdout

    def test_neither(self, filled: Callable[..., Result]) -> None:
        """What is neither a file nor an article is said to be no article."""
        assert "no article is called 'zzz'" in str(filled("statements", "zzz").exception)


class TestSpeakers:
    """`verbatim speakers` and `verbatim speakers show`."""

    def test_a_list(self, filled: Callable[..., Result]) -> None:
        """Without a command it lists who is quoted, most statements first."""
        rows = [line.split() for line in filled("speakers").stdout.splitlines()]
        assert rows[1:] == [
            ["1", "Odile", "Tarn", "mayor", "3", "2", "2024-05-03", "2024-05-03"],
            ["3", "Bo", "Lindqvist", "–", "1", "1", "–", "–"],
        ]
        assert [each["name"] for each in objects(filled("speakers", "--json"))] == ["Odile Tarn", "Bo Lindqvist"]
        limited = filled("speakers", "--limit", "1").stdout
        assert "Lindqvist" not in limited
        assert "--limit shows more" in limited

    @pytest.mark.parametrize(
        ("words", "found"), [(["TARN"], [1]), (["mayor"], [1]), (["odile", "m."], [1]), (["lind"], [3]), (["zzz"], [])]
    )
    def test_words(self, filled: Callable[..., Result], words: list[str], found: list[int]) -> None:
        """Words that are no command narrow the list by name, other names and role."""
        assert [each["id"] for each in objects(filled("speakers", *words, "--json"))] == found

    def test_nobody_fits(self, filled: Callable[..., Result]) -> None:
        """Where nobody fits, the nearest names are offered."""
        assert filled("speakers", "lindquist").stdout.startswith(
            "No speaker fits 'lindquist'. Those with the nearest names: Bo Lindqvist"
        )

    def test_an_empty_corpus(self, verbatim: Callable[..., Result]) -> None:
        """Without speakers it says how they come in."""
        assert verbatim("speakers").stdout.startswith("No speakers yet: `verbatim add FILE`")
        assert verbatim("speakers", "--json").stdout == ""

    def test_one(self, filled: Callable[..., Result]) -> None:
        """A speaker is shown with other names, roles and the latest statements."""
        shown = filled("speakers", "show", "tarn").stdout
        for part in ("Odile Tarn  number 1", "mayor", "also called Odile M. Tarn, Tarn", "3 statements in 2 articles"):
            assert part in shown
        (record,) = objects(filled("speakers", "show", "#1", "--json"))
        assert record["ids"] == [1, 2]
        assert [(each["id"], each["article"]) for each in record["latest"]] == [(1, "a"), (2, "a"), (3, "b")]

    def test_help_names_every_command(self, verbatim: Callable[..., Result]) -> None:
        """`--help` is that of the group."""
        shown = verbatim("speakers", "--help").stdout
        for name in ("list", "show", "merge", "split", "rename", "not-said-by", "corrections", "undo"):
            assert f"\n  {name} " in shown

    def test_nobody_of_that_name(self, filled: Callable[..., Result]) -> None:
        """A wrong name is an error that offers the nearest, whatever the command."""
        for command in (["show", "Terne"], ["rename", "Terne", "X"], ["merge", "Tarn", "Terne"]):
            error = filled("speakers", *command).exception
            assert isinstance(error, SpeakerNotFoundError)
            assert "Odile Tarn" in error.fix


class TestCorrecting:
    """The commands that correct."""

    @pytest.mark.parametrize(
        ("command", "after"),
        [
            (["merge", "Lindqvist", "Odile Tarn"], {"Odile Tarn": 4}),
            (["rename", "Lindqvist", "Bo Lind"], {"Odile Tarn": 3, "Bo Lind": 1}),
            (["split", "Odile Tarn", "Odile M. Tarn"], {"Odile Tarn": 2, "Odile M. Tarn": 1, "Bo Lindqvist": 1}),
            (["split", "Odile Tarn", "b", "--as", "Ida Wren"], {"Odile Tarn": 2, "Ida Wren": 1, "Bo Lindqvist": 1}),
            (["not-said-by", "Tarn", "3"], {"Odile Tarn": 2, "Bo Lindqvist": 1}),
            (["not-said-by", "Tarn", "3", "--by", "Lindqvist"], {"Odile Tarn": 2, "Bo Lindqvist": 1, "Lindqvist": 1}),
        ],
    )
    def test_and_taking_back(self, filled: Callable[..., Result], command: list[str], after: dict[str, int]) -> None:
        """Each says what it did, is listed, outlives a full rebuild and can be taken back."""
        told = filled("speakers", *command)
        assert told.stdout.startswith("Correction 1: ")
        assert filled("rebuild", "--full").exit_code == 0
        assert {each["name"]: each["statements"] for each in objects(filled("speakers", "--json"))} == after
        assert filled("speakers", "corrections").stdout == told.stdout[len("Correction ") :].removesuffix(".\n") + "\n"
        (record,) = objects(filled("speakers", "corrections", "--json"))
        assert (record["id"], record["waits"]) == (1, False)
        assert filled("speakers", "undo", "1").stdout.startswith("Correction 1 is taken back: ")
        assert {each["name"]: each["statements"] for each in objects(filled("speakers", "--json"))} == {
            "Odile Tarn": 3,
            "Bo Lindqvist": 1,
        }
        assert filled("speakers", "corrections").stdout == "Nothing was corrected yet.\n"

    def test_what_cannot_be(self, filled: Callable[..., Result]) -> None:
        """What cannot be corrected is an error, and nothing is."""
        for command in (["undo", "9"], ["not-said-by", "Lindqvist", "1"], ["split", "Odile Tarn", "b"]):
            assert isinstance(filled("speakers", *command).exception, CorrectionError)
        assert filled("speakers", "corrections").stdout == "Nothing was corrected yet.\n"


class TestKeepingUp:
    """Statements of another version, and what the statistics say."""

    def test_an_import_reads_all_articles_anew_after_an_update(
        self, filled: Callable[..., Result], tmp_path: Path
    ) -> None:
        """With another extractor the next import brings all articles up to date, and so does a rebuild."""
        path = tmp_path / "more.jsonl"
        path.write_text(lines({"id": "d", "text": "Ida Wren said that yes."}), "utf-8")
        for by, command in (("newer", ["add", str(path)]), ("newest", ["rebuild"])):
            assert filled(*command, by=by).exit_code == 0
            (record,) = objects(filled("stats", "--json", by=by))
            assert (record["statements"], record["speakers"], record["unread"]) == (5, 3, 0)

    def test_statistics(self, filled: Callable[..., Result]) -> None:
        """Statements and speakers are counted."""
        assert "4 by 2 named speakers" in filled("stats").stdout
