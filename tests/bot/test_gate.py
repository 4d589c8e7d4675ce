"""What counts as an attempt at something that is for admins only, and who is behind an update."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from fake_answering import FakeAnswering
from telegram import Update, User
from telegram.ext import ApplicationHandlerStop, CommandHandler
from wire import Wire, client_on

from bot.access import texts_access
from bot.access.access import ADMIN_COMMANDS, READER_COMMANDS, Access, Policy, sender_of
from bot.access.auditing import Audit
from bot.access.gate import BEFORE_ALL, BUTTON, Attempt, Gate, Way, attempted
from bot.access.members import Role
from bot.chat import texts
from bot.chat.schema import open_file
from bot.chat.sending import Sender
from bot.chat.state import State
from bot.chat.telegram import build
from bot.config import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

VOTE = {
    "poll_id": "1",
    "option_ids": [0],
    "option_persistent_ids": ["a"],
    "user": {"id": 5, "is_bot": True, "first_name": "B"},
}
ME = User(99, "Verbatim", is_bot=True, username="verbatim_bot")
BEN = {"id": 5, "is_bot": False, "first_name": "Ben"}
PRIVATE = {"id": 5, "type": "private", "first_name": "Ben"}
GROUP = {"id": -7, "type": "supergroup", "title": "Desk"}
CHANNEL = {"id": -8, "type": "channel", "title": "News"}
FORWARDED = {"forward_origin": {"type": "user", "date": 1, "sender_user": {**BEN, "id": 6}}}


def message(text: str, chat: dict[str, Any] = PRIVATE, kind: str = "message", **fields: Any) -> Update:
    """Return an update about a message that begins with its command."""
    length = len(text.split(" ", maxsplit=1)[0])
    entities = [{"type": "bot_command", "offset": 0, "length": length}] if text.startswith("/") else []
    names = ("caption", "caption_entities") if "document" in fields else ("text", "entities")
    told = {"message_id": 2, "date": 1, "chat": chat, names[0]: text, names[1]: entities}
    sender = {} if chat is CHANNEL else {"from": BEN}
    return update(**{kind: {**told, **sender, **fields}})


def update(**fields: Any) -> Update:
    """Return an update."""
    made = Update.de_json({"update_id": 1, **fields}, None)
    assert made is not None
    return made


def tap(data: str) -> Update:
    """Return a tap on a button."""
    return update(callback_query={"id": "1", "from": BEN, "chat_instance": "1", "data": data})


def inline(query: str) -> Update:
    """Return an inline query."""
    return update(inline_query={"id": "1", "from": BEN, "query": query, "offset": ""})


DESK = "supergroup -7 “Desk”"
FILE = {"file_id": "f", "file_unique_id": "u"}


@pytest.mark.parametrize(
    ("tried", "attempt"),
    [
        (message("/add x"), Attempt("add", Way.WRITTEN)),
        (message("/ADD@Verbatim_Bot"), Attempt("add", Way.WRITTEN)),
        (message("/add@other_bot"), None),
        (message("/ask add it"), None),
        (message("add"), None),
        (message("/start"), None),
        (message("/start a12"), None),
        (message("/start rebuild"), Attempt("rebuild", Way.LINKED)),
        (message("/start REMOVE_3"), Attempt("remove", Way.LINKED)),
        (message("/add", document=FILE), Attempt("add", Way.WRITTEN)),
        (message("see /add", document=FILE), None),
        (message("/stats", GROUP), Attempt("stats", Way.WRITTEN, DESK)),
        (message("/stats", **FORWARDED), Attempt("stats", Way.FORWARDED)),
        (message("/stats", kind="edited_message"), Attempt("stats", Way.EDITED)),
        (message("/stats", CHANNEL, "channel_post"), Attempt("stats", Way.POSTED, "channel -8 “News”")),
        (message("/stats", CHANNEL, "edited_channel_post"), Attempt("stats", Way.POSTED, "channel -8 “News”")),
        (message("Stats are out", CHANNEL, "channel_post"), None),
        (inline("/export all"), Attempt("export", Way.INLINE)),
        (inline("show what pak said"), None),
        (tap("c:1:0:1"), None),
        (tap("m:1:3"), None),
        (tap("w:1:0"), None),
        (tap("s:0:1"), None),
        (tap("r:up:12"), None),
        (tap("c:cancel:1"), Attempt(BUTTON, Way.TAPPED, "c:cancel:1")),
        (tap("d:1"), Attempt(BUTTON, Way.TAPPED, "d:1")),
        (tap("anything"), Attempt(BUTTON, Way.TAPPED, "anything")),
        (update(poll_answer=VOTE), None),
    ],
)
def test_attempts(tried: Update, attempt: Attempt | None) -> None:
    """An attempt is found by its command, whichever way it comes; readers' questions and buttons are none."""
    assert attempted(tried, ME) == attempt


