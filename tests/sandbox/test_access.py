"""Whom the bot can reach, what it sees in groups, and how often it may send."""

from typing import Any

import aiohttp
import pytest

from sandbox import Limits, Person, Sandbox, SandboxOptions
from sandbox.errors import ApiError
from sandbox.rates import Rates


async def test_the_bot_cannot_write_first(telegram: Sandbox, api: Any) -> None:
    """Somebody unknown is not found; somebody met in a group but without Start is forbidden; Start opens the chat."""
    bob = telegram.person("Bob")
    unknown = await api("sendMessage", chat_id=bob.id, text="x")
    assert (unknown.status, unknown.description) == (400, "Bad Request: chat not found")
    await bob.say("/ask", chat=telegram.group("Desk", [bob]))
    met = await api("sendMessage", chat_id=bob.id, text="x")
    assert (met.status, met.description) == (403, "Forbidden: bot can't initiate conversation with a user")
    await bob.press_start("from_group-1")
    assert (await api("sendMessage", chat_id=bob.id, text="x")).status == 200
    assert telegram.transcript(bob).splitlines()[1] == "Bob [2]: /start from_group-1"


async def test_a_blocked_bot_is_forbidden(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Blocking is reported as my_chat_member and answered 403 until it is taken back."""
    await alice.block()
    answer = await api("sendMessage", chat_id=alice.id, text="x")
    assert (answer.status, answer.description) == (403, "Forbidden: bot was blocked by the user")
    await alice.unblock()
    assert (await api("sendMessage", chat_id=alice.id, text="x")).status == 200
    statuses = [each["my_chat_member"]["new_chat_member"]["status"] for each in telegram.world.updates.pending]
    assert statuses == ["kicked", "member"]
    assert [each.code for each in telegram.errors] == [403]


@pytest.mark.parametrize(
    ("kind", "status", "code", "description"),
    [
        ("group", "kicked", 403, "Forbidden: bot was kicked from the group chat"),
        ("supergroup", "kicked", 403, "Forbidden: bot was kicked from the supergroup chat"),
        ("channel", "kicked", 403, "Forbidden: bot was kicked from the channel chat"),
        ("channel", "member", 400, "Bad Request: need administrator rights in the channel chat"),
        ("group", "left", 400, "Bad Request: chat not found"),
    ],
)
async def test_membership_decides(
    telegram: Sandbox, api: Any, alice: Person, *, kind: str, status: str, code: int, description: str
) -> None:
    """Where the bot is not in, it cannot write."""
    place = getattr(telegram, kind)("Somewhere", [alice], bot=status)
    answer = await api("sendMessage", chat_id=place.id, text="x")
    assert (answer.status, answer.description) == (code, description)


async def test_leaving_ends_membership(telegram: Sandbox, api: Any, alice: Person) -> None:
    """After leaveChat the bot is not a member any more; private chats cannot be left."""
    group = telegram.group("Desk", [alice])
    assert (await api("leaveChat", chat_id=group.id)).result is True
    answer = await api("sendMessage", chat_id=group.id, text="x")
    assert answer.description == "Forbidden: bot is not a member of the group chat"
    private = await api("leaveChat", chat_id=alice.id)
    assert private.description == "Bad Request: chat member status can't be changed in private chats"


async def test_being_added_is_told_and_announced(telegram: Sandbox, alice: Person) -> None:
    """The bot learns that it was added, with the notice that everybody sees, and that it was removed."""
    group = telegram.group("Desk", [alice], bot="left")
    await telegram.set_bot_status(group, "member")
    await telegram.set_bot_status(group, "kicked")
    added, notice, removed = telegram.world.updates.pending
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert notice["message"]["new_chat_members"][0]["username"] == "verbatim_sandbox_bot"
    assert removed["my_chat_member"]["old_chat_member"]["status"] == "member"
    assert telegram.transcript(group).endswith("Alice [1] (new_chat_members):")


async def test_public_places_are_found_by_name(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Channels and supergroups have user names, people cannot be written to by theirs."""
    telegram.channel("News", [alice], username="NewsWire")
    telegram.person("Bob", started=True, username="bob")
    assert (await api("sendMessage", chat_id="@newswire", text="x")).result["chat"]["title"] == "News"
    for wrong in ("@bob", "@nobody", "news", "-5"):
        assert (await api("sendMessage", chat_id=wrong, text="x")).description == "Bad Request: chat not found"
    assert (await api("sendMessage", chat_id="", text="x")).description == "Bad Request: chat_id is empty"


async def test_a_migrated_group_names_its_supergroup(telegram: Sandbox, api: Any, alice: Person) -> None:
    """The old id is answered with migrate_to_chat_id, and both chats tell the bot."""
    group = telegram.group("Desk", [alice])
    supergroup = await telegram.migrate(group)
    answer = await api("sendMessage", chat_id=group.id, text="x")
    assert answer.description == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer.body["parameters"] == {"migrate_to_chat_id": supergroup.id}
    assert (await api("sendMessage", chat_id=supergroup.id, text="x")).status == 200
    told = [each["message"] for each in telegram.world.updates.pending]
    assert told[0]["migrate_to_chat_id"] == supergroup.id
    assert told[1]["migrate_from_chat_id"] == group.id


async def test_privacy_mode_hides_what_is_not_for_the_bot(telegram: Sandbox, api: Any, alice: Person) -> None:
    """In a group the bot sees commands, replies to it and mentions of it, and nothing else."""
    group = telegram.group("Desk", [alice])
    own = (await api("sendMessage", chat_id=group.id, text="hello")).result
    await alice.say("chatter", chat=group)
    other = await alice.say("/ask@another_bot x", chat=group)
    await alice.say("agreed", chat=group, reply_to=other)
    await alice.say("/ask x", chat=group)
    await alice.say("/ask@Verbatim_Sandbox_Bot y", chat=group)
    await alice.say("hey @verbatim_sandbox_bot", chat=group)
    await alice.say("why?", chat=group, reply_to=own["message_id"])
    seen = [each["message"]["text"] for each in telegram.world.updates.pending]
    assert seen == ["/ask x", "/ask@Verbatim_Sandbox_Bot y", "hey @verbatim_sandbox_bot", "why?"]


@pytest.mark.parametrize(("privacy", "status"), [(True, "administrator"), (False, "member")])
async def test_administrators_and_open_bots_see_everything(*, privacy: bool, status: str) -> None:
    """Privacy mode does not hold for administrators and can be switched off."""
    async with Sandbox(SandboxOptions(privacy_mode=privacy)) as telegram:
        alice = telegram.person("Alice")
        await alice.say("chatter", chat=telegram.supergroup("Desk", [alice], bot=status))
        assert [each["message"]["text"] for each in telegram.world.updates.pending] == ["chatter"]


async def test_channel_posts_have_their_own_kind_of_update(telegram: Sandbox, alice: Person) -> None:
    """A post has no author but the channel; only its administrators can write one."""
    channel = telegram.channel("News", [alice])
    post = await alice.post("breaking", channel=channel)
    await alice.edit(post, "corrected")
    posted, edited = telegram.world.updates.pending
    assert posted["channel_post"]["text"] == "breaking"
    assert posted["channel_post"]["sender_chat"]["id"] == channel.id
    assert "from" not in posted["channel_post"]
    assert edited["edited_channel_post"]["text"] == "corrected"
    with pytest.raises(ValueError, match="Bob cannot post in News"):
        await telegram.person("Bob").post("x", channel=channel)


async def test_chats_and_members_are_described(telegram: Sandbox, api: Any, alice: Person) -> None:
    """GetChat, getChatMember, getChatAdministrators and getChatMemberCount tell what is there."""
    bob = telegram.person("Bob")
    group = telegram.supergroup("Desk", [alice, bob], bot="administrator")
    assert (await api("getChat", chat_id=group.id)).result["title"] == "Desk"
    assert (await api("getChatMember", chat_id=group.id, user_id=bob.id)).result["status"] == "member"
    admins = (await api("getChatAdministrators", chat_id=group.id)).result
    assert [(each["user"]["first_name"], each["status"]) for each in admins] == [
        ("Alice", "creator"),
        ("Verbatim", "administrator"),
    ]
    assert (await api("getChatMemberCount", chat_id=group.id)).result == 3
    stranger = telegram.person("Carol")
    missing = await api("getChatMember", chat_id=group.id, user_id=stranger.id)
    assert missing.description == "Bad Request: member not found"
    private = await api("getChatAdministrators", chat_id=alice.id)
    assert private.description == "Bad Request: there are no administrators in the private chat"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


def sent(rates: Rates, clock: Clock, *, chats: int, seconds: float, group: bool) -> int:
    """Send as often as possible to some chats in turn, every 10 ms; count what went through."""
    count = 0
    for step in range(int(seconds * 100)):
        clock.now = 1000 + step / 100
        try:
            rates.take(step % chats, group=group)
            count += 1
        except ApiError:
            pass
    return count


@pytest.mark.parametrize(
    ("chats", "group", "expected"),
    [(1, False, 10), (5, False, 50), (100, False, 300), (1, True, 10), (2, True, 20)],
)
def test_rates_allow_what_is_documented(*, chats: int, group: bool, expected: int) -> None:
    """In ten seconds (less 5 % of tolerance): one a second per chat, thirty a second overall."""
    clock = Clock()
    assert sent(Rates(Limits(), clock), clock, chats=chats, seconds=9.4, group=group) == expected


def test_groups_take_twenty_messages_a_minute() -> None:
    """In one minute a group takes twenty messages, a private chat sixty; scaled time scales both."""
    clock = Clock()
    assert sent(Rates(Limits(), clock), clock, chats=1, seconds=59, group=True) == 20
    assert 59 <= sent(Rates(Limits(), clock), clock, chats=1, seconds=59, group=False) <= 63
    assert sent(Rates(Limits.scaled(10), clock), clock, chats=1, seconds=5.9, group=True) == 20


async def test_too_many_requests_say_how_long_to_wait() -> None:
    """The second message within a second is answered 429 with retry_after in body and header; edits count too."""
    clock = Clock()
    async with Sandbox(SandboxOptions(clock=clock)) as telegram, aiohttp.ClientSession() as session:
        bob = telegram.person("Bob", started=True)
        root, where = f"{telegram.base_url}{telegram.token}", {"chat_id": bob.id, "text": "x"}
        assert (await session.post(f"{root}/sendMessage", json=where)).status == 200
        for method, values in (("sendMessage", where), ("editMessageText", {**where, "message_id": 1, "text": "y"})):
            async with session.post(f"{root}/{method}", json=values) as answer:
                assert answer.status == 429
                assert answer.headers["Retry-After"] == "1"
                assert await answer.json() == {
                    "ok": False,
                    "error_code": 429,
                    "description": "Too Many Requests: retry after 1",
                    "parameters": {"retry_after": 1},
                }
        clock.now += 1
        assert (await session.post(f"{root}/sendMessage", json=where)).status == 200
        assert [each.code for each in telegram.errors] == [429, 429]


async def test_identities_of_chats_hide_who_writes(telegram: Sandbox, alice: Person) -> None:
    """An anonymous administrator and a channel write behind a user of Telegram's own; a forward names the chat."""
    group = telegram.supergroup("Desk", [alice], bot="administrator")
    channel = telegram.channel("News", [alice])
    for place, author in ((group, "GroupAnonymousBot"), (channel, "Channel_Bot")):
        said = await alice.say("/hello", chat=group, identity=place)
        message = telegram.world.updates.pending[-1]["message"]
        assert (message["from"]["username"], message["from"]["is_bot"]) == (author, True)
        assert message["sender_chat"]["id"] == place.id
        await alice.press_start()
        await alice.forward(said)
        origin = telegram.world.updates.pending[-1]["message"]["forward_origin"]
        assert (origin["type"], origin["sender_chat"]["id"]) == ("chat", place.id)
