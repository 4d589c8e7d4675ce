"""The archive: a data directory as any other, many times as large as what it was made from."""

import json
from pathlib import Path

import numpy as np
import pytest
from fakes import small_app
from sqlalchemy import func, select

from benchmarks import archive
from benchmarks.asking import Ours, new_question
from benchmarks.filling import Made, Sources
from benchmarks.million import a_few, exact
from bot.app import App
from corpus.schema import speakers

WANTED = 40
"""Passages: three copies of nine articles of one passage each, and a part of a fourth."""


NAMES = ("Talbot", "Farrow", "Kimball", "Morland", "Penrose", "Sutter", "Warbeck", "Gantry", "")


@pytest.fixture(scope="module")
def articles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Nine articles: one person speaks in all of them, eight in one each."""
    path = tmp_path_factory.mktemp("articles") / "articles.jsonl"
    rows = []
    for at, name in enumerate(NAMES):
        text = f"Rosa Halloran said that bridge number {at} would close next winter."
        if name:
            text += f" Ann {name} said “nobody ever asked people living beside bridge number {at} about their winter”."
        rows.append({"id": f"a{at}", "title": f"Bridge {at}", "text": text, "published": f"2024-05-0{at + 1}"})
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


@pytest.fixture(scope="module")
def made(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive made of them."""
    directory = tmp_path_factory.mktemp("archive")
    archive.make(directory, WANTED, [articles], opening=small_app)
    return directory


def test_it_opens_as_any_other_and_answers_about_copies(made: Path) -> None:
    """The index is up to date with the corpus, and the words of a renamed speaker are found under the new name."""
    app = small_app(made)
    try:
        assert not app.projection.is_behind()
        assert app.projection.engines.passages.counts()[0] == app.store.summary().passages == WANTED
        assert app.projection.engines.statements.counts()[0] == app.store.summary().statements
        last = app.store.article_numbers()[-1]
        ((name, article),) = [
            (name, article.id)
            for statement, article in app.store.stated_of([last])
            if (name := statement.source[0].of(article.text)) != "Rosa Halloran"
        ]
        assert name.split()[1] not in NAMES
        answer = app.answerer.ask(f"What did {name} say about people living beside the bridge?")
        assert [citation.article.id for citation in answer.citations] == [article]
    finally:
        app.close()


def test_spans_of_copies_stand_where_those_of_the_originals_do(made: Path) -> None:
    """Passages cover the copied texts, cues say what they said, and no two texts are equal."""
    app = small_app(made)
    numbers = app.store.article_numbers()
    found = app.store.articles(numbers)
    assert len({article.content_hash for article in found.values()}) == len(numbers) == WANTED
    assert len({article.key for article in found.values()}) == WANTED
    for passage, article in app.store.cited_of(numbers):
        assert passage.span.of(article.text) == article.text
    for statement, article in app.store.stated_of(numbers):
        assert [span.of(article.text) for span in statement.cue] == ["said"]
        assert len(statement.speakers) == 1
    app.close()


def test_speakers_grow_and_the_widely_known_one_stays(made: Path) -> None:
    """The president speaks in every copy under one name; those of one article have another name in each copy."""
    app = small_app(made)
    with app.store.engine.connect() as connection:
        names = list(connection.scalars(select(speakers.c.name)))
        assert connection.scalar(select(func.count(func.distinct(speakers.c.key)))) == len(names)
    assert names.count("Rosa Halloran") == 1
    president = app.corrections.registry.named("Rosa Halloran")
    assert president.articles == WANTED
    assert len(names) > 20
    app.close()


def test_the_same_command_goes_on_and_then_does_nothing(made: Path) -> None:
    """An archive that is whole is left as it is; a larger one is wanted, and the rest is added."""
    name = (made / "snapshots" / "CURRENT").read_text("utf-8").strip()
    assert archive.make(made, WANTED, [], opening=small_app) == name
    app = small_app(made)
    generation = app.store.generation()
    app.close()
    larger = archive.make(made, WANTED + 9, [], opening=small_app)
    app = small_app(made)
    assert app.store.generation() > generation
    assert app.projection.snapshot == larger != name
    assert app.store.summary().passages >= WANTED + 9
    app.close()


def test_an_archive_of_a_data_directory_leaves_that_as_it_was(tmp_path: Path, articles: Path) -> None:
    """The originals are copied, whatever their write-ahead log still holds, and not changed."""
    archive.import_articles([articles], app := small_app(tmp_path / "origin"))
    app.close()
    before = {path: path.read_bytes() for path in (tmp_path / "origin").rglob("*.sqlite")}
    archive.make(tmp_path / "large", 20, tmp_path / "origin", opening=small_app)
    assert {path: path.read_bytes() for path in (tmp_path / "origin").rglob("*.sqlite")} == before
    assert archive.passages(tmp_path / "large") >= 20


def test_the_vectors_of_an_archive_can_be_made_again(made: Path) -> None:
    """What the index finds nearest to a copied vector is the passage that has it."""
    app = small_app(made)
    sources, stride = Sources.load(made), _made(made).stride
    copied = sources.multiplied.copy(2)[sources.passages.rows]
    for number, vector in zip(sources.passages.ids[:3] + 2 * stride.passages, copied, strict=False):
        found = app.projection.engines.passages.search("", vector[None, :], np.array([number], np.int64), 1)
        assert found.cosines[0, 0] == pytest.approx(1, abs=1e-3)
    app.close()


def _made(directory: Path) -> Made:
    found = Made.load(directory)
    assert found is not None
    return found


def test_the_filter_holds_a_fiftieth_of_all_statements(made: Path) -> None:
    """At most so many: here speakers with one statement each."""
    app = small_app(made)
    few = a_few(app.store, app.speakers.view().registry)
    assert 0 < len(few) <= 0.02 * app.store.summary().statements
    assert list(few) == sorted(few)
    app.close()


def test_the_exact_nearest_are_those_of_brute_force() -> None:
    """Looking block by block finds what looking at all finds, also among chosen ones."""
    random = np.random.default_rng(0)
    vectors = random.standard_normal((50, 8)).astype(np.float32)
    asked = random.standard_normal((3, 8)).astype(np.float32)
    ids = np.arange(100, 150)
    among = ids[::2]
    scores = asked @ vectors.T
    for chosen, kept in ((None, scores), (among, scores[:, ::2])):
        seen = [ids[np.argsort(-row)[:2]] for row in scores]
        blocks = iter([(ids[:20], vectors[:20]), (ids[20:20], vectors[20:20]), (ids[20:], vectors[20:])])
        least, cosines = exact(blocks, asked, chosen, seen)
        np.testing.assert_allclose(least, np.sort(kept, axis=1)[:, -10], atol=1e-5)
        np.testing.assert_allclose(np.stack(cosines), -np.sort(-scores, axis=1)[:, :2], atol=1e-5)


def test_one_more_article_is_found_and_taken_out_again(small: App, articles: Path) -> None:
    """The benchmark's article answers the benchmark's question, and leaves nothing behind."""
    archive.import_articles([articles], small)
    directory = small.settings.data_dir
    ours = Ours(directory, small_app)
    took = ours(7)
    assert 0 < took.stored < took.indexed < took.answered
    assert not ours._app.answerer.ask(new_question(7)).citations
    assert len(ours([new_question(8), new_question(9)])) == 2
    ours._app.close()
