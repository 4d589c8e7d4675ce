"""Messages of the bot: replies, quotations, keyboards, edits, deletions, forwards and copies."""

from typing import Any

import aiohttp
import pytest

from sandbox import Person, Sandbox, SandboxOptions

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)


def keyboard(**button: Any) -> dict[str, Any]:
    """One button."""
    return {"inline_keyboard": [[button]]}


async def test_a_message_is_answered_as_documented(telegram: Sandbox, api: Any, alice: Person) -> None:
    """The result names chat, author and text, has no nulls, and is what the person sees."""
    message = (await api("sendMessage", chat_id=alice.id, text="Hello", disable_notification=True)).result
    date = message.pop("date")
    assert abs(date - telegram.world.now()) <= 2
    assert message == {
        "message_id": 1,
        "chat": {"id": alice.id, "type": "private", "first_name": "Alice"},
        "from": {
            "id": 123456789,
            "is_bot": True,
            "first_name": "Verbatim",
            "username": "verbatim_sandbox_bot",
        },
        "text": "Hello",
    }
    assert telegram.transcript(alice) == "--- Alice (private) ---\nVerbatim [1]: Hello"


async def test_a_reply_names_its_target_and_quotes_it(api: Any, alice: Person) -> None:
    """A reply carries its target (without the target's own reply) and the position of an exact quote."""
    said = await alice.say("one two one")
    parameters = {"message_id": said.id, "quote": "one", "quote_position": 8}
    message = (await api("sendMessage", chat_id=alice.id, text="x", reply_parameters=parameters)).result
    assert message["reply_to_message"]["text"] == "one two one"
    assert message["quote"] == {"text": "one", "position": 8, "is_manual": True}
    again = (await api("sendMessage", chat_id=alice.id, text="y", reply_parameters={"message_id": 2})).result
    assert "reply_to_message" not in again["reply_to_message"]
    heard = await alice.hears("x")
    assert (heard.reply_to, heard.quote) == (said.id, "one")


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"message_id": 99}, "Bad Request: message to be replied not found"),
        ({"message_id": 1, "quote": "three"}, "Bad Request: QUOTE_TEXT_INVALID"),
        ({"message_id": 1, "quote": "o" * 1025}, "Bad Request: QUOTE_TEXT_INVALID"),
        ({"message_id": 1, "chat_id": 12}, "Bad Request: chat not found"),
    ],
)
async def test_replies_to_what_is_not_there_are_refused(
    api: Any, alice: Person, parameters: dict[str, Any], description: str
) -> None:
    """A reply to a missing message, or with a quote that does not stand in it, is refused."""
    await alice.say("one two one")
    answer = await api("sendMessage", chat_id=alice.id, text="x", reply_parameters=parameters)
    assert answer.description == description


async def test_a_reply_may_do_without_its_target(api: Any, alice: Person) -> None:
    """allow_sending_without_reply sends a plain message when the target is gone."""
    said = await alice.say("one")
    await alice.delete(said)
    parameters = {"message_id": said.id, "allow_sending_without_reply": True}
    message = (await api("sendMessage", chat_id=alice.id, text="x", reply_parameters=parameters)).result
    assert "reply_to_message" not in message


