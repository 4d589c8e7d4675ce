"""The import: resuming, bad records, second runs, changed sources, bounded memory."""

import json
import os
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import pytest
from fakes import PatternExtractor

from corpus.errors import ChunkingError
from corpus.importing import BATCH_RECORDS, KIND, Listener, Report, run_import
from corpus.jobs import Jobs
from corpus.passages import Splitter
from corpus.records import BadRecord, Draft
from corpus.sources import find
from corpus.store import Store
from corpus.writing import Outcome, Stored, Writer


class BrokenOff(Exception):  # noqa: N818
    """What ends an import in these tests, as a power cut would."""


class BreakingWriter(Writer):
    """A writer that breaks after so many batches."""

    def __init__(self, store: Store, splitter: Splitter, batches: int) -> None:
        super().__init__(store, splitter, PatternExtractor())
        self.batches = batches

    def add(self, drafts: list[Draft]) -> list[Stored]:  # type: ignore[override]
        """Store a batch, or break."""
        if self.batches == 0:
            raise BrokenOff
        self.batches -= 1
        return super().add(drafts)


class BreakingJobs(Jobs):
    """Jobs whose progress is never written down."""

    def advance(self, _number: int, _progress: Mapping[str, object]) -> None:  # type: ignore[override]
        """Break."""
        raise BrokenOff


@dataclass
class Heard:
    """A listener that remembers."""

    bad: list[BadRecord] = field(default_factory=list)
    steps: list[int] = field(default_factory=list)

    @property
    def listener(self) -> Listener:
        """What the import tells."""
        return Listener(progress=lambda report: self.steps.append(report.records), bad=self.bad.append)


@pytest.fixture
def jobs(store: Store) -> Jobs:
    """The jobs of the corpus."""
    return Jobs(store.engine)


@pytest.fixture
def run(writer: Writer, jobs: Jobs) -> Callable[..., Report]:
    """Import what the arguments name."""
    return lambda *arguments, heard=None: run_import(
        find([str(argument) for argument in arguments]), writer, jobs, heard.listener if heard else None
    )


@pytest.fixture
def break_off(store: Store, splitter: Splitter, jobs: Jobs) -> Callable[..., None]:
    """Begin an import and break it off after so many batches."""

    def begin(path: Path, batches: int = 1, heard: Heard | None = None) -> None:
        breaking = BreakingWriter(store, splitter, batches)
        with pytest.raises(BrokenOff):
            run_import(find([str(path)]), breaking, jobs, heard.listener if heard else None)

    return begin


def lines(first: int, last: int) -> str:
    """Return lines of JSONL, one an article."""
    return "".join(json.dumps({"id": f"a{n}", "text": f"Article number {n}."}) + "\n" for n in range(first, last))


def keys(store: Store) -> list[str | None]:
    """Return the keys of all articles, by id."""
    return [article.key for article in store.articles(store.article_numbers()).values()]


def test_every_record_becomes_an_article(store: Store, run: Callable[..., Report], tmp_path: Path) -> None:
    """Sources are read in their order; the report counts what became of each record."""
    (tmp_path / "one.jsonl").write_text(lines(0, 3))
    (tmp_path / "two.txt").write_text("A text alone.")
    report = run(tmp_path / "two.txt", tmp_path / "one.jsonl")
    assert [article.text for article in store.articles(store.article_numbers()).values()] == [
        "A text alone.",
        "Article number 0.",
        "Article number 1.",
        "Article number 2.",
    ]
    assert report == Report(outcomes={Outcome.ADDED: 4})  # type: ignore[arg-type]
    assert report.records == 4


def test_a_second_run_changes_nothing(store: Store, jobs: Jobs, run: Callable[..., Report], tmp_path: Path) -> None:
    """Importing the same again finds every record unchanged, adds no generation, and leaves no job behind."""
    (tmp_path / "one.jsonl").write_text(lines(0, 3 * BATCH_RECORDS + 1))
    run(tmp_path)
    before = store.generation(), store.summary()
    report = run(tmp_path)
    assert report.outcomes == {Outcome.UNCHANGED: 3 * BATCH_RECORDS + 1}
    assert not report.resumed
    assert (store.generation(), store.summary()) == before
    assert jobs.unfinished(KIND) == []


def test_bad_records_are_reported_with_their_place(store: Store, run: Callable[..., Report], tmp_path: Path) -> None:
    """One bad record stops no other; each is named by file and line, with a reason."""
    path = tmp_path / "mixed.jsonl"
    path.write_text('{"id": 1, "text": "One."}\nnonsense\n\n{"id": 2}\n{"id": 3, "text": "Three."}\n')
    (tmp_path / "z.pdf").write_bytes(b"no pdf")
    heard = Heard()
    report = run(tmp_path, heard=heard)
    assert keys(store) == ["1", "3"]
    assert [str(record.place) for record in heard.bad] == [f"{path}:2", f"{path}:4", str(tmp_path / "z.pdf")]
    assert all(record.reason[0].isupper() and record.reason.endswith(".") for record in heard.bad)
    assert (report.bad, report.outcomes.total(), report.records) == (3, 2, 5)


