"""What people of different languages see: greeting, answers, buttons, dates and menus, in their language."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from fake_answering import save
from served import CAST, PILOT, QUICK, RATING, SLOW, SPOKEN, TOLD, invented

from bot.access import texts_access
from bot.care import texts_care
from bot.chat import captions, corrections, guides, texts
from bot.desk import texts_desk
from bot.feeds import texts_feeds
from bot.language import speaking
from bot.readers import texts_readers
from sandbox import Person, Sandbox, Shown, Upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from served import Bot

pytestmark = pytest.mark.asyncio(loop_scope="module")

QUESTION = "What did Okafor say about the ferry?"


@dataclass(frozen=True)
class Port:
    """A Telegram with a bot over articles in which people speak, and its owner, who has not pressed Start."""

    telegram: Sandbox
    server: Bot
    owner: Person

    def person(self, name: str, language: str) -> Person:
        """Return somebody who has started the bot, and whose Telegram speaks a language."""
        return self.telegram.person(name, started=True, language=language)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def port(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Port]:
    """A running bot; a call that breaks the contract fails the last test of the module."""
    async with Sandbox(QUICK) as sandbox:
        owner = sandbox.person("Olga", language="ko")
        directory: Path = tmp_path_factory.mktemp("port")
        server = invented(sandbox, directory, VERBATIM_OWNER_ID=str(owner.id))
        save(server.articles, SPOKEN, SLOW, CAST, TOLD)
        await server.start()
        yield Port(sandbox, server, owner)
        await server.close()


@pytest.fixture(autouse=True)
def _nothing_wrong(port: Port) -> Iterator[None]:
    """Each test breaks no rule of Telegram's."""
    yield
    assert port.telegram.violations == []


def korean(text: Callable[..., str], *arguments: object) -> str:
    """Return a text of the bot in Korean."""
    with speaking("ko"):
        return text(*arguments)


def helped(port: Port, *more: Callable[[], str]) -> str:
    """Return what /help says in Korean, to admins with more."""
    name = port.telegram.options.username
    parts = [korean(guides.guide), korean(texts_readers.more_help, name), *(korean(each) for each in more)]
    return "\n\n".join(parts)


def menu() -> dict[str, str]:
    """Return everybody's commands, in the language that is spoken."""
    return guides.commands() | texts_readers.commands()


async def asked(person: Person, question: str = QUESTION) -> Shown:
    """Return what is answered to a question asked in private."""
    await person.say(question)
    return await person.hears()


async def test_korean_is_greeted_and_helped(port: Port) -> None:
    """Greeting, guide and hints come in Korean, with Korean letters wherever the bot speaks for itself."""
    jiwoo = port.telegram.person("Jiwoo", language="ko")
    await jiwoo.press_start()
    greeting = await jiwoo.hears()
    assert greeting.text.startswith("안녕하세요! 저는 모아 둔 뉴스 기사에서")
    assert greeting.text == korean(guides.greeting)
    await jiwoo.say("/help")
    assert (await jiwoo.hears()).text == helped(port)
    await jiwoo.say("/nonsense")
    assert (await jiwoo.hears()).text == "모르는 명령이에요. 궁금한 점을 그냥 적어 주시거나 /help 를 봐 주세요."
    await jiwoo.upload(Upload("notes.pdf", b"%PDF-"))
    assert (await jiwoo.hears()).text == korean(texts.no_text)


@pytest.mark.parametrize("language", ["en", "de", "ja"])
async def test_others_are_spoken_to_in_english(port: Port, language: str) -> None:
    """Who speaks English, or a language that the bot does not know, is greeted and answered in English."""
    ann = port.telegram.person("Ann", language=language)
    await ann.press_start()
    assert (await ann.hears()).text == guides.greeting()
    answer = await asked(ann, "What did Tobi Okafor say about the ferry?")
    assert answer.text.startswith("[1] 📝 Tobi Okafor, harbour pilot · reported\n")
    assert answer.text.endswith("Harbour Gazette · 5 May 2024 · Pilots")
    assert answer.labels == ["Context", "Source", *RATING]
    assert ann.commands() == menu()