@pytest.mark.parametrize(
    ("told", "user"),
    [
        (message("/add"), 5),
        (message("a text", **FORWARDED), 5),
        (message("/add", **FORWARDED), None),
        (message("/add", document=FILE, **FORWARDED), None),
        (message("/add", GROUP, sender_chat=GROUP), None),
        (message("/add", via_bot={**BEN, "is_bot": True}), None),
        (message("/add", CHANNEL, "channel_post", sender_chat=CHANNEL), None),
        (message("/add", **{"from": {**BEN, "is_bot": True}}), None),
        (message("/add", kind="edited_message"), 5),
        (tap("d:1"), 5),
        (inline("/add"), 5),
        (update(poll_answer=VOTE), None),
    ],
)
def test_who_is_behind_an_update(told: Update, user: int | None) -> None:
    """A person is known by their own id alone: not by a chat's name, a bot's, or what somebody passes on."""
    assert sender_of(told) == user


class Entrance:
    """A gate on a scripted wire; user 5 is nobody, user 1 the owner."""

    def __init__(self, path: Path, policy: Policy | None = None, owner: int = 1) -> None:
        self.wire = Wire()
        self.client, throttle = client_on(self.wire)
        sender = Sender(self.client, throttle, self._moved)
        self.access = Access(Audit(open_file(path / "bot.sqlite")), sender, owner, policy)
        self.gate = Gate(self.access, sender)
        self.errors: list[Exception] = []

    async def _note(self, _update: object, error: Exception) -> None:
        self.errors.append(error)

    async def _moved(self, old: int, new: int) -> None:
        self.access.members.move(old, new)

    async def goes_on(self, what: Update) -> bool:
        """Tell whether handlers get to see an update."""
        for query in filter(None, (what.callback_query, what.inline_query)):
            query.set_bot(self.client)
        application = type("Application", (), {"process_error": self._note})
        context: Any = type("Context", (), {"bot": type("Client", (), {"bot": ME}), "application": application})
        try:
            await self.gate.check(what, context)
        except ApplicationHandlerStop:
            return False
        return True

    def log(self) -> list[tuple[int | None, str]]:
        """Return user and action of all refused attempts, oldest first."""
        return [(each.user, each.action) for each in reversed(self.access.audit.read(100))]


@pytest.fixture
async def entrance(tmp_path: Path) -> AsyncIterator[Entrance]:
    """A gate for everybody to ask."""
    made = Entrance(tmp_path)
    yield made
    made.access.audit.engine.dispose()


def test_every_command_is_for_admins_or_for_readers(tmp_path: Path) -> None:
    """Whoever adds a command says for whom it is; the gate keeps from others what is for admins."""
    state = State(tmp_path)
    settings = Settings(data_dir=tmp_path, telegram_token="123456789:AAF-" + "x" * 20)
    application = build(settings, FakeAnswering({}), state).application
    each = [handler for handlers in application.handlers.values() for handler in handlers]
    registered = {name for handler in each if isinstance(handler, CommandHandler) for name in handler.commands}
    assert {"start", "admins", "audit", "readers"} <= registered
    assert registered <= {*ADMIN_COMMANDS, *READER_COMMANDS}
    assert set(ADMIN_COMMANDS).isdisjoint(READER_COMMANDS)
    assert next(iter(application.handlers[BEFORE_ALL])).callback.__func__ is Gate.check
    assert min(application.handlers) == BEFORE_ALL
    state.close()


@pytest.mark.parametrize("command", ADMIN_COMMANDS)
async def test_admins_pass_and_others_do_not(entrance: Entrance, command: str) -> None:
    """The owner and an admin get to each command, by their own message and nothing else; others to none."""
    assert not await entrance.goes_on(message(f"/{command}"))
    entrance.access.members.add(Role.ADMIN, 5, 1)
    assert await entrance.goes_on(message(f"/{command}"))
    assert await entrance.goes_on(message(f"/{command}", GROUP))
    for other in (
        message(f"/{command}", **FORWARDED),
        message(f"/{command}", GROUP, sender_chat=GROUP),
        message(f"/{command}", CHANNEL, "channel_post", sender_chat=CHANNEL),
        message(f"/{command}", kind="edited_message"),
    ):
        assert not await entrance.goes_on(other)
    assert entrance.log() == [(5, command), *[(None, command)] * 3]


async def test_what_is_not_known_is_dropped(entrance: Entrance) -> None:
    """Kinds of updates that no handler is for go no further, an edit among them; what readers send does."""
    for dropped in (update(poll_answer=VOTE), update(), message("hello", kind="edited_message")):
        assert not await entrance.goes_on(dropped)
    for known in (message("hello"), message("hello", GROUP), tap("c:1:0:1"), inline("what?"), message("/help")):
        assert await entrance.goes_on(known)
    assert entrance.log() == []


async def test_an_error_lets_nobody_in(entrance: Entrance, monkeypatch: pytest.MonkeyPatch) -> None:
    """When nobody can tell who may do what, nothing goes on, and the error handler hears of it."""

    def broken(*_arguments: object) -> bool:
        raise OSError("the disk is gone")

    monkeypatch.setattr(entrance.access, "is_admin", broken)
    monkeypatch.setattr(entrance.access, "may_read", broken)
    for each in (message("/add"), message("/help"), tap("c:1:0:1"), inline("what?")):
        assert not await entrance.goes_on(each)
    assert [str(error) for error in entrance.errors] == ["the disk is gone"] * 4


