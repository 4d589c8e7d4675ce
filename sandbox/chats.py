"""What the bot can learn about chats and members, and leaving them."""

from sandbox.calls import Call, Json, handles
from sandbox.errors import ApiError
from sandbox.records import Chat
from sandbox.world import World

PRESENT = frozenset({"creator", "administrator", "member"})
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


@handles("getChat", "chat_id")
async def get_chat(world: World, call: Call) -> Json:
    """Describe a chat in full."""
    chat = _readable(world, call)
    full: Json = {
        **chat.json(),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }
    pinned = [chat.messages[number] for number in chat.pinned if not chat.messages[number].deleted]
    return {**full, "pinned_message": pinned[-1].json(nested=True)} if pinned else full


@handles("getChatMember", "chat_id user_id")
async def get_chat_member(world: World, call: Call) -> Json:
    """Say what a user is in a chat."""
    chat = _readable(world, call)
    user = world.users.get(call.values["user_id"])
    if user is None or (user is not world.bot and user.id not in chat.members and chat.user is not user):
        raise ApiError("member not found" if user else "invalid user_id specified")
    return world.member(user, chat.members.get(user.id, "member"))


@handles("getChatAdministrators", "chat_id")
async def get_chat_administrators(world: World, call: Call) -> list[Json]:
    """List the administrators of a group or channel."""
    chat = _readable(world, call)
    if chat.kind == "private":
        raise ApiError("there are no administrators in the private chat")
    return [
        world.member(world.users[number], status)
        for number, status in chat.members.items()
        if status in ("creator", "administrator")
    ]


@handles("getChatMemberCount", "chat_id")
async def get_chat_member_count(world: World, call: Call) -> int:
    """Count who is in a chat."""
    chat = _readable(world, call)
    return 2 if chat.kind == "private" else sum(status in PRESENT for status in chat.members.values())


@handles("leaveChat", "chat_id")
async def leave_chat(world: World, call: Call) -> bool:
    """Leave a group or channel."""
    chat = world.find_chat(call.values["chat_id"])
    if chat.kind == "private":
        raise ApiError("chat member status can't be changed in private chats")
    world.writable_chat(chat.id)
    chat.members[world.bot.id] = "left"
    return True


def _readable(world: World, call: Call) -> Chat:
    """Return a chat that the bot may look into: blocked and unstarted private chats count, left groups do not."""
    chat = world.find_chat(call.values["chat_id"])
    return chat if chat.kind == "private" else world.writable_chat(chat.id)
