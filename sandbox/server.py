"""The sandbox itself: a Bot API server on loopback, with people, inspection and faults."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

# The modules of handlers register their methods when they are imported.
from sandbox import chats, delivery, files, outgoing, profile, queries  # noqa: F401
from sandbox.calls import Call, Json
from sandbox.errors import ContractViolation, Failure, NotHeard, Violation
from sandbox.faults import Fault
from sandbox.gestures import Place
from sandbox.options import SandboxOptions
from sandbox.people import Person
from sandbox.records import Chat, Message, User
from sandbox.shown import Shown, show
from sandbox.texts import Text
from sandbox.visibility import change_membership, tell
from sandbox.wire import Endpoint
from sandbox.world import FIRST_USER_ID, World

HOST = "127.0.0.1"
# Seconds that calls under way are given to end when the server goes down.
GRACE_S = 0.5
ABSENT = frozenset({"left", "kicked"})


class Sandbox:
    """A Telegram with one bot in it; an asynchronous context manager.

    Leaving the context checks the contract, see `check`.

    Attributes:
        options: what it was started with.
        world: its state, for inspection.

    Args:
        options: identity, limits and clock.
    """

    def __init__(self, options: SandboxOptions | None = None) -> None:
        self.options = options or SandboxOptions()
        self.world = World(self.options)
        self._endpoint = Endpoint(self.world)
        self._runner: web.AppRunner | None = None
        self._port = self.options.port

    async def __aenter__(self) -> Self:
        """Start serving."""
        await self.come_up()
        return self

    async def come_up(self) -> None:
        """Serve, after `go_down` at the same address again; what was said and is pending was kept."""
        # A client that gives up a long poll must not be taken for a second instance by its next one.
        self._runner = web.AppRunner(
            self._endpoint.application(), handler_cancellation=True, access_log=None, shutdown_timeout=GRACE_S
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, self._port).start()
        self._port = self._runner.addresses[0][1]

    async def go_down(self) -> None:
        """Stop serving: connections are closed and new ones refused."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving, then check the contract; an error on its way out keeps its place and gets a note.

        Raises:
            ContractViolation: a call broke the contract.
        """
        await self.world.updates.close()
        await self.go_down()
        if error is None:
            self.check()
        elif self.violations:
            error.add_note(str(ContractViolation(self.violations)))

    @property
    def token(self) -> str:
        """The bot's token."""
        return self.options.token

    @property
    def api_url(self) -> str:
        """Root of the server, such as http://127.0.0.1:8081."""
        return f"http://{HOST}:{self._port}"

    @property
    def base_url(self) -> str:
        """Root and "/bot"; the token and "/method" follow."""
        return f"{self.api_url}/bot"

    @property
    def base_file_url(self) -> str:
        """Root and "/file/bot"; the token and "/path" follow."""
        return f"{self.api_url}/file/bot"

    @property
    def violations(self) -> list[Violation]:
        """Calls that broke the contract: no correct client makes them."""
        return self._endpoint.violations

    @property
    def errors(self) -> list[Failure]:
        """Ordinary errors that were answered; injected faults are not among them but in `calls`."""
        return self._endpoint.errors

    @property
    def calls(self) -> list[Call]:
        """Every call of the bot, in order."""
        return self._endpoint.calls

    def check(self) -> None:
        """Check the contract.

        Raises:
            ContractViolation: a call broke it.
        """
        if self.violations:
            raise ContractViolation(self.violations)

    def forgive(self) -> list[Violation]:
        """Return the violations so far and forget them, for tests that provoke them."""
        forgiven = self.violations.copy()
        self.violations.clear()
        return forgiven

    def person(self, name: str, *, started: bool = False, username: str | None = None, language: str = "en") -> Person:
        """Create a person.

        Args:
            name: first name.
            started: whether they pressed Start some time ago.
            username: without @.
            language: language code of their Telegram.
        """
        user = User(self.world.number("user", FIRST_USER_ID), name, username, language)
        self.world.users[user.id] = user
        chat = self.world.add_chat("private", name, user=user, username=username)
        chat.started = chat.met = started
        return Person(self.world, user)

    def group(self, title: str, members: Sequence[Person], *, bot: str = "member") -> Place:
        """Create a group.

        Args:
            title: its title.
            members: people in it; the first owns it.
            bot: status of the bot: member, administrator, left or kicked.
        """
        return self._place(self.world.add_chat("group", title), members, bot, "member")

    def supergroup(
        self, title: str, members: Sequence[Person], *, bot: str = "member", username: str | None = None
    ) -> Place:
        """Create a supergroup; `username` makes it public. Otherwise as `group`."""
        return self._place(self.world.add_chat("supergroup", title, username=username), members, bot, "member")

    def channel(
        self, title: str, admins: Sequence[Person], *, bot: str = "administrator", username: str | None = None
    ) -> Place:
        """Create a channel; the first of `admins` owns it. Otherwise as `supergroup`."""
        return self._place(self.world.add_chat("channel", title, username=username), admins, bot, "administrator")

    def _place(self, chat: Chat, people: Sequence[Person], bot: str, status: str) -> Place:
        chat.members = {person.id: "creator" if n == 0 else status for n, person in enumerate(people)}
        chat.members[self.world.bot.id] = bot
        # The bot has heard of every chat that it is or was in.
        chat.met = bot != "left"
        return Place(chat.id, chat.kind, chat.title)

    async def set_bot_status(self, place: Place, status: str) -> None:
        """Add, promote, demote or remove the bot; it is told so, and being added is announced in the chat."""
        chat = self.world.chats[place.id]
        old = chat.members.get(self.world.bot.id, "left")
        chat.members[self.world.bot.id] = status
        change_membership(self.world, chat, self._owner(chat), (old, status))
        if old in ABSENT and status not in ABSENT and chat.kind != "channel":
            self._notice(chat, {"new_chat_members": [self.world.bot.json()]})

    async def migrate(self, group: Place) -> Place:
        """Turn a group into a supergroup, which has another id; the bot is told in both."""
        old = self.world.chats[group.id]
        new = self.world.add_chat("supergroup", old.title)
        new.members, new.met, old.migrated_to = dict(old.members), old.met, new.id
        self._notice(old, {"migrate_to_chat_id": new.id})
        self._notice(new, {"migrate_from_chat_id": old.id})
        return Place(new.id, new.kind, new.title)

    def _notice(self, chat: Chat, service: Json) -> None:
        number = self.world.next_message_id(chat)
        note = Message(chat, number, self._owner(chat), self.world.now(), Text(""), service=service)
        tell(self.world, self.world.add(note))

    def _owner(self, chat: Chat) -> User:
        return next(self.world.users[number] for number, status in chat.members.items() if status == "creator")

    def fail_next(self, method: str, fault: Fault, *, times: int = 1) -> None:
        """Let the next `times` calls of a method meet a fault; "*" means any method but getUpdates."""
        self._endpoint.plan(method, fault, times)

    async def wait_for(self, predicate: Callable[[Shown], bool], *, timeout: float = 10.0) -> Shown:  # noqa: ASYNC109
        """Wait until the bot has shown a message that fits, in any chat; earlier messages count.

        Raises:
            NotHeard: it did not in time.
        """

        def look() -> Shown | None:
            shown = (event.shown for event in self.world.events if event.kind in ("message", "edit"))
            return next((each for each in shown if each and each.from_bot and predicate(each)), None)

        found = await self.world.until(look, timeout)
        if found is None:
            transcripts = "\n\n".join(self._transcript(chat) for chat in self.world.chats.values() if chat.messages)
            raise NotHeard(f"no message fitted within {timeout} s; what was said:\n{transcripts}")
        return found

    async def wait_for_call(self, method: str, *, count: int = 1, timeout: float = 10.0) -> Call:  # noqa: ASYNC109
        """Wait until `count` calls of a method were executed or answered; return the last of these.

        Raises:
            NotHeard: they were not in time.
        """

        def look() -> Call | None:
            answered = [call for call in self.calls_of(method) if call.done]
            return answered[count - 1] if len(answered) >= count else None

        found = await self.world.until(look, timeout)
        if found is None:
            seen = ", ".join(call.method for call in self.calls) or "none"
            raise NotHeard(f"no {count} call(s) of {method} within {timeout} s; calls: {seen}")
        return found

    def calls_of(self, method: str) -> list[Call]:
        """Return the calls of one method, in order."""
        return [call for call in self.calls if call.method.lower() == method.lower()]

    def actions(self, chat: Person | Place) -> list[str]:
        """Return what the bot showed itself busy with in a chat, such as "typing", in order."""
        return [each.detail for each in self.world.events if each.kind == "action" and each.chat_id == chat.id]

    def messages(self, chat: Person | Place) -> list[Shown]:
        """Return the messages that stand in a chat now, oldest first."""
        return _standing(self.world.chats[chat.id])

    def transcript(self, chat: Person | Place) -> str:
        """Write a chat down as its members see it now; see `Shown.line`."""
        return self._transcript(self.world.chats[chat.id])

    def _transcript(self, chat: Chat) -> str:
        return "\n".join([f"--- {chat.title} ({chat.kind}) ---", *(each.line() for each in _standing(chat))])


def _standing(chat: Chat) -> list[Shown]:
    return [show(message, 0) for message in chat.messages.values() if not message.deleted]
