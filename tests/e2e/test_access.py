"""Who may do what, as people find out: every admin command, by every way, and how roles are given and taken."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from click.testing import CliRunner
from fake_answering import save
from served import CAST, QUICK, SLOW, SPOKEN, TOLD, invented

from bot.access import texts_access
from bot.access.access import ADMIN_COMMANDS
from bot.access.auditing import COMMAND_LINE, REFUSED, Audit, Wanted
from bot.access.members import Members, Role
from bot.access.people import People
from bot.chat.state import State
from bot.cli import cli
from sandbox import Person, Sandbox, Shown, Upload

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from served import Bot

    from bot.access.auditing import Entry

pytestmark = pytest.mark.asyncio(loop_scope="module")

REFUSAL = "Only the admins of this bot may do that."
TELLING = {"add": "https://example.org/x", "remove": "1", "show": "1", "edit": "1 title x", "rebuild": "full"}
"""What follows some commands, so that they would have something to do."""


@dataclass(frozen=True)
class Desk:
    """A Telegram with a bot that has an owner and an admin.

    Attributes:
        state: the bot's own database, as another process sees it.
    """

    telegram: Sandbox
    server: Bot
    owner: Person
    admin: Person
    state: State

    def person(self, name: str, **more: str) -> Person:
        """Return somebody who has started the bot."""
        return self.telegram.person(name, started=True, **more)  # type: ignore[arg-type]

    def log(self, wanted: Wanted = Wanted()) -> list[Entry]:  # noqa: B008 - frozen
        """Return what is in the audit log, newest first."""
        return Audit(self.state.engine).read(10_000, wanted=wanted)

    def has(self, role: Role, number: int) -> bool:
        """Tell whether somebody has a role."""
        return Members(self.state.engine).has(role, number)

    async def refused(self, user: int | None, attempts: int, containing: str = "") -> list[Entry]:
        """Wait until so many attempts of somebody are in the audit log; return them, newest first."""
        async with asyncio.timeout(30):
            while True:
                found = [each for each in self.log() if each.user == user and containing in each.subject]
                if sum(each.times for each in found) >= attempts:
                    assert {each.outcome for each in found} == {REFUSED}
                    return found
                await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Desk]:
    """A running bot; a call that breaks the contract fails the last test of the module."""
    async with Sandbox(QUICK) as sandbox:
        owner, admin = sandbox.person("Olga", started=True), sandbox.person("Adam", started=True, username="adam")
        server = invented(sandbox, tmp_path_factory.mktemp("desk"), VERBATIM_OWNER_ID=str(owner.id))
        save(server.articles, SPOKEN, SLOW, CAST, TOLD)
        with contextlib.closing(State(server.directory)) as state:
            Members(state.engine).add(Role.ADMIN, admin.id, owner.id)
            await server.start()
            yield Desk(sandbox, server, owner, admin, state)
            await server.close()


@pytest.fixture(autouse=True)
def _nothing_wrong(desk: Desk) -> Iterator[None]:
    """Nothing but refusals is done, and no rule of Telegram's is broken."""
    yield
    assert desk.telegram.violations == []


def written(command: str) -> str:
    """Return a command as somebody writes it."""
    return f"/{command} {TELLING.get(command, '')}".rstrip()


async def spoke_up(desk: Desk, person: Person) -> list[str]:
    """Return what the bot has said to somebody, once it has handled all that they wrote."""
    await person.say("/help")
    await person.hears("Write me a question")
    return [each.text for each in desk.telegram.messages(person) if each.from_bot][:-1]


def actions(entries: list[Entry]) -> set[str]:
    """Return what was tried."""
    return {each.action for each in entries}


async def test_strangers_by_private_text(desk: Desk) -> None:
    """Every admin command that a stranger writes is refused and audited; they are told so once a minute."""
    stranger = desk.person("Sam")
    for command in ADMIN_COMMANDS:
        await stranger.say(written(command))
    assert actions(await desk.refused(stranger.id, len(ADMIN_COMMANDS))) == set(ADMIN_COMMANDS)
    assert await spoke_up(desk, stranger) == [REFUSAL]


