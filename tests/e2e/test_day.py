"""An admin's day, from the first start to the log in the evening, and its picture in the README."""

from __future__ import annotations

import asyncio
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from diary import PATIENCE_S, Diary, Mask
from served import QUICK, UNHURRIED, commanded
from web import Answer, serving

from sandbox import Sandbox, Upload
from sandbox.picture import picture

if TYPE_CHECKING:
    from served import Bot
    from web import Site

    from sandbox import Person, Shown

PICTURE = Path(__file__).with_name("day.svg")
README = Path(__file__).parents[2] / "README.md"
HINT = (
    "the chat says something else than tests/e2e/day.svg, the picture in the README, shows; if it should: make day, "
    "look at the picture, and commit it"
)
TITLE = "A chat of an admin with Verbatim, from adding articles in the morning to the audit log in the evening"
FOOT = (
    "Drawn by tests/e2e/test_day.py from what the bot said in it. Long messages are shortened, with the number of "
    "lines left out. Filled buttons were tapped. Times, sizes and addresses are replaced by ones that stay the same."
)

FERRY = (
    "The council of Port Vell met on Monday and spoke about the ferry to Gull Island for three hours.\n\n"
    'After a long debate, mayor Mina Okafor said "From July on, our ferry sails at night, free for all islanders." to '
    "everybody who had come.\n\n"
    "Before the vote, harbour pilot Tobi Brand said that the ferry needs a second crew before it sails at night.\n\n"
    "Islanders have asked for a boat after the theatre for eleven years."
)
SAILS = '"From July on, our ferry sails at night, free for all islanders."'
STONE = "Last stone for the bridge"
OPENS = '"The bridge will open in {}, with music on both banks."'
DARK = '"The lighthouse is too dark on foggy nights."'
BRIDGE = "What did Mina Okafor say about the bridge?"
QUESTIONS = "5 questions in 30 days: answered 4, nothing found 1"
LIGHT = "What did Tobi Brand say about the lighthouse?"

WEEK = (
    ("A coat of paint for the lighthouse", "keeper Ida Wren", "We paint it red and white again."),
    ("Pilots complain about the light", "harbour pilot Tobi Brand", DARK.strip('"')),
    ("Roof over the market", "baker Ola Moss", "The market needs a roof before the autumn rain."),
    ("School keeps its garden", "headmistress Ines Calder", "Every child plants a tree in it."),
    ("Clinic opens on Sundays", "doctor Ruben Vale", "Nobody should wait for Monday with a fever."),
    ("Herring comes early", "fishmonger Noor Hale", "It came a month before its time."),
)
"""Title, speaker and words of the articles in a file."""


def bridge(opening: str, more: str = "") -> Answer:
    """Return the page about the bridge."""
    paragraphs = (
        "The new bridge over the Vell has its last stone, and the carts of the builders left the quay on Thursday.",
        f"On the old quay, mayor Mina Okafor said {OPENS.format(opening)} to builders and carters.",
        f"The town pays nine million crowns for it, two million less than it had set aside three years ago.{more}",
    )
    head = (
        f'<title>{STONE}</title><meta property="og:site_name" content="Harbour Gazette">'
        '<meta property="article:published_time" content="2024-06-06T08:00:00Z">'
    )
    text = f"<h1>{STONE}</h1>" + "".join(f"<p>{each}</p>" for each in paragraphs)
    return Answer(f"<html><head>{head}</head><body><article>{text}</article></body></html>".encode())


def week() -> Upload:
    """Return a file with the articles of a week."""
    rows = (
        {
            "title": title,
            "url": f"https://weekly.example/{day}",
            "publisher": "Vell Weekly",
            "date": f"2024-05-{day}",
            "text": f'On Friday, {who} said "{words}" at the weekly meeting in Port Vell.',
        }
        for day, (title, who, words) in enumerate(WEEK, 10)
    )
    return Upload("vell-weekly.jsonl", "\n".join(map(json.dumps, rows)).encode())


def evening(number: int) -> str:
    """Return the time of a line of the audit log, in place of the true one: a line every five minutes, backwards."""
    hours, minutes = divmod(18 * 60 - 5 * number, 60)
    return f"2024-06-07 {hours:02}:{minutes:02}:00 UTC"


