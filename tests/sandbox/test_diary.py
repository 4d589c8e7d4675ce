"""What changes from run to run is noted down as what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from diary import Mask

from sandbox import Shown

if TYPE_CHECKING:
    from sandbox.calls import Json


def message(text: str, *entities: Json) -> Shown:
    """Return a message of the bot."""
    return Shown(
        chat_id=1, id=1, moment=1, sender="Verbatim", from_bot=True, text=text, rendered=text, entities=entities
    )


def test_formatting_stays_on_its_words() -> None:
    """A replaced part is longer or shorter; what is formatted before, over and behind it stays so."""
    text = "😀 at http://127.0.0.1:80/a and http://127.0.0.1:8080/b, see"
    entities: tuple[Json, ...] = (
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "url", "offset": 6, "length": 21},
        {"type": "italic", "offset": len(text) + 1 - 3, "length": 3},
    )
    shown = message(text, *entities)
    masked = Mask(r"http://[\d.]+:\d+", lambda number: f"https://site{number}.example").on(shown)
    assert masked.text == "😀 at https://site0.example/a and https://site1.example/b, see"
    assert [masked.parts(kind) for kind in ("bold", "url", "italic")] == [["😀"], ["https://site0.example/a"], ["see"]]


def test_what_does_not_change_is_left() -> None:
    """A message without such a part stays as it is."""
    shown = message("text", {"type": "bold", "offset": 1, "length": 2})
    assert Mask("x+", lambda _: "").on(message("text")).text == "tet"
    assert Mask("y", lambda _: "").on(shown) == shown
