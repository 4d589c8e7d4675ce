"""A real client against the sandbox: python-telegram-bot answers, people act and read."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
import telegram as ptb
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter
from telegram.ext import (
    Application,
    ApplicationBuilder,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

from sandbox import Fault, Limits, Person, Sandbox, SandboxOptions, Upload

BUTTONS = ptb.InlineKeyboardMarkup(
    [
        [
            ptb.InlineKeyboardButton("🔎 Context", callback_data="context"),
            ptb.InlineKeyboardButton("Source", url="https://example.com/a"),
        ]
    ]
)


async def start(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Greet, with the payload of the deep link."""
    await update.effective_message.reply_text(f"Hello {' '.join(context.args)}".strip())


async def answer(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Show progress, then a quotation of what was said."""
    message = update.effective_message
    await context.bot.send_chat_action(message.chat_id, "typing")
    progress = await message.reply_text("Searching …")
    text = f"<blockquote expandable><b>{message.text}</b>\nsaid somebody</blockquote>"
    await progress.edit_text(text, parse_mode=ParseMode.HTML, reply_markup=BUTTONS)


async def document(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Read a file and send it back."""
    file = await update.effective_message.document.get_file()
    content = bytes(await file.download_as_bytearray())
    await context.bot.send_document(
        update.effective_chat.id, content, filename="copy.txt", caption=f"{len(content)} bytes"
    )


async def tapped(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Answer a tap with a note and a message."""
    del context
    await update.callback_query.answer("Looking", show_alert=True)
    await update.effective_message.reply_text("The paragraph before.")


async def inline(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Offer one result."""
    del context
    content = ptb.InputTextMessageContent("<b>words</b>", parse_mode=ParseMode.HTML)
    await update.inline_query.answer([ptb.InlineQueryResultArticle("1", "Pak", content)], cache_time=0)


async def reacted(update: ptb.Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Thank for a reaction."""
    await context.bot.send_message(
        update.effective_chat.id, f"Thanks for {update.message_reaction.new_reaction[0].emoji}"
    )


async def ignore(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Take note of no error: the tests look at what the sandbox recorded."""


@pytest_asyncio.fixture
async def client(telegram: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Application]:
    """A bot on python-telegram-bot, polling the sandbox."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    builder = ApplicationBuilder().token(telegram.token).base_url(telegram.base_url)
    application = builder.base_file_url(telegram.base_file_url).build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(CallbackQueryHandler(tapped))
    application.add_handler(InlineQueryHandler(inline))
    application.add_handler(MessageReactionHandler(reacted))
    application.add_handler(MessageHandler(filters.Document.ALL, document))
    application.add_handler(MessageHandler(filters.TEXT, answer))
    application.add_error_handler(ignore)
    async with application:
        await application.start()
        await application.updater.start_polling(poll_interval=0, allowed_updates=ptb.Update.ALL_TYPES)
        yield application
        await application.updater.stop()
        await application.stop()


async def test_a_conversation_reads_as_people_see_it(telegram: Sandbox, client: Application) -> None:
    """Start, question, progress, edited answer, tap: each step is heard once, and the transcript shows the end."""
    del client
    alice = telegram.person("Alice")
    await alice.press_start("q-1")
    assert (await alice.hears()).text == "Hello q-1"
    question = await alice.say("What did Pak say?")
    assert (await alice.hears()).text == "Searching …"
    found = await alice.hears()
    assert found.parts("expandable_blockquote") == ["What did Pak say?\nsaid somebody"]
    assert found.parts("bold") == ["What did Pak say?"]
    assert (await alice.tap("Source", on=found)).url == "https://example.com/a"
    tap = await alice.tap("Context", on=found)
    assert await tap.answered() == {"text": "Looking", "show_alert": True}
    await alice.hears("paragraph")
    assert telegram.actions(alice) == ["typing"]
    assert telegram.transcript(alice) == "\n".join(
        [
            "--- Alice (private) ---",
            "Alice [1]: /start q-1",
            "Verbatim [2]: Hello q-1",
            f"Alice [{question.id}]: What did Pak say?",
            "Verbatim [4] (edited):",
            "> **What did Pak say?**",
            "> said somebody",
            "[🔎 Context] [Source]",
            "Verbatim [5]: The paragraph before.",
        ]
    )


async def test_reading_does_not_depend_on_timing(telegram: Sandbox, client: Application, alice: Person) -> None:
    """Answers that came before they were waited for are still unread; reading on from a message repeats."""
    await client.bot.send_message(alice.id, "one")
    await client.bot.send_message(alice.id, "two")
    assert [each.text for each in alice.unread()] == ["one", "two"]
    one = await alice.hears("ONE")
    assert (await alice.hears(where=lambda shown: shown.id > one.id)).text == "two"
    assert alice.unread() == []
    assert (await alice.hears(after=one)).text == "two"
    await client.bot.send_message(alice.id, "three")
    alice.read_all()
    assert alice.unread() == []
    assert (await telegram.wait_for(lambda shown: shown.text == "three")).chat_id == alice.id


async def test_files_make_the_round_trip(client: Application, alice: Person) -> None:
    """A person's upload is downloaded and sent back by the client."""
    del client
    await alice.upload(Upload("article.txt", b"0123456789"))
    shown = await alice.hears()
    assert (shown.text, shown.media, shown.file_name) == ("10 bytes", "document", "copy.txt")


async def test_inline_and_reactions_reach_the_client(telegram: Sandbox, client: Application, alice: Person) -> None:
    """An inline query is answered and sent on; a reaction is told because it was asked for."""
    del client
    group = telegram.group("Desk", [alice])
    results = await alice.ask_inline("pak", chat=group)
    shown = await alice.choose(results, "Pak", chat=group)
    assert (shown.sender, shown.rendered) == ("Alice", "**words**")
    await alice.press_start()
    await alice.react("👍", on=await alice.hears())
    assert (await alice.hears()).text == "Thanks for 👍"


async def test_groups_are_answered_by_command(telegram: Sandbox, client: Application, alice: Person) -> None:
    """In a group the client hears commands addressed to it and answers there."""
    del client
    group = telegram.supergroup("Desk", [alice])
    await alice.say("nothing for bots", chat=group)
    await alice.say("/start@verbatim_sandbox_bot now", chat=group)
    assert (await alice.hears(chat=group)).text == "Hello now"
    assert [each.text for each in telegram.messages(group)][0::2] == ["nothing for bots", "Hello now"]


async def test_long_texts_are_pasted_in_parts(telegram: Sandbox, alice: Person) -> None:
    """A paste of any length arrives in messages of at most 4096 characters, cut at white space, nothing lost."""
    text = ("word " * 1000 + "\n" + "x" * 5000).strip()
    parts = await alice.paste(text)
    assert [len(each.text) <= 4096 for each in parts] == [True] * len(parts)
    assert "".join("".join(each.text for each in parts).split()) == "".join(text.split())
    assert len(telegram.world.updates.pending) == len(parts) == 3
    with pytest.raises(ValueError, match="use paste"):
        await alice.say("x" * 4097)


async def test_forwards_tell_where_they_come_from(telegram: Sandbox, alice: Person) -> None:
    """A forwarded post carries its channel, a forwarded message its author."""
    channel = telegram.channel("News", [telegram.person("Editor")], bot="left")
    bob = telegram.person("Bob", started=True)
    said = await bob.say("hi")
    editor = telegram.person("Other")
    telegram.world.chats[channel.id].members[editor.id] = "administrator"
    await alice.forward(await editor.post("breaking", channel=channel))
    await alice.forward(said)
    origins = [each["message"].get("forward_origin", {}).get("type") for each in telegram.world.updates.pending]
    assert origins == [None, "channel", "user"]
    assert telegram.transcript(alice).splitlines()[1:] == [
        "Alice [2] (forwarded from News): breaking",
        "Alice [3] (forwarded from Bob): hi",
    ]


async def test_people_can_only_do_what_people_can(telegram: Sandbox, alice: Person) -> None:
    """Writing before Start, into foreign chats, or over other people's messages is an error of the test."""
    bob = telegram.person("Bob")
    group = telegram.group("Desk", [alice])
    said = await alice.say("/ask", chat=group)
    with pytest.raises(ValueError, match="Bob must press Start"):
        await bob.say("hi")
    with pytest.raises(ValueError, match="Bob is not in Desk"):
        await bob.say("hi", chat=group)
    with pytest.raises(ValueError, match="Bob did not write message 1"):
        await bob.edit(said, "x")
    with pytest.raises(ValueError, match="Bob did not write message 1"):
        await bob.delete(said)
    with pytest.raises(ValueError, match="no deep link can carry"):
        await bob.press_start("a b")
    await bob.say("/start")
    with pytest.raises(LookupError, match="there is no message 99 in Bob"):
        await bob.say("x", reply_to=99)


async def test_the_client_maps_every_error(telegram: Sandbox, client: Application, alice: Person) -> None:
    """The library raises its own exceptions for what the sandbox answers."""
    for fault, expected in (
        (Fault.bad_gateway(), NetworkError),
        (Fault.answer_lost(), NetworkError),
        (Fault.reset(), NetworkError),
    ):
        telegram.fail_next("sendMessage", fault)
        with pytest.raises(expected):
            await client.bot.send_message(alice.id, "x")
    telegram.fail_next("sendMessage", Fault.too_many_requests(3))
    with pytest.raises(RetryAfter) as flood:
        await client.bot.send_message(alice.id, "x")
    assert flood.value.retry_after == timedelta(seconds=3)
    with pytest.raises(BadRequest, match="Can't parse entities"):
        await client.bot.send_message(alice.id, "<b>", parse_mode=ParseMode.HTML)
    await alice.block()
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await client.bot.send_message(alice.id, "x")
    assert [each.code for each in telegram.errors] == [400, 403]


async def test_a_strict_sandbox_slows_the_client_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """With scaled rates a client that tries again gets everything through."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    limits = Limits(time_scale=20)
    async with Sandbox(SandboxOptions(limits=limits)) as telegram, ptb.Bot(telegram.token, telegram.base_url) as sender:
        alice = telegram.person("Alice", started=True)
        for text in "abc":
            await send_stubbornly(sender, alice, text)
        assert [each.text for each in telegram.messages(alice)] == ["a", "b", "c"]
        assert {each.code for each in telegram.errors} == {429}


async def send_stubbornly(sender: ptb.Bot, person: Person, text: str) -> Any:
    """Send until the rates allow it."""
    while True:
        try:
            return await sender.send_message(person.id, text)
        except RetryAfter:
            await asyncio.sleep(0.05)
