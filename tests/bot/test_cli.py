"""The command line, as a person at a terminal and as a program that reads its JSON."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import click
import pytest
from click.testing import CliRunner, Result
from fakes import HashEncoder, PatternExtractor

from bot.app import App
from bot.cli import cli, main
from corpus.writing import write_lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bot.config import Settings

ARTICLES = [
    {
        "id": "bridge",
        "url": "https://example.org/bridge",
        "title": "Harbour bridge to close",
        "publisher": "Harbour Gazette",
        "date": "2024-05-03",
        "author": "Ida Wren",
        "text": "Mayor Odile Tarn spoke on Friday.\n\nTarn said “The harbour bridge will close for repairs in June.”",
    },
    {
        "id": "ferry",
        "url": "https://example.org/ferry",
        "title": "Ferries return",
        "publisher": "Island Post",
        "date": "2024-06-01",
        "text": "Ferries return to the bay.\n\n“Tickets cost two crowns,” said captain Bo Lindqvist.",
    },
]


@pytest.fixture
def verbatim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command on a data directory of the test's own, with the hash encoder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, stdin: str | bytes | None = None) -> Result:
        def make(settings: Settings) -> App:
            return App(settings, loading=lambda _name, _directory: HashEncoder(), extracting=PatternExtractor)

        return CliRunner().invoke(cli, ["--data-dir", str(tmp_path / "data"), *arguments], obj=make, input=stdin)

    return run


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A JSONL file of two invented articles."""
    path = tmp_path / "articles.jsonl"
    path.write_text("".join(json.dumps(article, ensure_ascii=False) + "\n" for article in ARTICLES), "utf-8")
    return path


def objects(result: Result) -> list[dict[str, Any]]:
    """Return the JSON objects that a command printed, one a line."""
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_articles_are_added_once(verbatim: Callable[..., Result], articles: Path) -> None:
    """Adding says what was added, and adding the same again changes nothing."""
    assert verbatim("add", str(articles)).stdout == "2 articles: 2 added.\n"
    assert verbatim("add", str(articles)).stdout == "2 articles: 2 unchanged.\n"
    assert objects(verbatim("stats", "--json"))[0]["generation"] == 2


def test_articles_come_from_standard_input(verbatim: Callable[..., Result], articles: Path) -> None:
    """A dash reads standard input, and tells its format from its first bytes."""
    assert verbatim("add", "-", stdin=articles.read_bytes()).stdout == "2 articles: 2 added.\n"


def test_bad_records_are_told_and_the_others_stored(verbatim: Callable[..., Result], tmp_path: Path) -> None:
    """Each bad record is reported with its place and reason, the rest goes on, and the exit code says so."""
    path = tmp_path / "mixed.jsonl"
    path.write_text(
        '{"id": "a", "text": "One text."}\nnot json\n{"id": "b", "text": ""}\n{"id": "c", "text": "Three."}\n'
    )
    result = verbatim("add", str(path))
    assert result.exit_code == 2
    assert result.stdout == "4 articles: 2 added, 2 could not be read.\n"
    assert f"{path}:2: It is not valid JSON" in result.stderr
    assert f"{path}:3: " in result.stderr
    assert {article["id"] for article in objects(verbatim("list", "--json"))} == {"a", "c"}


def test_an_answer_keeps_the_contract(verbatim: Callable[..., Result], articles: Path) -> None:
    """`ask --json` prints one object whose citations are exact slices of the articles as they were given."""
    verbatim("add", str(articles))
    answer = objects(verbatim("ask", "What did Tarn say about the harbour bridge?", "--json"))[0]
    assert set(answer) >= {"question", "verdict", "citations", "searched"}
    assert answer["question"] == "What did Tarn say about the harbour bridge?"
    assert answer["verdict"] == "answered"
    first = answer["citations"][0]
    assert set(first) >= {
        *("article", "url", "title", "publisher", "published", "start", "end", "text", "speaker", "kind", "score"),
    }
    assert (first["article"], first["published"]) == ("bridge", "2024-05-03")
    assert first["text"] == ARTICLES[0]["text"][first["start"] : first["end"]]
    assert set(answer["understood"]) == {"kind", "speaker", "topic", "since", "until", "publisher"}
    assert {name: value for name, value in answer["searched"].items() if name != "statements"} == {
        "articles": 2,
        "passages": 2,
        "first": "2024-05-03",
        "last": "2024-06-01",
        "generation": 2,
    }


