"""The sample collection holds what its provenance page lists, and nothing unsourced."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
FILES = sorted((CORPUS / "sample").iterdir())
REQUIRED = {"id", "title", "publisher", "date", "author"}
WITHOUT_URL = {"pak-us-ukraine-2024"}
QUOTED = re.compile(r'"([^"]*)"|“([^”]*)”')
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
DAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})\b(?:, ({'|'.join(MONTHS)}) (\d+))?")


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample file, taken apart."""

    front: dict[str, str]
    text: str

    @property
    def published(self) -> date:
        """The day the article is about."""
        return date.fromisoformat(self.front["date"])

    @property
    def quotations(self) -> list[str]:
        """What stands between quotation marks, in order."""
        return [straight or curly for straight, curly in QUOTED.findall(self.text)]


def read(path: Path) -> Sample:
    """Split a file into front matter and text."""
    opening, front, text = path.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == ""
    return Sample(dict(line.split(": ", 1) for line in front.splitlines()), text.strip())


def listed() -> dict[str, list[str]]:
    """Read the provenance page: article id to its quotations."""
    sections = (CORPUS / "SAMPLE.md").read_text(encoding="utf-8").split("\n## ")[1:]
    return {
        section.splitlines()[0]: [line.removeprefix("> ") for line in section.splitlines() if line.startswith("> ")]
        for section in sections
    }


@pytest.fixture(params=FILES, ids=lambda path: path.name)
def path(request: pytest.FixtureRequest) -> Path:
    """One sample file after the other."""
    return request.param


def test_collection_is_a_dozen_articles() -> None:
    """The folder holds 12 to 14 Markdown files and nothing else, because it is imported as a whole."""
    assert 12 <= len(FILES) <= 14
    assert {path.suffix for path in FILES} == {".md"}


def test_front_matter_is_complete(path: Path) -> None:
    """Every file names its id, title, publisher, date and author, and a link where there is a certain one."""
    front = read(path).front
    assert set(front) == REQUIRED | (set() if path.stem in WITHOUT_URL else {"url"})
    assert front["id"] == path.stem
    assert front["publisher"] == "Verbatim Sample"
    assert front["author"] == "The Verbatim editors"
    assert all(value == value.strip() and ": " not in value for value in front.values())
    assert front.get("url", "https://").startswith("https://")


def test_date_parses(path: Path) -> None:
    """The date is an ISO date in the past, in the year that the id names."""
    sample = read(path)
    assert sample.published < date.today()  # noqa: DTZ011 - a published day has no time zone
    assert path.stem.endswith(f"-{sample.published.year}")


def test_weekdays_match_the_calendar(path: Path) -> None:
    """A weekday alone is the article's own day; with a date behind it, it is that date's day."""
    sample = read(path)
    found = DAY.findall(sample.text)
    assert found, "a report of the day names the day"
    for weekday, month, day in found:
        meant = sample.published.replace(month=MONTHS.index(month) + 1, day=int(day)) if month else sample.published
        assert WEEKDAYS[meant.weekday()] == weekday, (weekday, month, day)


def test_length_is_a_short_report(path: Path) -> None:
    """An article has 180 to 350 words."""
    assert 180 <= len(read(path).text.split()) <= 350


def test_text_is_plain_paragraphs(path: Path) -> None:
    """Paragraphs are single lines of prose, one blank line apart, without Markdown in them."""
    lines = read(path).text.split("\n")
    assert all(lines[0::2])
    assert not any(lines[1::2])
    for line in lines[0::2]:
        assert line == " ".join(line.split())
        assert not re.search(r"^[#>*-]|\]\(|\*\*|https?://", line)


def test_quotation_marks_are_balanced(path: Path) -> None:
    """Every paragraph closes what it opens, and an article keeps to one style of quotation mark."""
    text = read(path).text
    assert ('"' in text) != ("“" in text)
    assert not ("“" in text and "'" in text), "a straight apostrophe among curly quotation marks"
    assert not ('"' in text and "’" in text), "a curly apostrophe among straight quotation marks"
    for paragraph in text.split("\n\n"):
        assert not re.search(r'["“”]', QUOTED.sub("", paragraph)), paragraph


def test_both_styles_of_quotation_marks_occur() -> None:
    """The collection shows straight and curly quotation marks, as the press uses both."""
    texts = [read(path).text for path in FILES]
    assert any('"' in text for text in texts)
    assert any("“" in text for text in texts)


def test_provenance_names_every_article() -> None:
    """The provenance page has one section for each article, in order, and none for anything else."""
    assert list(listed()) == [path.stem for path in FILES]


def test_listed_quotations_stand_in_the_article(path: Path) -> None:
    """What the provenance page lists for an article is quoted there word for word."""
    sample = read(path)
    assert listed()[path.stem], "an article without quotations shows nothing"
    for quotation in listed()[path.stem]:
        assert quotation in sample.quotations


def test_quotations_are_listed(path: Path) -> None:
    """Every quotation of an article is listed with its source, once, so that nothing slips in unsourced."""
    assert sorted(read(path).quotations) == sorted(listed()[path.stem])


def test_provenance_names_a_source_for_every_quotation() -> None:
    """Each section opens with a source, and every source is followed by at least one quotation."""
    for section in (CORPUS / "SAMPLE.md").read_text(encoding="utf-8").split("\n## ")[1:]:
        blocks = [block for block in section.split("\n") if block][1:]
        sources = [number for number, block in enumerate(blocks) if not block.startswith("> ")]
        assert sources[0] == 0
        assert all(blocks[number].endswith(":") and blocks[number + 1].startswith("> ") for number in sources)
