"""A person's side: say, tap, upload, forward, post, react, ask inline, and hear."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.calls import FilePart, Json
from sandbox.errors import NotHeard
from sandbox.files import store
from sandbox.gestures import InlineAnswer, Place, Tap, Upload
from sandbox.outgoing import origin_of
from sandbox.profile import menu
from sandbox.queries import inline_body, is_payload
from sandbox.records import MASKS, Chat, Message, Query, User
from sandbox.shown import Shown, show
from sandbox.texts import MAX_TEXT_UNITS, Text, typed, units
from sandbox.visibility import change_membership, tell
from sandbox.world import World

MAX_INLINE_QUERY_UNITS = 256


class Person:
    """Somebody who uses Telegram; made by `Sandbox.person`.

    Where a method takes `chat`, it is a Place or, when left out, the person's private chat with the bot.

    Attributes:
        id: user id, and id of the private chat.
        name: first name.
    """

    def __init__(self, world: World, user: User) -> None:
        self.id = user.id
        self.name = user.first_name
        self._world = world
        self._user = user
        self._read: dict[int, int] = {}

    async def press_start(self, payload: str = "") -> Shown:
        """Press Start, or follow a deep link with `payload` (1-64 characters of A-Z a-z 0-9 _ -)."""
        if payload and not is_payload(payload):
            raise ValueError(f"no deep link can carry the payload {payload!r}")
        self._private.started = True
        return self._send(self._private, typed(f"/start {payload}".rstrip()))

    async def say(
        self,
        text: str,
        *,
        chat: Place | None = None,
        reply_to: Shown | int | None = None,
        identity: Place | None = None,
    ) -> Shown:
        """Write a message of at most 4096 characters; in private only after Start.

        In a group, `identity` is in whose name: the group's own, as an anonymous administrator's, or a channel's.
        """
        target = self._chat(chat)
        if identity:
            author, extra = MASKS[identity.kind], {"sender_chat": self._chat(identity).json()}
            return self._send(target, typed(text), reply_to=reply_to, sender=author, extra=extra)
        if units(text) > MAX_TEXT_UNITS:
            raise ValueError(f"no client sends {units(text)} characters in one message; use paste")
        if target.kind == "private" and text.split(" ", maxsplit=1)[0] == "/start":
            target.started = True
        return self._send(target, typed(text), reply_to=reply_to)

    async def paste(self, text: str, *, chat: Place | None = None) -> list[Shown]:
        """Write a text of any length, which clients send in parts of at most 4096 characters cut at white space."""
        parts = [""]
        for piece in re.split(r"(?<=\s)", text):
            for start in range(0, len(piece), MAX_TEXT_UNITS // 2):  # a word that is itself too long
                part = piece[start : start + MAX_TEXT_UNITS // 2]
                if units(parts[-1] + part) > MAX_TEXT_UNITS:
                    parts.append("")
                parts[-1] += part
        return [await self.say(part, chat=chat) for part in parts if part.strip()]

    async def delete(self, message: Shown) -> None:
        """Delete one's own message, or any message of the private chat, for everybody; bots are not told."""
        found = self._message(message)
        if not self._owns(found) and found.chat is not self._private:
            raise ValueError(f"{self.name} did not write message {message.id}")
        found.deleted = True
        self._world.announce("delete", found)

    async def edit(self, message: Shown, text: str) -> Shown:
        """Edit one's own message, or a post of a channel that one administers."""
        found = self._message(message)
        if not self._owns(found):
            raise ValueError(f"{self.name} did not write message {message.id}")
        found.body, found.edit_date = typed(text), self._world.now()
        shown = self._world.announce("edit", found)
        tell(self._world, found, edited=True)
        return shown

    async def upload(
        self, file: Upload, *more: Upload, chat: Place | None = None, reply_to: Shown | int | None = None
    ) -> Shown:
        """Send a file, or several as an album; return the last message."""
        album = {"media_group_id": str(self._world.number("album", 13_000_000_000_000_001))} if more else {}
        sent = []
        for each in (file, *more):
            part = FilePart(each.name, each.content, each.mime_type)
            stored = store(self._world, part, size=each.size, photo=each.photo)
            fields = {"file": stored, "extra": dict(album)}
            sent.append(self._send(self._chat(chat), typed(each.caption), reply_to=reply_to, **fields))
        return sent[-1]

    async def forward(self, message: Shown, *, chat: Place | None = None) -> Shown:
        """Forward a message."""
        source = self._message(message)
        origin = source.origin or origin_of(source)
        return self._send(self._chat(chat), source.body, origin=origin, file=source.file)

    async def post(self, text: str, *, channel: Place) -> Shown:
        """Post in a channel that one administers."""
        chat = self._chat(channel)
        if not self._administers(chat):
            raise ValueError(f"{self.name} cannot post in {chat.title}")
        return self._send(chat, typed(text))

    async def tap(self, label: str, *, on: Shown) -> Tap:
        """Tap the button with this label (exact, or the only one containing it) on a message as it stands now.

        Raises:
            LookupError: there is no such button, or several.
        """
        message = self._message(on)
        found = [each for row in (message.markup or {}).get("inline_keyboard", []) for each in row]
        exact = [each for each in found if each["text"] == label]
        fitting = exact or [each for each in found if label in each["text"]]
        if len(fitting) != 1:
            labels = [each["text"] for each in found]
            raise LookupError(f"{len(fitting)} buttons fit {label!r}; message {on.id} has {labels}")
        (button,) = fitting
        query_id = self._callback(message, button["callback_data"]) if "callback_data" in button else None
        return Tap(self._world, button, query_id)

    def _callback(self, message: Message, data: str) -> str:
        number = str(self._world.number("callback", 4_000_000_000_000_001))
        expires = self._world.options.clock() + self._world.options.callback_expiry_s
        self._world.callbacks[number] = Query(number, self._user, expires, data)
        where: Json = {"inline_message_id": message.inline_id} if message.inline_id else {"message": message.json()}
        described: Json = {"id": number, "from": self._user.json(), "chat_instance": str(message.chat.id), "data": data}
        self._world.chats[self.id].met = True
        self._world.updates.add("callback_query", described | where)
        return number

    async def react(self, emoji: str | None, *, on: Shown) -> None:
        """React to a message; None takes the reaction back. In groups only an administrator bot is told."""
        message = self._message(on)
        chat = message.chat
        old = message.reactions.get(self.id, [])
        new = [{"type": "emoji", "emoji": emoji}] if emoji else []
        message.reactions[self.id] = new
        if chat.kind == "private" or chat.members.get(self._world.bot.id) == "administrator":
            described: Json = {"chat": chat.json(), "message_id": message.id, "user": self._user.json()}
            described |= {"date": self._world.now(), "old_reaction": old, "new_reaction": new}
            self._world.updates.add("message_reaction", described)

    async def ask_inline(
        self,
        query: str,
        *,
        chat: Place | None = None,
        offset: str = "",
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> InlineAnswer:
        """Type "@bot query" into a chat and wait for the results.

        Raises:
            NotHeard: the bot did not answer in time.
        """
        if not self._world.options.inline_mode or units(query) > MAX_INLINE_QUERY_UNITS:
            raise ValueError("the bot has no inline mode, or the query is longer than 256")
        number = str(self._world.number("inline", 8_000_000_000_000_001))
        expires = self._world.options.clock() + self._world.options.inline_expiry_s
        asked = self._world.inline_queries[number] = Query(number, self._user, expires, query)
        target = self._chat(chat)
        described: Json = {"id": number, "from": self._user.json(), "query": query, "offset": offset}
        kind = "sender" if target is self._private else target.kind
        self._world.updates.add("inline_query", {**described, "chat_type": kind})
        answer = await self._world.until(lambda: asked.answer, timeout)
        if answer is None:
            raise NotHeard(f"the bot did not answer the inline query {query!r} within {timeout} s")
        return InlineAnswer(number, query, tuple(answer["results"]), answer.get("button"))

    async def choose(self, answer: InlineAnswer, title: str, *, chat: Place | None = None) -> Shown:
        """Send one of the inline results by its title.

        Raises:
            LookupError: there is no such result, or several.
        """
        fitting = [result for result in answer.results if result["title"] == title]
        if len(fitting) != 1:
            raise LookupError(f"{len(fitting)} results are called {title!r}; there are {answer.titles}")
        (result,) = fitting
        markup = result.get("reply_markup")
        inline_id = f"inline{self._world.number('inline_message'):06}" if markup else None
        body = inline_body(self._world, result["input_message_content"])
        shown = self._send(self._chat(chat), body, via_bot=self._world.bot, markup=markup, inline_id=inline_id)
        if inline_id:
            self._world.inline_messages[inline_id] = self._message(shown)
        chosen: Json = {"result_id": result["id"], "from": self._user.json(), "query": answer.query}
        if self._world.options.inline_feedback:
            inline: Json = {"inline_message_id": inline_id} if inline_id else {}
            self._world.updates.add("chosen_inline_result", chosen | inline)
        return shown

    async def block(self) -> None:
        """Block the bot."""
        self._private.blocked = True
        change_membership(self._world, self._private, self._user, ("member", "kicked"))

    async def unblock(self) -> None:
        """Unblock the bot."""
        self._private.blocked = False
        change_membership(self._world, self._private, self._user, ("kicked", "member"))

    async def hears(
        self,
        containing: str = "",
        *,
        chat: Place | None = None,
        after: Shown | None = None,
        where: Callable[[Shown], bool] | None = None,
        timeout: float = 10.0,  # noqa: ASYNC109
    ) -> Shown:
        """Wait for the next unread message of the bot (new or edited) that fits, and mark up to it as read.

        Messages are read in the order of events, so nothing depends on timing: what came before the call and was not
        read counts, and every version of an edited message is read by itself.

        Args:
            containing: text that the message contains, any case.
            chat: where.
            after: read on from this message, instead of from the last one read.
            where: a further condition.
            timeout: seconds to wait.

        Raises:
            NotHeard: nothing came in time; carries what was there to read.
        """
        target = self._chat(chat)
        if after:
            self._read[target.id] = after.moment

        def look() -> Shown | None:
            unread = self.unread(chat=chat)
            fits = (each for each in unread if containing.lower() in each.text.lower() and (not where or where(each)))
            return next(fits, None)

        found = await self._world.until(look, timeout)
        if found is None:
            lines = "\n".join(each.line() for each in self.unread(chat=chat)) or "(nothing)"
            raise NotHeard(f"{self.name} heard nothing with {containing!r} within {timeout} s; unread:\n{lines}")
        self._read[target.id] = found.moment
        return found

    def unread(self, *, chat: Place | None = None) -> list[Shown]:
        """Return what the bot showed since the last message read, without reading it."""
        target = self._chat(chat)
        read = self._read.get(target.id, 0)
        events = (each for each in self._world.events if each.chat_id == target.id and each.moment > read)
        shown = (each.shown for each in events if each.kind in ("message", "edit"))
        return [each for each in shown if each and each.from_bot and not each.service]

    def read_all(self, *, chat: Place | None = None) -> None:
        """Mark everything as read."""
        unread = self.unread(chat=chat)
        if unread:
            self._read[self._chat(chat).id] = unread[-1].moment

    def sees(self, message: Shown) -> Shown:
        """Return a message as it stands now.

        Raises:
            LookupError: it was deleted.
        """
        return show(self._message(message), message.moment)

    def commands(self, *, chat: Place | None = None) -> dict[str, str]:
        """Return the command menu this person sees: command to description."""
        offered = menu(self._world, self._chat(chat), self._user)
        return {each["command"]: each["description"] for each in offered}

    def keyboard(self, *, chat: Place | None = None) -> list[list[str]]:
        """Return the labels of the reply keyboard under the input field."""
        rows = (self._chat(chat).keyboard or {}).get("keyboard", [])
        return [[each if isinstance(each, str) else each["text"] for each in row] for row in rows]

    @property
    def _private(self) -> Chat:
        return self._world.chats[self.id]

    def _chat(self, place: Place | None) -> Chat:
        return self._world.chats[place.id] if place else self._private

    def _administers(self, chat: Chat) -> bool:
        return chat.kind == "channel" and chat.members.get(self.id) in ("creator", "administrator")

    def _owns(self, message: Message) -> bool:
        return message.sender is self._user or self._administers(message.chat)

    def _message(self, shown: Shown | int, chat: Chat | None = None) -> Message:
        place = self._world.chats[shown.chat_id] if isinstance(shown, Shown) else chat or self._private
        number = shown.id if isinstance(shown, Shown) else shown
        message = place.messages.get(number)
        if message is None or message.deleted:
            raise LookupError(f"there is no message {number} in {place.title}")
        return message

    def _send(self, chat: Chat, body: Text, *, reply_to: Shown | int | None = None, **fields: Any) -> Shown:
        if chat.kind == "private" and (not chat.started or chat.blocked):
            raise ValueError(f"{self.name} must press Start (and not block the bot) before writing to it")
        if chat.kind != "private" and chat.members.get(self.id, "left") in ("left", "kicked"):
            raise ValueError(f"{self.name} is not in {chat.title}")
        if reply_to is not None:
            fields["reply"] = {"reply_to_message": self._message(reply_to, chat).json(nested=True)}
        number = self._world.next_message_id(chat)
        sender = fields.pop("sender", None if chat.kind == "channel" else self._user)
        message = self._world.add(Message(chat, number, sender, self._world.now(), body, **fields))
        tell(self._world, message)
        shown = self._world.events[-1].shown
        assert shown, "a message was just added"
        return shown