def test_limit_bounds_the_citations(verbatim: Callable[..., Result], articles: Path) -> None:
    """There are never more citations than asked for."""
    verbatim("add", str(articles))
    asked = "Mayor Tarn: the harbour bridge will close, ferries return to the bay"
    assert [len(objects(verbatim("ask", asked, "--json", "--limit", n))[0]["citations"]) for n in ("1", "2")] == [1, 2]


@pytest.mark.parametrize("command", ["ask", "search"])
def test_a_citation_that_does_not_hold_is_dropped_and_logged(
    verbatim: Callable[..., Result],
    articles: Path,
    command: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Nothing is shown, not even as nearest, that is not in the stored text at this moment."""
    verbatim("add", str(articles))
    monkeypatch.setattr("index.answering.Answerer.verify", lambda _answerer, _citation: False)
    shown = verbatim(command, "ferries return to the bay")
    assert shown.exit_code == 0
    assert "Tickets cost" not in shown.stdout
    assert "bridge" not in shown.stdout
    assert "dropped a citation of article" in caplog.text


def test_a_batch_is_answered_line_by_line(verbatim: Callable[..., Result], articles: Path, tmp_path: Path) -> None:
    """`ask --batch FILE --json` prints one object a line of the file, in order, an empty line included."""
    verbatim("add", str(articles))
    questions = ["What did Tarn say about the harbour bridge?", "", "What did Zyx Qwv say about ferries?"]
    path = tmp_path / "questions.txt"
    path.write_text("\n".join(questions) + "\n")
    answers = objects(verbatim("ask", "--batch", str(path), "--json"))
    assert [answer["question"] for answer in answers] == questions
    assert [answer["verdict"] for answer in answers] == ["answered", "nothing_found", "nothing_found"]
    assert all(answer["citations"] == [] for answer in answers[1:])


def test_a_person_reads_the_answer(verbatim: Callable[..., Result], articles: Path) -> None:
    """Without --json the words, their article, date and link are there to read."""
    verbatim("add", str(articles))
    shown = verbatim("ask", "What did Tarn say about the harbour bridge?", "--limit", "1").stdout
    for part in ("Harbour bridge to close", "will close for repairs", "3 May 2024", "https://example.org/bridge"):
        assert part in shown


def test_nothing_found_is_said_with_what_was_searched(verbatim: Callable[..., Result], articles: Path) -> None:
    """A question about somebody who occurs nowhere gets an honest negative and the nearest, under a label."""
    verbatim("add", str(articles))
    shown = verbatim("ask", "What did Zyx Qwvert say about the harbour?").stdout
    assert "2 articles from 3 May 2024 to 1 June 2024" in " ".join(shown.split())
    assert "may be about something else" in shown


def test_an_empty_collection_says_how_to_fill_it(verbatim: Callable[..., Result]) -> None:
    """Asking and listing before anything was added tell what to do."""
    assert "verbatim add" in verbatim("ask", "Anything?").stdout
    assert "verbatim add" in verbatim("list").stdout


def test_search_shows_passages_without_judging(verbatim: Callable[..., Result], articles: Path) -> None:
    """`search` lists what words lead to, best first."""
    verbatim("add", str(articles))
    assert objects(verbatim("search", "--json", "ferries", "tickets"))[0]["article"] == "ferry"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["ferry", "bridge"]),
        (("--publisher", "harbour gazette"), ["bridge"]),
        (("--since", "2024-05-04"), ["ferry"]),
        (("--until", "2024-05-04"), ["bridge"]),
        (("--limit", "1"), ["ferry"]),
        (("CLOSE",), ["bridge"]),
        (("nowhere",), []),
    ],
)
def test_articles_are_listed(
    verbatim: Callable[..., Result], articles: Path, options: tuple[str, ...], expected: list[str]
) -> None:
    """`list` shows the newest first, narrowed by words, publisher and days."""
    verbatim("add", str(articles))
    assert [article["id"] for article in objects(verbatim("list", "--json", *options))] == expected


@pytest.mark.parametrize("reference", ["bridge", "https://example.org/bridge", "http://example.org/bridge/", "1"])
def test_an_article_is_shown_by_any_of_its_names(
    verbatim: Callable[..., Result], articles: Path, reference: str
) -> None:
    """`show` takes an id, a URL in any of its forms, or a number."""
    verbatim("add", str(articles))
    assert objects(verbatim("show", "--json", reference))[0]["text"] == ARTICLES[0]["text"]
    assert "by" not in verbatim("show", reference).stderr


def test_a_removed_article_is_gone_everywhere(verbatim: Callable[..., Result], articles: Path) -> None:
    """After `remove` nothing lists, shows, finds or cites the article."""
    verbatim("add", str(articles))
    assert verbatim("remove", "bridge", stdin="n\n").exit_code == 1
    assert len(objects(verbatim("list", "--json"))) == 2
    assert "Removed 1 article." in verbatim("remove", "bridge", "--yes").stdout
    assert [article["id"] for article in objects(verbatim("list", "--json"))] == ["ferry"]
    answer = objects(verbatim("ask", "What was said about the harbour bridge?", "--json"))[0]
    assert "bridge" not in {citation["article"] for citation in answer["citations"] + answer["nearest"]}


def test_an_export_can_be_added_elsewhere(verbatim: Callable[..., Result], articles: Path, tmp_path: Path) -> None:
    """An export holds every article with all fields, and adding it to where it came from changes nothing."""
    verbatim("add", str(articles))
    path = tmp_path / "export.jsonl.gz"
    assert verbatim("export", "-o", str(path)).exit_code == 0
    with gzip.open(path, "rt", encoding="utf-8") as file:
        exported = [json.loads(line) for line in file]
    assert exported == [{"author": None} | article for article in ARTICLES]
    assert verbatim("add", str(path)).stdout == "2 articles: 2 unchanged.\n"
    assert verbatim("export").stdout == "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in exported)


def test_rebuilding_embeds_nothing_again(verbatim: Callable[..., Result], articles: Path) -> None:
    """A rebuild takes its vectors from the cache, and a rollback goes back to the snapshot before."""
    verbatim("add", str(articles))
    assert verbatim("rebuild").stdout == "Rebuilt: 2 articles, 2 passages, 0 of them embedded anew.\n"
    assert objects(verbatim("stats", "--json"))[0]["snapshot"] == "2.1"
    assert verbatim("rebuild", "--rollback").stdout == "The index is snapshot 2 now.\n"
    assert verbatim("rebuild", "--full").stdout.startswith("Rebuilt: 2 articles, 2 passages")
    assert verbatim("rebuild", "--full", "--rollback").exit_code == 2


def test_statistics_name_what_there_is(verbatim: Callable[..., Result], articles: Path) -> None:
    """`stats` shows articles, dates, index and publishers."""
    verbatim("add", str(articles))
    shown = verbatim("stats").stdout
    for part in ("3 May 2024 – 1 June 2024", "snapshot 2, up to date", "Harbour Gazette", "Island Post"):
        assert part in shown
    assert "passages one by one, exactly (" in " ".join(shown.split())
    (found,) = objects(verbatim("stats", "--json"))
    assert found["search"]["passages"]["structure"] == "exact"
    assert found["search"]["passages"]["vectors"] == found["passages"]


def test_canaries_are_kept_at_a_terminal(verbatim: Callable[..., Result], articles: Path) -> None:
    """They are added, listed, asked by a rebuild, and removed; what makes no sense is told."""
    verbatim("add", str(articles))
    assert verbatim("canaries").stdout == "No canaries yet.\n"
    assert verbatim("canaries", "add", "what", "about bridges?").stdout == "Canary 1 is kept.\n"
    assert verbatim("canaries", "list").stdout == "1  what about bridges?\n"
    assert verbatim("rebuild", "--careful").stdout.startswith("The canary is answered as before.\nRebuilt: 2 articles")
    assert verbatim("canaries", "remove", "1").stdout == "Canary 1 is gone: what about bridges?\n"
    assert verbatim("canaries", "remove", "1").exit_code == 1
    assert verbatim("canaries", "add").exit_code == 2
    assert verbatim("canaries", "list", "them").exit_code == 2
    assert verbatim("rebuild", "--rollback", "--careful").exit_code == 2


def test_figures_are_drawn_into_a_file(verbatim: Callable[..., Result], articles: Path, tmp_path: Path) -> None:
    """`stats --picture` writes the PNG that /stats sends, and prints what stands under it."""
    verbatim("add", str(articles))
    result = verbatim("stats", "--picture", str(tmp_path / "figures.png"))
    assert result.stdout.startswith("2 articles")
    assert (tmp_path / "figures.png").read_bytes().startswith(b"\x89PNG")


def test_the_doctor_finds_a_damaged_index(verbatim: Callable[..., Result], articles: Path, tmp_path: Path) -> None:
    """The doctor is content with a sound directory, and names damage with its cure."""
    verbatim("add", str(articles))
    sound = verbatim("doctor")
    assert sound.exit_code == 0, sound.stdout
    damaged = tmp_path / "data" / "snapshots" / "2" / "dense" / "0" / "vectors.npy"
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"?")
    result = verbatim("doctor")
    assert result.exit_code == 1
    assert "another checksum" in " ".join(result.stdout.split())
    assert "verbatim rebuild" in result.stdout


def test_the_doctor_tells_an_unreachable_telegram(
    verbatim: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not answer is named with what to check, and the token is not shown."""
    monkeypatch.setenv("VERBATIM_TELEGRAM_TOKEN", "123456789:AbCdEfGhIjKlMnOpQrStUvWxYz012345678")
    monkeypatch.setenv("VERBATIM_TELEGRAM_API_URL", "http://127.0.0.1:9")
    result = verbatim("doctor")
    assert result.exit_code == 1
    assert "http://127.0.0.1:9/ cannot be reached" in result.stdout.replace("\n", " ")
    assert "AbCdEf" not in result.output


def run_main(*arguments: str) -> int:
    """Run the entry point, and return its exit code."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    return int(ended.value.code or 0)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show", "nothing"], "No article is called 'nothing'."),
        (["add", "nowhere.txt"], "nowhere.txt: there is no such file or folder."),
        (["ask"], "Ask a question"),
        (["ask", "  "], "The question is empty."),
        (["serve"], "VERBATIM_TELEGRAM_TOKEN: is not set"),
        (["frobnicate"], "No such command"),
    ],
)
def test_problems_are_told_without_a_traceback(
    arguments: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Whatever is wrong becomes a sentence on standard error and an exit code."""
    monkeypatch.chdir(tmp_path)
    assert run_main("--data-dir", "data", *arguments) in {1, 2}
    shown = capsys.readouterr()
    assert told in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


def test_a_data_directory_that_is_a_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the operating system refuses becomes a message with what to look at."""
    (tmp_path / "data").write_text("no directory")
    assert run_main("--data-dir", str(tmp_path / "data" / "below"), "stats") == 1
    told = capsys.readouterr().err
    assert "Not a directory" in told
    assert "verbatim doctor" in told
    assert "Traceback" not in told


def test_what_nobody_foresaw_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even a bug ends in a sentence that says how to find out more."""
    monkeypatch.setattr("bot.commands.stats.facts", lambda _app: 1 / 0)
    assert run_main("--data-dir", str(tmp_path / "data"), "stats", "--json") == 1
    told = capsys.readouterr().err
    assert "not foreseen (ZeroDivisionError" in told
    assert "Traceback" not in told


def test_all_wrong_settings_are_told_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Several wrong settings, from both sources, are reported together, and the token is not repeated."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "verbatim.toml").write_text('log_level = "LOUD"\nmodell = "x"\n')
    monkeypatch.setenv("VERBATIM_TELEGRAM_TOKEN", "secret-but-wrong")
    assert run_main("stats") == 1
    told = capsys.readouterr().err
    for part in ("VERBATIM_LOG_LEVEL", "modell is no setting", "VERBATIM_TELEGRAM_TOKEN: is not a bot token"):
        assert part in told
    assert "secret-but-wrong" not in told


def test_a_second_writer_waits_its_turn(verbatim: Callable[..., Result], articles: Path, tmp_path: Path) -> None:
    """While another process holds the lock, adding says so and changes nothing; reading goes on."""
    verbatim("add", str(articles))
    with write_lock(tmp_path / "data" / "write.lock"):
        result = verbatim("remove", "bridge", "--yes")
        assert "another process is changing this corpus" in str(result.exception)
        assert len(objects(verbatim("list", "--json"))) == 2


def test_every_command_explains_itself() -> None:
    """`--help` works for each command, without a data directory."""
    for name, command in cli.commands.items():
        context = click.Context(command, info_name=name)
        assert f"Usage: {name}" in command.get_help(context)