async def test_strangers_in_other_spellings(desk: Desk) -> None:
    """Capitals and the bot's name in a command make no difference."""
    stranger = desk.person("Sally")
    name = desk.telegram.options.username
    for command in ADMIN_COMMANDS:
        await stranger.say(f"/{command.upper()}@{name} x")
    assert actions(await desk.refused(stranger.id, len(ADMIN_COMMANDS))) == set(ADMIN_COMMANDS)


async def test_strangers_in_a_group(desk: Desk) -> None:
    """In a group whoever is no admin is refused, also where the group is their own."""
    stranger = desk.telegram.person("Gil")
    group = desk.telegram.group("Gil's", [stranger, desk.admin])
    for command in ADMIN_COMMANDS:
        await stranger.say(written(command), chat=group)
    found = await desk.refused(stranger.id, len(ADMIN_COMMANDS), str(group.id))
    assert actions(found) == set(ADMIN_COMMANDS)
    assert (await stranger.hears(chat=group)).text == REFUSAL
    assert stranger.unread(chat=group) == []


@pytest.mark.parametrize("kind", ["the group's", "a channel's"])
async def test_admins_in_the_name_of_a_chat(desk: Desk, kind: str) -> None:
    """Who writes anonymously in a group, or as a channel, is nobody; even an admin is told to write as themselves."""
    group = desk.telegram.supergroup(f"In {kind} name", [desk.admin], bot="administrator")
    identity = group if kind == "the group's" else desk.telegram.channel("News", [desk.admin])
    for command in ADMIN_COMMANDS:
        await desk.admin.say(written(command), chat=group, identity=identity)
    found = await desk.refused(None, len(ADMIN_COMMANDS), str(group.id))
    assert actions(found) == set(ADMIN_COMMANDS)
    assert (await desk.admin.hears(chat=group)).text == texts_access.anonymous()
    assert desk.admin.unread(chat=group) == []


async def test_channel_posts(desk: Desk) -> None:
    """A post in a channel commands nothing, be it an admin's; nothing is answered there."""
    channel = desk.telegram.channel("Front page", [desk.admin])
    for command in ADMIN_COMMANDS:
        await desk.admin.post(written(command), channel=channel)
    post = await desk.admin.post("/news", channel=channel)
    await desk.admin.edit(post, "/rebuild")
    found = await desk.refused(None, len(ADMIN_COMMANDS) + 1, f"channel post · channel {channel.id}")
    assert actions(found) == set(ADMIN_COMMANDS)
    assert [each for each in desk.telegram.messages(channel) if each.from_bot] == []


async def test_forwarded_commands(desk: Desk) -> None:
    """A forwarded command counts for nobody, so that no admin is made to pass on what they did not write."""
    stranger = desk.person("Fay")
    desk.admin.read_all()
    for command in ADMIN_COMMANDS:
        await desk.admin.forward(await stranger.say(written(command)))
    found = await desk.refused(None, len(ADMIN_COMMANDS), "forwarded")
    assert actions(found) == set(ADMIN_COMMANDS)
    assert (await desk.admin.hears()).text == texts_access.passed_on()


async def test_edited_messages(desk: Desk) -> None:
    """A message that becomes a command by an edit is none: a stranger's is audited, an admin's is passed over."""
    stranger = desk.person("Eli")
    message = await stranger.say("What did Ola Wren say?")
    await stranger.hears()
    for command in ADMIN_COMMANDS:
        await stranger.edit(message, written(command))
    found = await desk.refused(stranger.id, len(ADMIN_COMMANDS), "edited message")
    assert actions(found) == set(ADMIN_COMMANDS)
    assert stranger.unread() == []
    desk.admin.read_all()
    mine = await desk.admin.say("/help")
    await desk.admin.hears()
    await desk.admin.edit(mine, f"/admins add {stranger.id}")
    assert len(await spoke_up(desk, stranger)) == 1
    assert desk.admin.unread() == []
    assert not desk.has(Role.ADMIN, stranger.id)


