"""Tapped buttons, inline queries and reactions."""

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox import Person, Sandbox, SandboxOptions
from sandbox.errors import NotHeard

TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def article(number: str = "1", text: str = "<b>found</b>", **more: Any) -> dict[str, Any]:
    """An inline result that sends HTML."""
    content = {"message_text": text, "parse_mode": "HTML"}
    return {"type": "article", "id": number, "title": f"Result {number}", "input_message_content": content, **more}


async def test_a_tap_is_told_and_answered_once(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A tap reaches the bot with message and data; its answer reaches the person; a second answer is refused."""
    markup = {
        "inline_keyboard": [[{"text": "🔎 Context", "callback_data": "c:1"}, {"text": "More", "callback_data": "m"}]]
    }
    await api("sendMessage", chat_id=alice.id, text="x", reply_markup=markup)
    tap = await alice.tap("Context", on=await alice.hears())
    query = telegram.world.updates.pending[0]["callback_query"]
    assert (query["data"], query["from"]["id"], query["message"]["text"]) == ("c:1", alice.id, "x")
    assert (await api("answerCallbackQuery", callback_query_id=query["id"], text="Here")).result is True
    assert await tap.answered() == {"text": "Here"}
    assert (await api("answerCallbackQuery", callback_query_id=query["id"])).description == TOO_OLD
    assert (await api("answerCallbackQuery", callback_query_id="5")).description == TOO_OLD


async def test_a_tap_expires() -> None:
    """After the time allowed a tap can no longer be answered."""
    clock = [1000.0]
    async with Sandbox(SandboxOptions(clock=lambda: clock[0], callback_expiry_s=15)) as telegram:
        alice = telegram.person("Alice", started=True)
        async with aiohttp.ClientSession() as session:
            root = f"{telegram.base_url}{telegram.token}"
            markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
            await session.post(f"{root}/sendMessage", json={"chat_id": alice.id, "text": "x", "reply_markup": markup})
            tap = await alice.tap("Go", on=await alice.hears())
            clock[0] += 15.1
            async with session.post(f"{root}/answerCallbackQuery", json={"callback_query_id": tap.query_id}) as answer:
                assert (await answer.json())["description"] == TOO_OLD
            with pytest.raises(NotHeard, match="did not answer the tap"):
                await tap.answered(timeout=0.01)


@pytest.mark.parametrize(
    ("values", "description"),
    [({"text": "x" * 201}, "Bad Request: MESSAGE_TOO_LONG"), ({"url": "https://a.bc"}, "Bad Request: URL_INVALID")],
)
async def test_answers_to_taps_have_limits(api: Any, alice: Person, values: dict[str, Any], description: str) -> None:
    """The note has at most 200 characters, and links can only lead to Telegram."""
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    await api("sendMessage", chat_id=alice.id, text="x", reply_markup=markup)
    tap = await alice.tap("Go", on=await alice.hears())
    answer = await api("answerCallbackQuery", callback_query_id=tap.query_id, **values)
    assert answer.description == description
    assert (await api("answerCallbackQuery", callback_query_id=tap.query_id, text="x" * 200)).result is True


async def test_buttons_that_do_not_ask_the_bot(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Links give their address, inline and copy buttons their text, and the bot is not told."""
    row = [
        {"text": "Source", "url": "https://example.com/#:~:text=x"},
        {"text": "Share", "switch_inline_query": "q1"},
        {"text": "Copy", "copy_text": {"text": "words"}},
    ]
    await api("sendMessage", chat_id=alice.id, text="x", reply_markup={"inline_keyboard": [row]})
    shown = await alice.hears()
    assert (await alice.tap("Source", on=shown)).url == "https://example.com/#:~:text=x"
    assert (await alice.tap("Share", on=shown)).inline_query == "q1"
    assert (await alice.tap("Copy", on=shown)).copied == "words"
    assert not telegram.world.updates.pending
    with pytest.raises(LookupError, match=r"0 buttons fit 'Go'; message 1 has \['Source', 'Share', 'Copy'\]"):
        await alice.tap("Go", on=shown)


async def answered(api: Any, person: Person, query: str, **answer: Any) -> tuple[Any, Any]:
    """Ask inline and answer; return what the bot was answered and what the person got."""
    asking = asyncio.create_task(person.ask_inline(query, timeout=2))
    update = (await api("getUpdates", timeout=5)).result[-1]
    reply = await api("answerInlineQuery", inline_query_id=update["inline_query"]["id"], **answer)
    if reply.status != 200:
        asking.cancel()
        return reply, None
    return reply, await asking


async def test_an_inline_result_is_chosen_and_sent(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A chosen result appears as the person's message via the bot, is reported, and can be edited by the bot."""
    group = telegram.group("Desk", [alice])
    markup = {"inline_keyboard": [[{"text": "Context", "callback_data": "c"}]]}
    _, answer = await answered(api, alice, "pak", results=[article("1"), article("2", reply_markup=markup)])
    assert answer.titles == ["Result 1", "Result 2"]
    shown = await alice.choose(answer, "Result 2", chat=group)
    assert (shown.sender, shown.rendered, shown.labels) == ("Alice", "**found**", ["Context"])
    chosen = telegram.world.updates.pending[-1]["chosen_inline_result"]
    assert (chosen["result_id"], chosen["query"]) == ("2", "pak")
    await alice.tap("Context", on=shown)
    tapped = telegram.world.updates.pending[-1]["callback_query"]
    assert tapped["inline_message_id"] == chosen["inline_message_id"]
    edit = await api("editMessageText", inline_message_id=chosen["inline_message_id"], text="changed")
    assert edit.result is True
    assert [each.text for each in telegram.messages(group)] == ["changed"]
    with pytest.raises(LookupError, match="0 results are called 'Result 3'"):
        await alice.choose(answer, "Result 3")


@pytest.mark.parametrize(
    ("results", "description"),
    [
        ([article(str(number)) for number in range(51)], "RESULTS_TOO_MUCH"),
        ([article("x" * 65)], "RESULT_ID_INVALID"),
        ([article(""), article("2")], "RESULT_ID_INVALID"),
        ([article("1"), article("1")], "RESULT_ID_DUPLICATE"),
        ([article(text="")], "message text is empty"),
        ([article(text="<b>x")], "can't parse entities: Can't find end tag corresponding to start tag \"b\""),
        ([article(title=" ")], "ARTICLE_TITLE_EMPTY"),
        (
            [article(reply_markup={"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]})],
            "BUTTON_DATA_INVALID",
        ),
    ],
)
async def test_inline_results_have_limits(
    api: Any, alice: Person, results: list[dict[str, Any]], description: str
) -> None:
    """Number, identifiers, texts and keyboards of inline results are checked."""
    reply, _ = await answered(api, alice, "pak", results=results)
    assert reply.description == f"Bad Request: {description}"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ({"results": [{"type": "photo", "id": "1", "photo_url": "u", "thumbnail_url": "t"}]}, "type photo are not"),
        ({"results": [], "button": {"text": "Open"}}, "exactly one of web_app and start_parameter"),
        (
            {"results": [article() | {"input_message_content": {"latitude": 1.5, "longitude": 2.5}}]},
            "only InputTextMessageContent is implemented",
        ),
    ],
)
async def test_other_inline_answers_are_violations(
    telegram: Sandbox, api: Any, alice: Person, answer: dict[str, Any], problem: str
) -> None:
    """What the sandbox cannot show, and buttons without one target, are violations."""
    await answered(api, alice, "pak", **answer)
    assert problem in telegram.forgive()[0].problem


async def test_inline_paging_and_deep_links_have_limits(api: Any, alice: Person) -> None:
    """The next offset has 64 bytes, the start parameter the characters of a deep link."""
    reply, _ = await answered(api, alice, "pak", results=[], next_offset="x" * 65)
    assert reply.description == "Bad Request: NEXT_OFFSET_INVALID"
    button = {"text": "Open", "start_parameter": "a b"}
    reply, _ = await answered(api, alice, "pak", results=[], button=button)
    assert reply.description == "Bad Request: START_PARAM_INVALID"


async def test_the_most_inline_results_pass_once(api: Any, alice: Person) -> None:
    """Fifty results with identifiers of 64 bytes pass; a second answer is too late."""
    results = [article(f"{number:064}") for number in range(50)]
    button = {"text": "Open", "start_parameter": "inline-1"}
    _, answer = await answered(api, alice, "pak", results=results, button=button, cache_time=0, is_personal=True)
    assert len(answer.results) == 50
    assert answer.button == button
    again = await api("answerInlineQuery", inline_query_id=answer.query_id, results=[])
    assert again.description == TOO_OLD


async def test_unanswered_inline_queries_fail_the_person(alice: Person) -> None:
    """A person who gets no results is told so; longer queries than 256 cannot be typed."""
    with pytest.raises(NotHeard, match="did not answer the inline query 'x'"):
        await alice.ask_inline("x", timeout=0.01)
    with pytest.raises(ValueError, match="longer than 256"):
        await alice.ask_inline("x" * 257)


async def test_reactions_are_told_only_on_request(telegram: Sandbox, api: Any, alice: Person) -> None:
    """message_reaction updates come only when asked for by name, and carry the old and the new reaction."""
    await api("sendMessage", chat_id=alice.id, text="x")
    shown = await alice.hears()
    await alice.react("👎", on=shown)
    assert not telegram.world.updates.pending
    await api("getUpdates", allowed_updates=["message_reaction"])
    await alice.react("👍", on=shown)
    await alice.react(None, on=shown)
    changes = [each["message_reaction"] for each in telegram.world.updates.pending]
    assert [(each["old_reaction"], each["new_reaction"]) for each in changes] == [
        ([{"type": "emoji", "emoji": "👎"}], [{"type": "emoji", "emoji": "👍"}]),
        ([{"type": "emoji", "emoji": "👍"}], []),
    ]


async def test_the_bot_has_one_reaction_of_the_documented_ones(telegram: Sandbox, api: Any, alice: Person) -> None:
    """The bot reacts with one listed emoji."""
    said = await alice.say("thanks")
    where = {"chat_id": alice.id, "message_id": said.id}
    assert (await api("setMessageReaction", **where, reaction=[{"type": "emoji", "emoji": "👍"}])).result is True
    assert telegram.world.chats[alice.id].messages[said.id].reactions[123456789] == [{"type": "emoji", "emoji": "👍"}]
    for reaction in ([{"type": "emoji", "emoji": "🥕"}], [{"type": "emoji", "emoji": "👍"}] * 2):
        assert (
            await api("setMessageReaction", **where, reaction=reaction)
        ).description == "Bad Request: REACTION_INVALID"