@pytest.mark.parametrize(
    "record",
    [
        {"text": "half a pair \ud83d"},
        {"text": "x", "title": "half \udc00"},
        {"text": "x", "id": "nul \x00"},
        {"text": "x", "url": "http://[broken"},
        {"text": "x", "url": "https://a.example/\ud800"},
        {"text": "x", "publisher": "\ud83d"},
        {"text": "x", "author": ["\ud83d"]},
        {"text": "x", "date": "0000-00-00"},
        {"text": "x", "id": 10**400},
        {"text": "“J.\u00a0W.\u2028 É.” A.\u2009B. " * 200},
        {"text": "\u202e\ufeff\u200b"},
        {"text": "word " * 30_000},
    ],
)
def test_no_record_stops_the_import(
    store: Store, run: Callable[..., Report], tmp_path: Path, record: dict[str, object]
) -> None:
    """Whatever stands in one record, those before and after it are stored."""
    path = tmp_path / "odd.jsonl"
    path.write_text(lines(0, 1) + json.dumps(record) + "\n" + lines(1, 2))
    report = run(path)
    assert {"a0", "a1"} <= set(keys(store))
    assert report.records == 3


@pytest.mark.parametrize("batches", range(6))
def test_an_import_that_was_broken_off_goes_on(
    store: Store, run: Callable[..., Report], break_off: Callable[..., None], tmp_path: Path, batches: int
) -> None:
    """Run again it passes over what was stored, reads the rest, and all is there once."""
    sizes = {"a.jsonl": 2 * BATCH_RECORDS + 5, "b.txt": 1, "c.jsonl": BATCH_RECORDS + 1}
    first = 0
    for name, size in sizes.items():
        (tmp_path / name).write_text(lines(first, first + size) if name != "b.txt" else "A text alone.")
        first += size
    break_off(tmp_path, batches)
    stored = store.generation()
    report = run(tmp_path)
    assert report.resumed is (batches > 0)
    assert report.outcomes == {Outcome.ADDED: sum(sizes.values()) - stored}
    assert store.generation() == sum(sizes.values())
    assert Jobs(store.engine).unfinished(KIND) == []
    # The numbers of whole sources that were passed over are not known again; those within a source are.
    assert report.skipped == {0: 0, 1: 64, 2: 128, 3: 0, 4: 0, 5: 64}[batches]


def test_an_import_killed_between_storing_and_noting_it_down(
    store: Store, writer: Writer, run: Callable[..., Report], tmp_path: Path
) -> None:
    """A batch that is on disk but not in the job's row is read again and found unchanged."""
    (tmp_path / "a.jsonl").write_text(lines(0, 2 * BATCH_RECORDS))
    with pytest.raises(BrokenOff):
        run_import(find([str(tmp_path)]), writer, BreakingJobs(store.engine))
    assert store.generation() == BATCH_RECORDS
    assert run(tmp_path).outcomes == {Outcome.UNCHANGED: BATCH_RECORDS, Outcome.ADDED: BATCH_RECORDS}


@pytest.mark.parametrize("longer", [True, False])
def test_a_source_that_changed_is_read_anew(
    store: Store, run: Callable[..., Report], break_off: Callable[..., None], tmp_path: Path, *, longer: bool
) -> None:
    """After a break, a source of another size, or changed since at the same size, is read from its beginning."""
    path = tmp_path / "a.jsonl"
    path.write_text(lines(100, 100 + BATCH_RECORDS + 9))
    break_off(path)
    changed = lines(300, 310) + lines(110, 100 + BATCH_RECORDS + 9 + longer)
    path.write_text(changed)
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))
    report = run(path)
    assert not report.resumed
    assert report.outcomes[Outcome.ADDED] == 10 + 9 + longer
    assert {f"a{number}" for number in range(300, 310)} <= set(keys(store))


def test_members_of_a_changed_archive_are_read_anew(
    run: Callable[..., Report], break_off: Callable[..., None], tmp_path: Path
) -> None:
    """A zip packed again with another member of the same name and size is not taken for the old one."""
    path = tmp_path / "a.zip"
    for first in (100, 300):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("a.jsonl", lines(first, first + BATCH_RECORDS + 9))
        if first == 100:
            break_off(path)
    report = run(path)
    assert not report.resumed
    assert report.outcomes == {Outcome.ADDED: BATCH_RECORDS + 9}