async def test_korean_is_answered(port: Port) -> None:
    """Words of an article stay as they are; what the bot says beside them, buttons and dates are Korean."""
    minseo = port.person("Minseo", "ko")
    answer = await asked(minseo, "What did Tobi Okafor say about the ferry?")
    assert answer.text == (
        f"[1] 📝 Tobi Okafor, harbour pilot · 간접 인용\n{PILOT}\nHarbour Gazette · 2024년 5월 5일 · Pilots"
    )
    assert answer.labels == ["앞뒤 문맥", "원문", "👍", "👎", "공유"]
    tap = await minseo.tap("앞뒤 문맥", on=answer)
    await tap.answered()
    context = await minseo.hears()
    assert context.text.startswith("[1]의 앞뒤 문맥이에요. Tobi Okafor의 말은 굵게 표시했어요:\n")
    assert context.labels == ["원문"]


async def test_korean_is_told_who_was_meant_and_gets_more(port: Port) -> None:
    """An assumption, the button against it, and further citations come in Korean."""
    haeun = port.person("Haeun", "ko")
    answer = await asked(haeun, "What did Wren say?")
    assert answer.text.splitlines()[0] == (
        "Ida Wren 님(발언 4건)을 말씀하시는 것으로 이해했어요. Ola Wren 쪽은 제외했어요."
    )
    assert answer.labels[-5:] == ["더 보기 (1)", "Ola Wren 말이에요", "👍", "👎", "공유"]
    await haeun.tap("더 보기 (1)", on=answer)
    assert (await haeun.hears()).text.startswith("[4] 💬 Ida Wren")
    again = port.person("Hana", "ko")
    shown = await asked(again, "What did Wren say?")
    first, second = await again.tap("더 보기 (1)", on=shown), await again.tap("더 보기 (1)", on=shown)
    await first.answered()
    assert (await second.answered())["text"] == korean(texts.shown_below)


async def test_korean_is_told_that_nothing_was_found(port: Port) -> None:
    """Honest silence is Korean, too: what was looked through, and that the nearest passages may be no answer."""
    sujin = port.person("Sujin", "ko-KR")
    answer = await asked(sujin, "who won the regatta?")
    assert answer.text.splitlines()[:3:2] == [
        "그에 관한 내용을 찾지 못했어요. 2024년 5월 2일부터 2024년 5월 10일까지의 기사 9건을 살펴봤어요.",
        "가장 가까운 대목을 보여 드릴게요. 질문의 답이 아닐 수 있어요:",
    ]
    known = await asked(sujin, "What did Tobi Okafor say about football?")
    assert known.text.splitlines()[0] == (
        "Tobi Okafor: 기사 1건에 실린 발언 1건, 2024년 5월 5일. 이 가운데 football에 관한 말은 없어요."
    )


async def test_korean_chooses_a_speaker(port: Port) -> None:
    """The question who is meant, and what becomes of it, are Korean."""
    yuna = port.person("Yuna", "ko")
    which = await asked(yuna)
    assert which.text == (
        "어느 Okafor 말씀이세요?\n\n"
        "Mina Okafor · mayor of Port Vell · 발언 3건, 최근 2024년 5월 4일\n"
        "Tobi Okafor · harbour pilot · 발언 1건, 최근 2024년 5월 5일"
    )
    await yuna.tap("Tobi Okafor", on=which)
    assert "간접 인용" in (await yuna.hears()).text
    marked = await yuna.hears(where=lambda each: each.id == which.id)
    assert marked.text == "어느 Okafor 말씀이세요? → Tobi Okafor"


async def test_korean_lists_speakers(port: Port) -> None:
    """The list of speakers is Korean, on every page."""
    seoyeon = port.person("Seoyeon", "ko")
    await seoyeon.say("/speakers")
    page = await seoyeon.hears()
    lines = page.text.splitlines()
    assert (lines[0], lines[2]) == (
        "발언자 16명 · 1–10",
        "Ida Wren · lighthouse keeper · 기사 4건에 실린 발언 4건, 2024년 5월 6일~9일",
    )
    await seoyeon.tap("▶", on=page)
    assert (await seoyeon.hears()).text.startswith("발언자 16명 · 11–16\n")
    await seoyeon.say("/speakers nobody {at} all")
    assert (await seoyeon.hears()).text == "‘nobody {at} all’에 해당하는 발언자가 없어요."


