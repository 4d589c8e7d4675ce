"""The demo without a terminal and without a token: three examples, and nothing twice."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest
from fake_answering import FakeAnswering, Told, article, person
from fakes import HashEncoder, small_app
from served import CAST, SPOKEN, TOLD

from bot.commands.demo import EXAMPLES, SAMPLE, converse, demo_app, run
from bot.commands.terminal import console
from index.snapshots import Snapshots

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _nobody_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no terminal."""
    monkeypatch.setattr(sys, "stdin", io.StringIO())


def test_three_examples_are_answered(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each example question is shown with what the articles say, and nothing of it lands in the outer collection."""
    outer = small_app(tmp_path / "data")
    run(outer)
    shown = capsys.readouterr().out
    assert [question for question in EXAMPLES if question in shown] == list(EXAMPLES)
    assert "Verbatim Sample" in shown
    assert outer.store.extent().articles == 0
    outer.close()


def test_the_second_time_installs_and_embeds_nothing(tmp_path: Path) -> None:
    """The sample collection is read, cut, embedded and published once."""
    encoder = HashEncoder()
    outer = small_app(tmp_path / "data", encoder=encoder)
    run(outer)
    embedded, snapshots = list(encoder.batches), Snapshots(tmp_path / "data" / "demo" / "snapshots").names()
    run(outer)
    assert encoder.batches == embedded
    assert Snapshots(tmp_path / "data" / "demo" / "snapshots").names() == snapshots
    again = demo_app(outer)
    assert again.store.extent().articles == len(list(SAMPLE.glob("*.md")))
    again.close()
    outer.close()


def test_another_model_makes_the_demo_anew(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After a change of the model the demo cuts and embeds its own articles again, and answers."""
    first = small_app(tmp_path / "data")
    run(first)
    first.close()
    capsys.readouterr()
    second = small_app(tmp_path / "data", encoder=HashEncoder(name="other"))
    run(second)
    second.close()
    assert "Verbatim Sample" in capsys.readouterr().out


def test_questions_are_taken_at_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a terminal a person asks until an empty line."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("what did Churchill say about the beaches?\n\nnever read\n"))
    outer = small_app(tmp_path / "data")
    run(outer)
    outer.close()
    shown = capsys.readouterr().out
    assert "14 sample articles" in shown
    assert "Winston Churchill" in shown
    assert sys.stdin.readline() == "never read\n"


def test_the_demo_shows_only_what_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A citation that is not in the stored text at this moment is not shown."""
    monkeypatch.setattr("index.answering.Answerer.verify", lambda _answerer, _citation: False)
    outer = small_app(tmp_path / "data")
    run(outer)
    outer.close()
    assert "Verbatim Sample" not in capsys.readouterr().out


def test_a_number_says_who_is_meant(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A number after a question that fits several people answers it for that one; another question is a new one."""
    monkeypatch.setattr(sys, "stdin", io.StringIO("What did Okafor say?\n2\n7\nWhat did Wren say?\n1\n\n"))
    app = small_app(tmp_path / "data")
    fake = FakeAnswering(
        {int(str(each["number"])): article(**each) for each in SPOKEN},  # type: ignore[arg-type]
        cast={each[0]: person(*each) for each in CAST},
        told=[Told(**each) for each in TOLD],  # type: ignore[arg-type]
    )
    app.answerer = fake  # type: ignore[assignment]
    converse(app, console())
    app.close()
    shown = capsys.readouterr().out
    assert fake.asked == [
        "What did Okafor say?",
        "What did Okafor say?",
        "7",
        "What did Wren say?",
        "What did Wren say?",
    ]
    assert "Type the number of the one you mean." in shown
    assert shown.index("Which Okafor?") < shown.index("1  Tobi Okafor, harbour pilot · reported")
    assert shown.index("If you meant somebody else:") < shown.index("1  Ola Wren · reported, partly quoted")