async def test_a_reply_can_lead_to_another_chat(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A reply to a post elsewhere carries external_reply."""
    channel = telegram.channel("News", [alice])
    post = await alice.post("breaking", channel=channel)
    parameters = {"message_id": post.id, "chat_id": channel.id}
    message = (await api("sendMessage", chat_id=alice.id, text="x", reply_parameters=parameters)).result
    assert message["external_reply"]["origin"]["type"] == "channel"
    assert message["external_reply"]["message_id"] == post.id


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        (keyboard(text=" ", callback_data="x"), "inline keyboard button text must be non-empty"),
        (keyboard(text="a", callback_data="x" * 65), "BUTTON_DATA_INVALID"),
        (keyboard(text="a", callback_data="é" * 33), "BUTTON_DATA_INVALID"),
        (keyboard(text="a"), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            keyboard(text="a", callback_data=""),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            keyboard(text="a", url="http://localhost/x"),
            "inline keyboard button URL 'http://localhost/x' is invalid: Wrong HTTP URL",
        ),
        (
            keyboard(text="a", url="ftp://a.bc"),
            "inline keyboard button URL 'ftp://a.bc' is invalid: Unsupported URL protocol",
        ),
        (keyboard(text="a", copy_text={"text": ""}), "BUTTON_COPY_TEXT_INVALID"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "b"}]] * 101}, "reply markup is too long"),
        ({"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
    ],
)
async def test_keyboards_that_telegram_refuses(
    telegram: Sandbox, api: Any, alice: Person, markup: dict[str, Any], description: str
) -> None:
    """Labels, actions, data and links of buttons are checked."""
    answer = await api("sendMessage", chat_id=alice.id, text="x", reply_markup=markup)
    assert answer.description == f"Bad Request: {description}"
    assert telegram.messages(alice) == []


async def test_the_largest_button_data_passes(api: Any, alice: Person) -> None:
    """64 bytes of data pass."""
    markup = keyboard(text="a", callback_data="é" * 32)
    assert (await api("sendMessage", chat_id=alice.id, text="x", reply_markup=markup)).result["reply_markup"] == markup


async def test_a_reply_keyboard_stays_until_it_is_removed(api: Any, alice: Person) -> None:
    """A reply keyboard belongs to the chat, not to the message."""
    await api("sendMessage", chat_id=alice.id, text="x", reply_markup={"keyboard": [[{"text": "Yes"}, {"text": "No"}]]})
    assert alice.keyboard() == [["Yes", "No"]]
    await api("sendMessage", chat_id=alice.id, text="x", reply_markup={"remove_keyboard": True})
    assert alice.keyboard() == []


async def test_an_edit_replaces_text_and_keyboard(telegram: Sandbox, api: Any, alice: Person) -> None:
    """An edit without a keyboard removes the old one, and the person sees the new text marked as edited."""
    where = {"chat_id": alice.id, "message_id": 1}
    await api("sendMessage", chat_id=alice.id, text="a", reply_markup=keyboard(text="Go", callback_data="go"))
    edited = (await api("editMessageText", **where, text="<b>b</b>", parse_mode="HTML")).result
    assert edited["text"] == "b"
    assert "reply_markup" not in edited
    assert "edit_date" in edited
    with_button = await api("editMessageReplyMarkup", **where, reply_markup=keyboard(text="On", callback_data="on"))
    assert with_button.result["text"] == "b"
    (shown,) = telegram.messages(alice)
    assert (shown.rendered, shown.labels, shown.edited) == ("**b**", ["On"], True)


async def test_not_modified_is_judged_after_parsing(api: Any, alice: Person) -> None:
    """The same content written differently is not modified; another link preview is a modification."""
    where = {"chat_id": alice.id, "message_id": 1}
    await api("sendMessage", chat_id=alice.id, text="<b>a</b>", parse_mode="HTML", protect_content=True)
    assert (await api("editMessageText", **where, text="*a*", parse_mode="MarkdownV2")).description == NOT_MODIFIED
    assert (await api("editMessageReplyMarkup", **where)).description == NOT_MODIFIED
    assert (await api("editMessageText", **where, text="a")).status == 200
    assert (await api("editMessageText", **where, text="a", link_preview_options={"is_disabled": True})).status == 200


async def test_only_own_messages_can_be_edited(api: Any, alice: Person) -> None:
    """Messages of people, missing messages and missing identifiers are refused."""
    said = await alice.say("mine")
    wrong = await api("editMessageText", chat_id=alice.id, message_id=said.id, text="x")
    assert wrong.description == "Bad Request: message can't be edited"
    missing = await api("editMessageText", chat_id=alice.id, message_id=99, text="x")
    assert missing.description == "Bad Request: message to edit not found"
    nowhere = await api("editMessageText", text="x")
    assert nowhere.description == "Bad Request: chat_id is empty"
    inline = await api("editMessageText", inline_message_id="x", text="x")
    assert inline.description == "Bad Request: MESSAGE_ID_INVALID"
    unnamed = await api("editMessageText", chat_id=alice.id, text="x")
    assert unnamed.description == "Bad Request: message identifier is not specified"


async def test_deleted_messages_are_gone(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A deleted message can be neither seen, edited nor deleted again; several are deleted at once."""
    for text in ("a", "b", "c"):
        await api("sendMessage", chat_id=alice.id, text=text)
    assert (await api("deleteMessage", chat_id=alice.id, message_id=1)).result is True
    again = await api("deleteMessage", chat_id=alice.id, message_id=1)
    assert again.description == "Bad Request: message to delete not found"
    edit = await api("editMessageText", chat_id=alice.id, message_id=1, text="x")
    assert edit.description == "Bad Request: message to edit not found"
    assert (await api("deleteMessages", chat_id=alice.id, message_ids=[1, 2, 99])).result is True
    assert [each.text for each in telegram.messages(alice)] == ["c"]
    none = await api("deleteMessages", chat_id=alice.id, message_ids=[])
    assert none.description == "Bad Request: message identifiers are not specified"
    many = await api("deleteMessages", chat_id=alice.id, message_ids=list(range(101)))
    assert many.description == "Bad Request: too many message identifiers specified"


async def test_in_groups_only_own_messages_are_deleted(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A member bot cannot delete what people wrote; an administrator can."""
    group = telegram.group("Desk", [alice])
    said = await alice.say("hi", chat=group)
    refused = await api("deleteMessage", chat_id=group.id, message_id=said.id)
    assert refused.description == "Bad Request: message can't be deleted"
    await telegram.set_bot_status(group, "administrator")
    assert (await api("deleteMessage", chat_id=group.id, message_id=said.id)).result is True


async def test_old_messages_cannot_be_deleted() -> None:
    """After 48 hours a message of the bot stays."""
    clock = [1_000_000.0]
    async with Sandbox(SandboxOptions(clock=lambda: clock[0])) as telegram:
        alice = telegram.person("Alice", started=True)
        root = f"{telegram.base_url}{telegram.token}"
        async with aiohttp.ClientSession() as session:
            await session.post(f"{root}/sendMessage", data={"chat_id": alice.id, "text": "x"})
            clock[0] += 48 * 3600
            async with session.post(f"{root}/deleteMessage", data={"chat_id": alice.id, "message_id": 1}) as answer:
                assert (await answer.json())["description"] == "Bad Request: message can't be deleted for everyone"


async def test_forwards_name_their_origin_and_copies_do_not(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A forward says where the text comes from, a copy does not; protected and missing messages cannot be taken."""
    channel = telegram.channel("News", [alice])
    post = await alice.post("breaking", channel=channel)
    source = {"chat_id": alice.id, "from_chat_id": channel.id, "message_id": post.id}
    forwarded = (await api("forwardMessage", **source)).result
    assert forwarded["forward_origin"]["chat"]["title"] == "News"
    assert forwarded["forward_origin"]["message_id"] == post.id
    copy = (await api("copyMessage", **source)).result
    assert copy == {"message_id": forwarded["message_id"] + 1}
    assert telegram.transcript(alice).splitlines()[1:] == [
        "Verbatim [1] (forwarded from News): breaking",
        "Verbatim [2]: breaking",
    ]
    missing = await api("forwardMessage", **source | {"message_id": 99})
    assert missing.description == "Bad Request: message to forward not found"
    await api("sendMessage", chat_id=alice.id, text="secret", protect_content=True)
    protected = await api("copyMessage", chat_id=alice.id, from_chat_id=alice.id, message_id=3)
    assert protected.description == "Bad Request: message can't be copied"


async def test_pinning_shows_a_notice(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A pinned message is found by getChat; a member bot cannot pin in groups."""
    await api("sendMessage", chat_id=alice.id, text="x")
    assert (await api("pinChatMessage", chat_id=alice.id, message_id=1)).result is True
    assert (await api("getChat", chat_id=alice.id)).result["pinned_message"]["text"] == "x"
    assert telegram.messages(alice)[-1].service == "pinned_message"
    group = telegram.group("Desk", [alice])
    said = await alice.say("hi", chat=group)
    refused = await api("pinChatMessage", chat_id=group.id, message_id=said.id)
    assert refused.description == "Bad Request: not enough rights to manage pinned messages in the chat"


async def test_chat_actions_are_seen(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Typing is recorded, and only documented actions are accepted."""
    assert (await api("sendChatAction", chat_id=alice.id, action="typing")).result is True
    refused = await api("sendChatAction", chat_id=alice.id, action="thinking")
    assert refused.description == "Bad Request: wrong parameter action in request"
    assert telegram.actions(alice) == ["typing"]