async def test_a_refusal_is_said_once_a_minute(entrance: Entrance) -> None:
    """Messages are refused in words once; taps are answered each time, as their spinner would go on."""
    for _ in range(5):
        await entrance.goes_on(message("/add"))
    assert [sent["text"] for sent in entrance.wire.sent()] == [texts_access.admins_only()]
    for entry in entrance.access.audit.read(5):
        assert entry.times == 5


async def test_a_linked_channel_commands_nothing(entrance: Entrance) -> None:
    """What a channel posts comes to its group by itself; a command in it is refused, and nobody waits for an answer."""
    passed = {"sender_chat": CHANNEL, "is_automatic_forward": True, "from": {**BEN, "id": 777_000}}
    assert not await entrance.goes_on(message("/rebuild", GROUP, **passed))
    assert entrance.log() == [(None, "rebuild")]
    assert entrance.wire.sent() == []


async def test_listed_readers_alone_are_let_in(tmp_path: Path) -> None:
    """Where readers are listed, a stranger is stopped by every way, a reader by none, a group's member in it only."""
    entrance = Entrance(tmp_path, Policy(listed=True))
    reaction = {"chat": PRIVATE, "message_id": 1, "user": BEN, "date": 1, "old_reaction": [], "new_reaction": []}
    private = [message("/help"), tap("c:1:0:1"), inline("what?"), update(message_reaction=reaction)]
    group = [message("/help", GROUP), message("hm", GROUP), message("/help", GROUP, sender_chat=GROUP)]
    ways = [*private, *group]
    assert [await entrance.goes_on(way) for way in ways] == [False] * 7
    entrance.access.members.add(Role.READER, -7, 1)
    assert [await entrance.goes_on(way) for way in ways] == [False] * 4 + [True] * 3
    entrance.access.members.add(Role.READER, 5, 1)
    assert [await entrance.goes_on(way) for way in ways] == [True] * 7
    entrance.access.members.remove(Role.READER, -7)
    assert [await entrance.goes_on(way) for way in group] == [True, True, False]
    entrance.access.audit.engine.dispose()


async def test_questions_are_counted_and_turned_away_once(tmp_path: Path) -> None:
    """A question beyond the rate is not let in, and that is said once; admins ask what they like."""
    entrance = Entrance(tmp_path, Policy(per_minute=2))
    question = message("who?")
    assert [await entrance.gate.admit(question, is_question=True) for _ in range(4)] == [True, True, False, False]
    assert await entrance.gate.admit(question, is_question=False)
    await asyncio.sleep(0.05)
    assert [sent["text"] for sent in entrance.wire.sent()] == [texts_access.too_many(30)]
    entrance.access.members.add(Role.ADMIN, 5, 1)
    assert await entrance.gate.admit(question, is_question=True)
    entrance.access.audit.engine.dispose()


async def test_buttons_that_ask_are_counted(tmp_path: Path) -> None:
    """Taps on a speaker to be meant and on all statements are questions; other buttons are not counted."""
    entrance = Entrance(tmp_path, Policy(per_minute=2))
    assert [await entrance.goes_on(tap(data)) for data in ("r:l:3", "w:1:0", "r:l:3")] == [True, True, False]
    assert not await entrance.goes_on(tap("w:1:0"))
    assert [await entrance.goes_on(tap(data)) for data in ("r:b:3", "r:u:3", "m:1:3")] == [True] * 3
    answers = [values["text"] for method, values in entrance.wire.calls if method == "answerCallbackQuery"]
    assert answers == [texts_access.too_many(30)] * 2
    entrance.access.audit.engine.dispose()


async def test_a_full_chat_is_told_once(entrance: Entrance) -> None:
    """Where too much waits, a chat's questions are not taken in; it is told so once a minute, others are let in."""
    entrance.gate = Gate(entrance.access, entrance.access._sender, lambda chat: chat == 5)
    question = message("who?")
    assert [await entrance.gate.admit(question, is_question=True) for _ in range(3)] == [False] * 3
    assert await entrance.gate.admit(question, is_question=False)
    assert await entrance.gate.admit(message("/ask who?", GROUP), is_question=True)
    await asyncio.sleep(0.05)
    assert [sent["text"] for sent in entrance.wire.sent()] == [texts.too_many_waiting()]


def test_the_owner_leads_the_admins(tmp_path: Path) -> None:
    """Those who may change things are the owner and then the admins, each once."""
    entrance = Entrance(tmp_path)
    for admin in (5, 1, 3):
        entrance.access.members.add(Role.ADMIN, admin, 1)
    assert entrance.access.admins() == (1, 3, 5)
    assert [entrance.access.is_admin(user) for user in (1, 5, 6, None)] == [True, True, False, False]
    assert [entrance.access.is_owner(user) for user in (1, 5, None)] == [True, False, False]
    entrance.access.audit.engine.dispose()