async def test_inline_queries(desk: Desk) -> None:
    """A command typed as an inline query shows nothing."""
    stranger = desk.person("Ian")
    for command in ADMIN_COMMANDS:
        assert (await stranger.ask_inline(written(command))).results == ()
    found = await desk.refused(stranger.id, len(ADMIN_COMMANDS), "inline query")
    assert actions(found) == set(ADMIN_COMMANDS)


async def test_deep_links(desk: Desk) -> None:
    """A link that carries a command to the bot does not carry it out."""
    stranger = desk.telegram.person("Lea")
    for command in ADMIN_COMMANDS:
        await stranger.press_start(f"{command}_1")
    found = await desk.refused(stranger.id, len(ADMIN_COMMANDS), "deep link")
    assert actions(found) == set(ADMIN_COMMANDS)
    assert await spoke_up(desk, stranger) == [REFUSAL]


async def test_forged_buttons(desk: Desk) -> None:
    """A button's data that only admins are shown is refused to others, whatever it says, and so is nonsense."""
    stranger = desk.person("Bo")
    await stranger.say("What did Ola Wren say?")
    answer = await stranger.hears()
    stored = desk.telegram.world.chats[stranger.id].messages[answer.id]
    forged = [f"a:yes:admin:{desk.admin.id}", f"a:ask:reader:{stranger.id}", "a:page:admin:0", "a:log:-::0", "y:1:0"]
    forged += [f"{letter}:1" for letter in "bcdefghij"] + ["nonsense", *ADMIN_COMMANDS]
    for data in forged:
        stored.markup = {"inline_keyboard": [[{"text": "Forged", "callback_data": data}]]}
        tap = await stranger.tap("Forged", on=answer)
        assert (await tap.answered())["text"] == REFUSAL
    found = await desk.refused(stranger.id, len(forged))
    assert actions(found) == {"button", "speakers"}
    assert stranger.unread() == []
    assert desk.has(Role.ADMIN, desk.admin.id)


async def test_an_admins_button_tapped_by_somebody_else(desk: Desk) -> None:
    """What the owner is asked in a group, nobody else can answer: neither a reader nor another admin."""
    stranger = desk.telegram.person("Tim")
    group = desk.telegram.group("Newsroom", [desk.owner, desk.admin, stranger])
    await desk.owner.say(f"/admins remove {desk.admin.id}", chat=group)
    question = await desk.owner.hears(chat=group)
    assert question.text == f"Shall Adam (@adam, {desk.admin.id}) not be an admin any more?"
    for person, words in ((stranger, REFUSAL), (desk.admin, texts_access.owner_only())):
        tap = await person.tap("Yes, remove", on=question)
        assert (await tap.answered())["text"] == words
        await desk.refused(person.id, 1, str(group.id) if person is desk.admin else "a:yes:admin")
    assert desk.has(Role.ADMIN, desk.admin.id)
    await desk.owner.tap("No, keep", on=question)
    assert (await desk.owner.hears(chat=group)).text == f"Adam (@adam, {desk.admin.id}) stays an admin."


async def test_an_album_of_attempts(desk: Desk) -> None:
    """Fifty files with a forbidden command make one refusal, and one line in the log that counts them."""
    stranger = desk.person("Ali")
    await stranger.upload(*(Upload(f"{n}.txt", b"x", caption="/add") for n in range(50)))
    (entry,) = await desk.refused(stranger.id, 50)
    assert (entry.action, entry.times) == ("add", 50)
    assert await spoke_up(desk, stranger) == [REFUSAL]


async def added(desk: Desk, words: str, **more: object) -> Shown:
    """Return what the owner hears to /admins with some words."""
    desk.owner.read_all()
    await desk.owner.say(f"/admins {words}", **more)  # type: ignore[arg-type]
    return await desk.owner.hears()


