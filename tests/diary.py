"""A diary of a chat: people write, hear and tap as ever, and what they see is noted down to be drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sandbox.picture import Bubble, Toast
from sandbox.texts import units

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox import Person, Shown, Upload
    from sandbox.picture import Entry

PATIENCE_S = 30.0


@dataclass(frozen=True)
class Mask:
    """What is another thing at each run, and is noted down as one that stays.

    Attributes:
        pattern: what is replaced.
        put: what stands there instead; is given how many such places there were before in the message.
    """

    pattern: str
    put: Callable[[int], str]

    def on(self, shown: Shown) -> Shown:
        """Return a message with it replaced; its formatting stays on the same words."""
        text, edits, last = "", [], 0
        for number, found in enumerate(re.finditer(self.pattern, shown.text)):
            words = self.put(number)
            text += shown.text[last : found.start()] + words
            last = found.end()
            start = units(shown.text[: found.start()])
            edits.append((start, start + units(found[0]), units(words)))
        text += shown.text[last:]

        def moved(offset: int) -> int:
            shift = 0
            for start, end, length in edits:
                if offset >= end:
                    shift += length - (end - start)
                elif offset > start:
                    return start + shift + length
            return offset + shift

        entities = tuple(
            {
                **each,
                "offset": moved(each["offset"]),
                "length": moved(each["offset"] + each["length"]) - moved(each["offset"]),
            }
            for each in shown.entities
        )
        return replace(shown, text=text, rendered=text, entities=entities)


@dataclass
class Diary:
    """What people see, in the order in which they do.

    Attributes:
        masks: what is noted down as something else.
        entries: what was noted.
    """

    masks: tuple[Mask, ...] = ()
    entries: list[Entry] = field(default_factory=list)

    def heading(self, words: str) -> None:
        """Begin another part."""
        self.entries.append(words)

    async def start(self, person: Person) -> None:
        """Press Start."""
        self._note(await person.press_start())

    async def say(self, person: Person, text: str, *, most: int | None = None, reply_to: Shown | None = None) -> None:
        """Write a message, of which at most so many lines are drawn."""
        self._note(await person.say(text, reply_to=reply_to), most)

    async def upload(self, person: Person, file: Upload) -> None:
        """Send a file."""
        self._note(await person.upload(file))

    async def hears(self, person: Person, words: str, *, most: int | None = None, **how: Any) -> Shown:
        """Wait for a message with these words, of which at most so many lines are drawn."""
        shown = await person.hears(words, timeout=PATIENCE_S, **how)
        self._note(shown, most)
        return shown

    async def tap(self, person: Person, label: str, *, on: Shown) -> str:
        """Tap a button; return what appears for a moment, or "".

        Raises:
            LookupError: the message was not noted down, or has no such button.
        """
        # Two runs that differ in what they tap differ in their pictures.
        places = [n for n, each in enumerate(self.entries) if isinstance(each, Bubble) and _same(each.shown, on)]
        if not places or label not in on.labels:
            raise LookupError(f"there is no button {label!r} on what was noted down of message {on.id}")
        noted = self.entries[places[-1]]
        assert isinstance(noted, Bubble)
        self.entries[places[-1]] = replace(noted, tapped=label)
        answer = await (await person.tap(label, on=on)).answered()
        words: str = answer.get("text", "")
        if words:
            self.entries.append(Toast(words))
        return words

    def _note(self, shown: Shown, most: int | None = None) -> None:
        for mask in self.masks:
            shown = mask.on(shown)
        self.entries.append(Bubble(shown, most_lines=most))


def _same(one: Shown, other: Shown) -> bool:
    return (one.chat_id, one.id) == (other.chat_id, other.id)
