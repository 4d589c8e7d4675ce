"""What the bot gets to see of what people do."""

from sandbox.records import Chat, Message, User
from sandbox.texts import cut
from sandbox.world import World


def tell(world: World, message: Message, *, edited: bool = False) -> None:
    """Send the bot an update about a message, if it may see it."""
    if not sees(world, message):
        return
    message.chat.met = True
    if message.sender and message.sender.id in world.chats:
        world.chats[message.sender.id].met = True
    kind = "channel_post" if message.chat.kind == "channel" else "message"
    world.updates.add(f"edited_{kind}" if edited else kind, message.json())


def sees(world: World, message: Message) -> bool:
    """Return whether the bot sees a message of a person.

    In groups with privacy mode on, these are commands that do not name another bot, replies to the bot, mentions of
    it, what was sent through it, and service messages; an administrator sees everything.
    """
    chat = message.chat
    if chat.kind == "private":
        return not chat.blocked
    status = chat.members.get(world.bot.id, "left")
    if status in ("left", "kicked"):
        return False
    if chat.kind == "channel" or status == "administrator" or not world.options.privacy_mode:
        return True
    return bool(message.service) or message.via_bot is world.bot or _addressed(world, message)


def _addressed(world: World, message: Message) -> bool:
    target = message.reply.get("reply_to_message", {})
    if target.get("from", {}).get("id") == world.bot.id:
        return True
    name = f"@{world.options.username}".lower()
    for entity in message.body.entities:
        part = cut(message.body.plain, entity["offset"], entity["length"]).lower()
        if entity["type"] == "mention" and part == name:
            return True
        if entity["type"] == "bot_command" and ("@" not in part or part.endswith(name)):
            return True
    return False


def change_membership(world: World, chat: Chat, actor: User, statuses: tuple[str, str]) -> None:
    """Tell the bot that its own status in a chat changed from the first to the second."""
    old, new = statuses
    chat.met = True
    described = {
        "chat": chat.json(),
        "from": actor.json(),
        "date": world.now(),
        "old_chat_member": world.member(world.bot, old),
        "new_chat_member": world.member(world.bot, new),
    }
    world.updates.add("my_chat_member", described)