async def test_owner_adds_and_removes_admins(desk: Desk) -> None:
    """By @username, number, reply or forward; who can be written to is told, and a removal is confirmed by a button."""
    owner = desk.owner
    una, ned, rita = desk.person("Una", username="una_x"), desk.telegram.person("Ned"), desk.person("Rita")
    assert (await added(desk, "add @una_x")).text.startswith("I have not met @una_x yet.")
    await una.press_start()
    await una.hears()
    assert (await added(desk, "add @UNA_X")).text == f"Una (@una_x, {una.id}) is an admin now."
    assert (await una.hears()).text == "You are an admin of this bot now. /help tells what you can do."
    assert (await added(desk, f"add {una.id}")).text == f"Una (@una_x, {una.id}) is an admin already."
    assert (await added(desk, f"add {ned.id}")).text == f"{ned.id} is an admin now.\n{texts_access.could_not_be_told()}"
    owner.read_all()
    forwarded = await owner.forward(await rita.say("/help"))
    await owner.hears()
    assert (await added(desk, "add", reply_to=forwarded)).text == f"Rita ({rita.id}) is an admin now."
    listed = await added(desk, "")
    lines = listed.text.splitlines()
    assert lines[0] == "4 admins besides the owner"
    assert lines[2] == f"Olga ({owner.id}) · owner"
    assert lines[-1] == texts_access.usage(Role.ADMIN)
    assert listed.labels == ["Remove Adam", "Remove Una", f"Remove {ned.id}", "Remove Rita"]
    await una.say("/audit")
    assert (await una.hears()).text.startswith("Audit log")
    for name, person in (("Una", una), ("Rita", rita), (str(ned.id), ned)):
        await owner.tap(f"Remove {name}", on=listed)
        question = await owner.hears()
        await owner.tap("Yes, remove", on=question)
        assert (await owner.hears()).text.endswith("is not an admin any more.")
        assert not desk.has(Role.ADMIN, person.id)
    assert (await una.hears()).text == "You are not an admin of this bot any more."
    await una.say("/audit")
    assert (await una.hears()).text == REFUSAL
    changes = [each.subject for each in desk.log(Wanted(owner.id, "admins")) if each.outcome == "done"]
    assert changes[0] == f"removed {ned.id}"
    assert f"added Rita ({rita.id})" in changes


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("add", "Whom do you mean?"),
        ("add -1001", "-1001 is not the number of a person."),
        ("add somebody", "“somebody” is neither a @username nor a number."),
        ("promote 5", "/admins add and /admins remove"),
        ("remove 5", "5 is not an admin."),
        ("remove @nobody_at_all", "I have not met @nobody_at_all yet."),
    ],
)
async def test_what_cannot_be_done_is_told(desk: Desk, words: str, told: str) -> None:
    """Wrong words say what is wrong with them."""
    assert (await added(desk, words)).text.startswith(told)


async def test_owner_is_not_in_the_list(desk: Desk) -> None:
    """The owner is a setting, which no command changes."""
    for verb in ("add", "remove"):
        assert "VERBATIM_OWNER_ID" in (await added(desk, f"{verb} {desk.owner.id}")).text


async def test_admins_see_but_do_not_make_admins(desk: Desk) -> None:
    """An admin lists admins without buttons; adding one is the owner's, and their attempt is audited."""
    desk.admin.read_all()
    await desk.admin.say("/admins")
    listed = await desk.admin.hears()
    assert f"Adam (@adam, {desk.admin.id})" in listed.text
    assert listed.labels == []
    await desk.admin.say("/admins add 77")
    assert (await desk.admin.hears()).text == "Only the owner of this bot may do that."
    assert not desk.has(Role.ADMIN, 77)
    assert desk.log(Wanted(desk.admin.id, "admins"))[0].outcome == REFUSED


