"""Who is told when an admin comes or goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from telegram import Update, User
from wire import Wire, client_on, error

from bot.access.access import Access
from bot.access.auditing import Audit
from bot.access.membership import Membership
from bot.chat.schema import open_file
from bot.chat.sending import Sender

if TYPE_CHECKING:
    from pathlib import Path

OWNER = {"id": 1, "is_bot": False, "first_name": "Olga"}
PRIVATE = {"id": 1, "type": "private", "first_name": "Olga"}


def written(text: str) -> Update:
    """Return the update about a command of the owner's."""
    entities = [{"type": "bot_command", "offset": 0, "length": len(text.split(" ", maxsplit=1)[0])}]
    told = {"message_id": 2, "date": 1, "chat": PRIVATE, "from": OWNER, "text": text, "entities": entities}
    made = Update.de_json({"update_id": 1, "message": told}, None)
    assert made is not None
    return made


def tapped(data: str) -> Update:
    """Return the update about a tap of the owner's."""
    made = Update.de_json({"update_id": 1, "callback_query": {"id": "1", "from": OWNER, "chat_instance": "1"}}, None)
    assert made is not None
    assert made.callback_query is not None
    with made.callback_query._unfrozen():
        made.callback_query.data = data
    return made


async def test_menus_hear_of_admins(tmp_path: Path) -> None:
    """Whoever keeps menus hears of each admin who comes or goes, once, and of no reader."""
    wire = Wire()
    client, throttle = client_on(wire)

    async def moved(_old: int, _new: int) -> None:
        pass

    heard: list[tuple[int, bool]] = []

    async def ranked(user: int, is_admin: bool) -> None:  # noqa: FBT001
        heard.append((user, is_admin))

    sender = Sender(client, throttle, moved)
    access = Access(Audit(open_file(tmp_path / "bot.sqlite")), sender, 1)
    membership = Membership(access, sender, ranked)
    wire.plan("getChat", *[error(400, "Bad Request: chat not found")] * 4)
    wire.plan("sendMessage", error(403, "Forbidden: bot was blocked by the user"))
    context: Any = type("Context", (), {"bot": client})
    with client._unfrozen():
        client._bot_user = User(99, "Verbatim", is_bot=True, username="verbatim_bot")
    for text in ("/admins add 7", "/admins add 7"):
        await membership.admins(written(text), context)
    await membership.readers(written("/readers add 8"), context)
    assert heard == [(7, True)]
    assert "I could not tell them" in wire.sent()[1]["text"]
    for _ in range(2):
        yes = tapped("a:yes:admin:7")
        assert yes.callback_query is not None
        yes.callback_query.set_bot(client)
        await membership.tap(yes, context)
    assert heard == [(7, True), (7, False)]
    assert [(each.action, each.subject) for each in reversed(access.audit.read(9))] == [
        ("admins", "added 7"),
        ("readers", "added 8"),
        ("admins", "removed 7"),
    ]
    access.audit.engine.dispose()