@dataclass
class Day:
    """The day of an admin.

    Attributes:
        vera: the admin.
        ren: a reader.
        ida: another one, who asks until the bot knows what was changed, and is not in the picture.
        diary: what they see.
        site: where the bridge's page is.
        server: the bot.
    """

    vera: Person
    ren: Person
    ida: Person
    diary: Diary
    site: Site
    server: Bot

    async def says(self, text: str, answer: str, *, most: int | None = None) -> Shown:
        """Write as the admin; return the answer."""
        await self.diary.say(self.vera, text, most=4)
        return await self.diary.hears(self.vera, answer, most=most)

    async def taps(self, label: str, on: Shown, answer: str, *, most: int | None = None) -> Shown:
        """Tap as the admin; return what the bot writes then."""
        await self.diary.tap(self.vera, label, on=on)
        return await self.diary.hears(self.vera, answer, most=most)

    async def indexed(self, question: str, words: str) -> None:
        """Wait until a question is answered from what was changed last, which is a matter of a second."""
        async with asyncio.timeout(PATIENCE_S):
            answer = ""
            while words not in answer:
                await self.ida.say(question)
                answer = (await self.ida.hears(timeout=PATIENCE_S)).text

    async def added(self) -> None:
        """Articles come in: as pasted text with another date, by a link, in a file, and one that is there already."""
        diary, vera = self.diary, self.vera
        diary.heading("Morning: Vera, who owns the bot, brings in articles")
        await diary.start(vera)
        assert "Ask me" in (await diary.hears(vera, "who said what", most=3)).text

        card = await self.says(
            f"/add Night ferry to Gull Island\nBy Ada Lind\nJune 3, 2024\n\n{FERRY}", "not kept", most=9
        )
        assert "no publisher · 3 June 2024 · by Ada Lind\n" in card.text
        assert "2 statements" in card.text
        asked = await self.taps("Edit date", card, "What is the date?")
        await diary.say(vera, "4 June 2024", reply_to=asked)
        card = await diary.hears(vera, "4 June 2024", where=lambda each: bool(each.buttons), most=4)
        kept = await self.taps("Keep", card, "Kept as article 1", most=4)
        assert kept.id == card.id
        assert "Undo" in kept.labels

        card = await self.says(f"/add {self.site.url('/bridge')}", "not kept", most=6)
        assert card.text.splitlines()[1:3] == [STONE, "Harbour Gazette · 6 June 2024"]
        await self.taps("Keep", card, "Kept as article 2", most=4)

        await diary.upload(vera, week())
        cards = await diary.hears(vera, "6 new articles, not kept yet")
        assert "2. Pilots complain about the light · Vell Weekly · 11 May 2024 · 1 statement" in cards.text
        assert "Undo" in (await self.taps("Keep all", cards, "6 articles kept")).labels

        card = await self.says(f"/add {FERRY} Nobody voted against it.", "Near copy of article 1", most=5)
        assert "Night ferry to Gull Island" in card.text
        await self.taps("Discard", card, "Discarded")

        listed = await self.says("/articles", "8 articles")
        assert listed.text.splitlines()[2] == f"2. {STONE} · Harbour Gazette · 6 June 2024"
        assert len(listed.labels) == 8

    async def asked(self) -> None:
        """A reader asks, is answered word for word, finds it good, and follows up."""
        diary, ren = self.diary, self.ren
        await self.indexed(LIGHT, DARK)
        diary.heading("Noon: Ren, a reader, in a chat of his own")
        await diary.say(ren, BRIDGE)
        answer = await diary.hears(ren, "Mina Okafor")
        assert answer.parts("bold") == ["Mina Okafor", OPENS.format("spring")]
        assert answer.parts("expandable_blockquote")[0].startswith("On the old quay, mayor Mina Okafor said")
        assert "Harbour Gazette · 6 June 2024" in answer.text
        assert (await diary.tap(ren, "👍", on=answer)).startswith("Thank you.")
        await diary.say(ren, "and about the ferry?")
        answer = await diary.hears(ren, "Taken as: What did Mina Okafor say about the ferry?")
        assert answer.parts("bold")[:2] == ["Mina Okafor", SAILS]

    async def corrected(self) -> None:
        """A speaker is corrected, and that taken back; a page is fetched again; an article goes, and comes back."""
        diary, vera = self.diary, self.vera
        diary.heading("Afternoon: Vera corrects what is wrong")
        answer = await self.says(LIGHT, "Tobi Brand")
        assert answer.parts("bold") == ["Tobi Brand", DARK]
        doubt = await self.taps("Not said by Tobi Brand?", answer, "Was this really not said by Tobi Brand?")
        denied = await self.taps("Not said by them", doubt, "Correction 1")
        assert "was not said by Tobi Brand" in denied.text
        await self.indexed(LIGHT, "none about the lighthouse")
        assert DARK not in (await self.says(LIGHT, "none about the lighthouse", most=2)).text
        await self.says("/speakers undo 1", "Correction 1 is taken back")
        await self.indexed(LIGHT, DARK)

        self.site.pages["/bridge"] = bridge("early spring", " The rest goes to the school.")
        told = await self.says("/refetch 2", "has changed; stored as revision 2")
        assert told.parts("bold")[1:] == ["early", "The rest goes to the school."]

        sure = await self.says("/remove 6", "Remove article 6 (School keeps its garden)?")
        gone = await self.taps("Yes, remove it", sure, "Removed article 6: School keeps its garden")
        await self.taps("Undo", gone, "Article 6 is back")
        await self.indexed(BRIDGE, OPENS.format("early spring"))
        await diary.say(vera, f"/canaries add {BRIDGE}")
        assert OPENS.format("early spring") in (await diary.hears(vera, "Canary 1 is kept")).text

    async def cared(self) -> None:
        """The index is rebuilt with progress to the end; figures come as a picture, and all is well."""
        diary, vera = self.diary, self.vera
        diary.heading("Evening: Vera rebuilds the index, and looks after it all")
        (self.server.directory / "slow").write_text("1.5")
        begun = await self.says("/rebuild", "Rebuilding the index")
        assert begun.labels == ["Cancel"]
        counted = await diary.hears(vera, "5 of 8")
        assert "▓" in counted.text
        ended = await diary.hears(vera, "The new index is in use")
        assert begun.id == counted.id == ended.id
        assert ended.labels == []
        assert "8 articles" in ended.text
        assert "The canary is answered as before." in ended.text

        await diary.say(vera, "/stats")
        figures = await diary.hears(vera, "8 articles", where=lambda each: each.media == "photo")
        assert re.search(r"\d+ questions in 30 days: answered \d+, nothing found \d+\nfound good: 1 · f", figures.text)
        health = await self.says("/health", "All is well.")
        assert "✅ database: 8 articles" in health.text

    async def audited(self) -> None:
        """The log holds all that was done, the newest first, over two pages."""
        page = await self.says("/audit", "Audit log · 1–10 of 15", most=13)
        more = await self.taps("▶", page, "Audit log · 11–15 of 15", most=1)
        done = [line for line in f"{page.text}\n{more.text}".splitlines() if line and " UTC · Vera" not in line]
        correction = f"{DARK} in https://weekly.example/11 was not said by Tobi Brand."
        files = [f"add · article {number}: {WEEK[number - 3][0]}" for number in range(8, 2, -1)]
        assert [line for line in done if not line.startswith("Audit log")] == [
            "rebuild · job 1",
            f"canaries add · 1: {BRIDGE}",
            "restore · article 6: School keeps its garden",
            "remove · article 6: School keeps its garden",
            f"refetch · article 2: {STONE}",
            f"speakers · Correction 1 is taken back: {correction}",
            f"speakers · Correction 1: {correction}",
            *files,
            f"add · article 2: {STONE}",
            "add · article 1: Night ferry to Gull Island",
        ]