def test_another_import_is_not_taken_for_the_one_broken_off(
    run: Callable[..., Report], break_off: Callable[..., None], tmp_path: Path
) -> None:
    """An import of other sources starts from its beginning, and the one broken off can still go on."""
    one, two = tmp_path / "one.jsonl", tmp_path / "two.jsonl"
    one.write_text(lines(0, BATCH_RECORDS + 9))
    two.write_text(lines(500, 505))
    break_off(one)
    assert run(two) == Report(outcomes={Outcome.ADDED: 5})  # type: ignore[arg-type]
    report = run(one)
    assert (report.resumed, report.skipped, report.outcomes) == (True, BATCH_RECORDS, {Outcome.ADDED: 9})


def test_what_was_removed_meanwhile_stays_removed(
    store: Store, writer: Writer, run: Callable[..., Report], break_off: Callable[..., None], tmp_path: Path
) -> None:
    """Going on does not bring back what was removed after the break."""
    path = tmp_path / "a.jsonl"
    path.write_text(lines(0, BATCH_RECORDS + 9))
    break_off(path)
    writer.remove([1])
    run(path)
    assert "a0" not in keys(store)
    assert len(keys(store)) == BATCH_RECORDS + 8


def test_a_pipe_is_never_gone_on_with(store: Store, splitter: Splitter, writer: Writer, jobs: Jobs) -> None:
    """Two pipes look alike; the second is read whole."""
    data = lines(0, BATCH_RECORDS + 9).encode()
    with pytest.raises(BrokenOff):
        run_import(find(["-"], stdin=BytesIO(data)), BreakingWriter(store, splitter, 1), jobs)
    report = run_import(find(["-"], stdin=BytesIO(data)), writer, jobs)
    assert not report.resumed
    assert report.outcomes == {Outcome.UNCHANGED: BATCH_RECORDS, Outcome.ADDED: 9}


def test_progress_is_told_after_each_batch(run: Callable[..., Report], tmp_path: Path) -> None:
    """Whoever listens hears of each batch, also of one that holds nothing but bad records."""
    (tmp_path / "a.jsonl").write_text(lines(0, BATCH_RECORDS) + "nonsense\n" * (2 * BATCH_RECORDS) + lines(900, 901))
    heard = Heard()
    run(tmp_path, heard=heard)
    assert heard.steps == [BATCH_RECORDS, 2 * BATCH_RECORDS, 3 * BATCH_RECORDS, 3 * BATCH_RECORDS + 1]


def test_bad_records_are_reported_once_when_an_import_goes_on(
    run: Callable[..., Report], break_off: Callable[..., None], tmp_path: Path
) -> None:
    """Bad records before the break are not reported again."""
    (tmp_path / "a.jsonl").write_text("nonsense\n" * (2 * BATCH_RECORDS) + lines(0, 1))
    first, second = Heard(), Heard()
    break_off(tmp_path, 0, first)
    report = run(tmp_path, heard=second)
    assert (len(first.bad), len(second.bad)) == (2 * BATCH_RECORDS, 0)
    assert (report.skipped, report.outcomes) == (2 * BATCH_RECORDS, {Outcome.ADDED: 1})


def test_another_model_stops_the_import_with_its_fix(
    store: Store, writer: Writer, splitter: Splitter, jobs: Jobs, tmp_path: Path
) -> None:
    """An import into a corpus cut for another model is refused before anything is stored."""
    writer.add([Draft(text="Old.", key="old")])
    (tmp_path / "a.jsonl").write_text(lines(0, 1))
    other = Writer(store, Splitter(measure=splitter.measure, window=20, target=12, name="other"), PatternExtractor())
    with pytest.raises(ChunkingError, match="verbatim rebuild --full"):
        run_import(find([str(tmp_path)]), other, jobs)
    assert keys(store) == ["old"]


@pytest.fixture
def traced() -> Iterator[None]:
    """Memory is traced."""
    tracemalloc.start()
    yield
    tracemalloc.stop()


@pytest.mark.usefixtures("traced")
def test_memory_does_not_grow_with_the_import(
    run: Callable[..., Report], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Four times as many articles of 20 kB need no more memory at once than a batch of them."""
    monkeypatch.setattr("corpus.importing.BATCH_CHARACTERS", 60_000)
    peaks = []
    for count in (12, 48):
        path = tmp_path / f"{count}.jsonl"
        with path.open("w") as out:
            for number in range(count):
                text = f"Sentence {number} of article {count}. " * 600
                out.write(json.dumps({"id": f"{count}-{number}", "text": text}) + "\n")
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        assert run(path).records == count
        peaks.append(tracemalloc.get_traced_memory()[1] - before)
    assert path.stat().st_size > 700_000
    assert peaks[1] < 1.3 * peaks[0] < 5_000_000
