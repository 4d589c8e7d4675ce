"""`verbatim ask` about somebody, as a person at a terminal and as a program that reads its JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner, Result
from fake_answering import FakeAnswering, Told, article, person
from fakes import HashEncoder
from served import CAST, SPOKEN, TOLD

from bot.app import App
from bot.cli import cli
from corpus.errors import SpeakerNotFoundError

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from bot.config import Settings
    from index.records import Answer


@dataclass
class Dated(FakeAnswering):
    """Notes the days as of which it is asked."""

    days: list[dt.date | None] = field(default_factory=list)

    def ask(self, text: str, limit: int = 10, *, speaker: int | None = None, today: dt.date | None = None) -> Answer:
        """Answer a question."""
        self.days.append(today)
        return super().ask(text, limit, speaker=speaker, today=today)


@dataclass
class Terminal:
    """The command `ask` over invented articles.

    Attributes:
        directory: the data directory.
    """

    directory: Path
    answering: Dated

    def ask(self, *arguments: str) -> Result:
        """Run it."""

        def make(settings: Settings) -> App:
            app = App(settings, loading=lambda _name, _directory: HashEncoder())
            app.answerer = self.answering  # type: ignore[assignment]
            return app

        return CliRunner().invoke(cli, ["--data-dir", str(self.directory), "ask", *arguments], obj=make)

    def answer(self, *arguments: str) -> dict[str, Any]:
        """Run it, and return the object that it prints."""
        read: dict[str, Any] = json.loads(self.ask(*arguments, "--json").stdout)
        return read


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """The command over articles in which people speak."""
    monkeypatch.chdir(tmp_path)
    return Terminal(
        tmp_path / "data",
        Dated(
            {int(str(each["number"])): article(**each) for each in SPOKEN},  # type: ignore[arg-type]
            cast={each[0]: person(*each) for each in CAST},
            told=[Told(**each) for each in TOLD],  # type: ignore[arg-type]
        ),
    )


def test_an_ambiguous_question_says_how_to_choose(terminal: Terminal) -> None:
    """Who may be meant is listed, and standard error tells the option that chooses."""
    result = terminal.ask("What did Okafor say?")
    assert result.stdout.splitlines()[0] == "Which Okafor?"
    assert result.stderr.splitlines()[-1] == "--speaker says whom you mean, as in --speaker 'Mina Okafor'."


@pytest.mark.parametrize("named", ["Tobi Okafor", "tobi", "2", "#2"])
def test_a_speaker_can_be_named(terminal: Terminal, named: str) -> None:
    """--speaker takes a name, a part of one that fits one speaker only, or a number."""
    answer = terminal.answer("What did Okafor say?", "--speaker", named)
    assert (answer["verdict"], answer["speaker"]["name"]) == ("answered", "Tobi Okafor")
    assert [(each["speaker"], each["kind"]) for each in answer["citations"]] == [("Tobi Okafor", "indirect")]


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("okafor", "'okafor' may be any of Mina Okafor (number 1), Tobi Okafor (number 2)"),
        ("Zed", "no speaker is called 'Zed'"),
        ("77", "no speaker is called '77'"),
    ],
)
def test_a_speaker_has_to_be_one(terminal: Terminal, named: str, told: str) -> None:
    """A name that fits nobody or several is told, with those that it fits."""
    result = terminal.ask("What did Okafor say?", "--speaker", named)
    assert isinstance(result.exception, SpeakerNotFoundError)
    assert result.exception.problem == told
    assert result.stdout == ""


def test_the_day_can_be_another(terminal: Terminal) -> None:
    """--as-of is the day as of which the question's words for days are meant; without it that is today."""
    terminal.ask("What did Tobi Okafor say?", "--as-of", "2016-05-31")
    terminal.ask("What did Tobi Okafor say?")
    assert [day and day.isoformat() for day in terminal.answering.days] == ["2016-05-31", None]