async def test_group_is_answered_in_the_language_of_who_asks(port: Port) -> None:
    """In a group each question is answered in its asker's language, whoever chooses the speaker for it."""
    bora, carl = port.person("Bora", "ko"), port.person("Carl", "en")
    group = port.telegram.group("Readers", [bora, carl])
    await bora.say("/ask who won the regatta?", chat=group)
    assert (await carl.hears(chat=group)).text.startswith("그에 관한 내용을 찾지 못했어요.")
    await carl.say("/ask who won the regatta?", chat=group)
    assert (await carl.hears(chat=group)).text.startswith("I found nothing about that.")
    question = await bora.say(f"/ask {QUESTION}", chat=group)
    which = await carl.hears(chat=group)
    await carl.tap("Tobi Okafor", on=which)
    again = await carl.tap("Tobi Okafor", on=which)
    # What only they see who tap is told in their own language.
    assert (await again.answered())["text"] == texts.answered_below()
    answer = await carl.hears("Tobi Okafor", chat=group, where=lambda each: each.id != which.id)
    assert answer.reply_to == question.id
    assert "간접 인용" in answer.text
    marked = await carl.hears(chat=group, where=lambda each: each.id == which.id)
    assert marked.text == "어느 Okafor 말씀이세요? → Tobi Okafor"


async def test_crash_does_not_change_the_language(port: Port) -> None:
    """A question that kill -9 interrupted is answered in its language by the next start; so are buttons from before."""
    dana, finn = port.person("Dana", "ko"), port.person("Finn", "en")
    which = await asked(dana)
    await dana.say("who slowly won the regatta?")
    await finn.say("who slowly won the regatta?")
    await port.telegram.wait_for_call("sendChatAction")
    await port.telegram.world.until(lambda: True if not port.telegram.world.updates.pending else None, 5)
    await asyncio.sleep(0.5)  # until the bot has confirmed that the questions arrived
    assert dana.unread() == finn.unread() == []
    await port.server.stop(signal.SIGKILL)
    await port.server.start()
    assert (await dana.hears(timeout=20)).text.startswith("그에 관한 내용을 찾지 못했어요.")
    assert (await finn.hears(timeout=20)).text.startswith("I found nothing about that.")
    await dana.tap("Tobi Okafor", on=which)
    assert "간접 인용" in (await dana.hears()).text


async def test_menus_are_in_the_readers_language(port: Port) -> None:
    """Command menus are Korean for Koreans, in private and in groups, and English for all others."""
    eun, fred = port.person("Eun", "ko"), port.person("Fred", "fr")
    group = port.telegram.group("Menus", [eun, fred])
    assert eun.commands() == korean(menu)  # type: ignore[arg-type]
    assert eun.commands()["help"] == "질문하는 법과 버튼 안내"
    assert eun.commands(chat=group) == eun.commands()
    assert fred.commands() == fred.commands(chat=group) == menu()


async def test_owner_gets_a_menu_of_their_own_when_they_start(port: Port) -> None:
    """The owner had not pressed Start when the bot began; when they do, their menu says what only they may do."""
    assert port.owner.commands()["speakers"] == "인용된 사람과 발언 수 보기"
    await port.owner.press_start()
    assert (await port.owner.hears()).text == korean(guides.greeting)
    more = "인용된 사람 보기와 바로잡기"
    assert await port.telegram.world.until(lambda: port.owner.commands()["speakers"] == more or None, 5)
    assert list(port.owner.commands()) == [
        *menu(),
        *texts_desk.commands(),
        *texts_care.commands(),
        *texts_access.commands(),
    ]
    assert port.person("Gia", "ko").commands()["speakers"] == "인용된 사람과 발언 수 보기"


async def test_owner_is_spoken_to_in_korean(port: Port) -> None:
    """Usage, refusals and doubts about a statement are Korean for a Korean owner."""
    olga = port.owner
    await olga.say("/help")
    assert (await olga.hears()).text == helped(
        port, guides.admin_guide, texts_desk.guide, texts_feeds.admin_help, texts_care.guide, texts_access.admin_help
    )
    await olga.say("/speakers merge Okafor")
    assert (await olga.hears()).text == f"{korean(corrections.sides_usage)}."
    await olga.say("/speakers merge Zed = Mina Okafor")
    assert (await olga.hears()).text == korean(corrections.nobody, "Zed")
    answer = await asked(olga, "What did Tobi Okafor say about the ferry?")
    await olga.tap(korean(captions.deny, "Tobi Okafor"), on=answer)
    doubt = await olga.hears()
    assert doubt.text == "정말 Tobi Okafor의 말이 아닌가요?\n\nthat the ferry would sail at night"
    await olga.tap("그대로 두기", on=doubt)
    assert (await olga.hears()).text.startswith("Tobi Okafor의 말로 그대로 두었어요:\n")
    stranger = port.person("Hoon", "ko")
    await stranger.say("/speakers merge 1 = 2")
    assert (await stranger.hears()).text == korean(texts_access.admins_only)