def words(svg: str) -> list[str]:
    """Return what can be read in a picture, line by line."""
    return ["".join(each.itertext()) for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]


async def test_an_admins_day(tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """All of a day can be done in the chat, and the picture in the README shows what the bot says then."""
    with serving() as site:
        site.pages["/bridge"] = bridge("spring")
        async with Sandbox(QUICK) as telegram:
            server = commanded(telegram, tmp_path / "data", UNHURRIED)
            vera = telegram.person("Vera")
            ren, ida = (telegram.person(name, started=True) for name in ("Ren", "Ida"))
            server.settings["VERBATIM_OWNER_ID"] = str(vera.id)
            server.settings["VERBATIM_ALLOWED_NETWORKS"] = "127.0.0.1/32"
            server.settings["VERBATIM_QUESTIONS_PER_MINUTE"] = "0"
            masks = (
                Mask(re.escape(site.url("")), lambda _: "https://gazette.example"),
                Mask(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC", evening),
                Mask(re.escape(str(server.directory)), lambda _: "data"),
                Mask(r"5 of 8( · about \d+ s left)?", lambda _: "5 of 8 · about 5 s left"),
                Mask(r"\d+ questions in 30 days: answered \d+, nothing found \d+", lambda _: QUESTIONS),
                Mask(r"running for \d+ (s|min)", lambda _: "running for 9 h"),
                Mask(r"Verbatim \d[\w.]*(?=,)", lambda _: "Verbatim"),
                Mask(r"[\d.]+ kB|[\d.]+ MB(?!\w)", lambda _: "1 MB"),
                Mask(r"[\d.,]+ GB free", lambda _: "50 GB free"),
            )
            day = Day(vera, ren, ida, Diary(masks), site, server)
            await server.start()
            try:
                for part in (day.added, day.asked, day.corrected, day.cared, day.audited):
                    await part()
            finally:
                await server.close()
    drawn = picture(day.diary.entries, TITLE, FOOT)
    if pytestconfig.getoption("--renew-day"):
        PICTURE.write_text(drawn, "utf-8")
    kept = PICTURE.read_text("utf-8")
    assert words(drawn) == words(kept), HINT
    if drawn != kept:
        pytest.fail(HINT)


def test_the_readme_shows_the_day() -> None:
    """The picture stands in the README, with words for who cannot see it."""
    assert f"![{TITLE}](tests/e2e/{PICTURE.name})" in README.read_text("utf-8")