async def test_blocked_bot_is_noted(desk: Desk) -> None:
    """An admin who blocks the bot keeps the role, and the list says that they cannot be written to, until they are."""
    vera = desk.person("Vera")
    await vera.say("/help")
    await vera.hears()
    await added(desk, f"add {vera.id}")
    await vera.block()
    for _ in range(200):
        if not People(desk.state.engine).known([vera.id])[vera.id].reachable:
            break
        await asyncio.sleep(0.05)
    assert "by Olga · has blocked me" in (await added(desk, "")).text
    await vera.unblock()
    await vera.say("/audit")
    await vera.hears("Audit log")
    assert "has blocked me" not in (await added(desk, "")).text
    await vera.block()
    removing = await added(desk, f"remove {vera.id}")
    await desk.owner.tap("Yes, remove", on=removing)
    assert (await desk.owner.hears()).text == f"Vera ({vera.id}) is not an admin any more."


async def test_audit_is_paged_and_filtered(desk: Desk) -> None:
    """/audit shows the newest lines, ten a page, of a person or an action, with names and times in UTC."""
    admin, zoe = desk.admin, desk.person("Zoe", username="zoe_z")
    for command in ADMIN_COMMANDS[:12]:
        await zoe.say(f"/{command}")
    await desk.refused(zoe.id, 12)
    admin.read_all()
    await admin.say("/audit @zoe_z")
    page = await admin.hears()
    lines = page.text.split("\n\n")
    assert lines[0] == f"Audit log · Zoe (@zoe_z, {zoe.id}) · 1–10 of 12"
    when, rest = lines[1].split(" UTC · ")
    assert len(when) == len("2026-03-02 10:00:00")
    assert rest == f"Zoe (@zoe_z, {zoe.id})\n{ADMIN_COMMANDS[11]} (refused)"
    assert page.labels == ["▶"]
    await admin.tap("▶", on=page)
    second = await admin.hears()
    assert second.text.startswith(f"Audit log · Zoe (@zoe_z, {zoe.id}) · 11–12 of 12")
    assert second.labels == ["◀"]
    await admin.say(f"/audit {zoe.id} {ADMIN_COMMANDS[3]}")
    assert f"Zoe (@zoe_z, {zoe.id}), {ADMIN_COMMANDS[3]} · 1–1 of 1" in (await admin.hears()).text
    await admin.say("/audit neverdone")
    assert (await admin.hears()).text == "Nothing is in the audit log about that."
    group = desk.telegram.group("Glass house", [admin])
    await admin.say("/audit", chat=group)
    assert (await admin.hears(chat=group)).text == texts_access.private_only()


async def test_corrections_are_audited(desk: Desk) -> None:
    """An admin corrects speakers, and what was done is in the log; a mistake is not."""
    desk.admin.read_all()
    await desk.admin.say("/speakers rename Ola Wren = Ola Ade Wren")
    assert (await desk.admin.hears()).text == "Correction 1: 4 renamed to Ola Ade Wren."
    await desk.admin.say("/speakers undo it")
    await desk.admin.hears()
    (entry,) = desk.log(Wanted(desk.admin.id, "speakers"))
    assert (entry.subject, entry.outcome) == ("Correction 1: 4 renamed to Ola Ade Wren.", "done")


async def test_command_line_changes_a_running_bot(desk: Desk) -> None:
    """What `verbatim admins` changes counts at once, and is audited as the command line's."""
    kit = desk.person("Kit")
    told = f"{kit.id} is on the list of admins now.\n"
    arguments = ["--data-dir", str(desk.server.directory), "admins", "add", str(kit.id)]
    assert CliRunner().invoke(cli, arguments).stdout == told
    await kit.say("/audit terminal")
    entry = desk.log(Wanted(COMMAND_LINE))[0]
    assert (await kit.hears()).text.splitlines()[-2:] == [
        f"{entry.at:%Y-%m-%d %H:%M:%S} UTC · command line",
        f"admins · added {kit.id}",
    ]
