"""Channels that the bot was told to follow: new posts become articles, edits become revisions."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from served import QUICK, World, newsroom

from bot.access.auditing import Audit
from bot.chat.schema import open_file
from bot.chat.state import FILE
from bot.desk import texts_channels as texts
from corpus.errors import ArticleNotFoundError
from corpus.writing import write_lock
from sandbox import Person, Sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from corpus.records import Article
    from corpus.store import Store

pytestmark = pytest.mark.asyncio(loop_scope="module")

POST = 'The ferry sails again. Mina Okafor said "The ferry number {n} is free." to all of us.'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """A running bot with an empty corpus, and its owner."""
    async with Sandbox(QUICK) as telegram:
        owner = telegram.person("Olga", started=True)
        server = newsroom(telegram, tmp_path_factory.mktemp("channels"), owner)
        await server.start()
        yield World(telegram, server, owner)
        await server.close()


async def found(store: Store, reference: str, revision: int = 1) -> Article:
    """Wait until an article is there in a revision."""
    async with asyncio.timeout(15):
        while True:
            try:
                article = store.find(reference)
            except ArticleNotFoundError:
                article = None
            if article is not None and article.revision >= revision:
                return article
            await asyncio.sleep(0.1)


def audited(world: World) -> list[tuple[int | None, str, str]]:
    """Return the audit log, newest first."""
    engine = open_file(world.server.directory / FILE)
    lines = [(each.user, each.action, each.subject) for each in Audit(engine).read(10)]
    engine.dispose()
    return lines


async def test_new_posts_become_articles_and_edits_revisions(world: World, olga: Person, store: Store) -> None:
    """What was posted before is left alone; what comes is stored and audited, and can be asked for."""
    channel = world.telegram.channel("The <Ferry> Post", [olga], username="ferrypost")
    before = await olga.post(POST.format(n=0), channel=channel)
    await world.telegram.world.until(lambda: True if not world.telegram.world.updates.pending else None, 10)
    await asyncio.sleep(1)  # chats are handled side by side: the post is to be dealt with before the command comes
    await olga.say("/add follow @ferrypost")
    assert (await olga.hears()).text == texts.now_followed("The <Ferry> Post (@ferrypost)")
    post = await olga.post(POST.format(n=1), channel=channel)
    article = await found(store, f"https://t.me/ferrypost/{post.id}")
    assert (article.text, article.publisher) == (POST.format(n=1), "The <Ferry> Post")
    assert article.published is not None
    await olga.edit(before, POST.format(n=9))
    await olga.edit(post, POST.format(n=2))
    edited = await found(store, f"https://t.me/ferrypost/{post.id}", revision=2)
    assert (edited.id, edited.text) == (article.id, POST.format(n=2))
    assert store.count() == 1
    await asyncio.sleep(0.5)
    assert [line[1] for line in audited(world)] == ["edit", "add", "follow"]
    what = f"article {article.id}: https://t.me/ferrypost/{post.id} · posted in The <Ferry> Post (@ferrypost)"
    assert audited(world)[1] == (olga.id, "add", what)
    async with asyncio.timeout(10):
        while True:
            await olga.say("What did Mina Okafor say about the ferry number 2?")
            if '"The ferry number 2 is free."' in (await olga.hears()).text:
                break


async def test_private_channels_are_followed_by_a_reply(world: World, olga: Person, store: Store) -> None:
    """A channel without a name is followed by replying to a forwarded post; its posts have no address."""
    channel = world.telegram.channel("Backroom", [olga])
    forwarded = await olga.forward(await olga.post("What was said before.", channel=channel))
    await olga.hears("not kept yet")
    await olga.say("/add follow", reply_to=forwarded)
    assert (await olga.hears()).text == texts.now_followed("Backroom")
    await olga.say("/add follow", reply_to=forwarded)
    assert (await olga.hears()).text == texts.followed_already("Backroom")
    post = await olga.post("Backroom words.", channel=channel)
    article = await found(store, f"t.me/c/{str(channel.id).removeprefix('-100')}/{post.id}")
    assert (article.url, article.text) == (None, "Backroom words.")
    await olga.say("/add following")
    listed = await olga.hears("2 channels are followed")
    assert "• Backroom\n• The <Ferry> Post (@ferrypost)" in listed.text


async def test_posts_wait_for_another_writer_and_for_the_bot(world: World, olga: Person, store: Store) -> None:
    """A post that comes while another process changes the corpus, and the bot is killed, is stored afterwards."""
    channel = world.telegram.channel("Waiting", [olga], username="waitingroom")
    await olga.say("/add follow https://t.me/waitingroom")
    await olga.hears(texts.now_followed("Waiting (@waitingroom)"))
    with write_lock(world.server.directory / "write.lock", wait_s=5):
        post = await olga.post("It waited for the lock.", channel=channel)
        await asyncio.sleep(1)
        await world.server.stop(signal.SIGKILL)
    await world.server.start()
    assert (await found(store, f"https://t.me/waitingroom/{post.id}")).text == "It waited for the lock."


async def test_a_removed_post_stays_removed(world: World, olga: Person, store: Store) -> None:
    """An edit at the source does not bring back an article that an admin has removed."""
    channel = world.telegram.channel("Removed", [olga], username="removedposts")
    await olga.say("/add follow @removedposts")
    await olga.hears(texts.now_followed("Removed (@removedposts)"))
    post = await olga.post("It will be removed.", channel=channel)
    article = await found(store, f"https://t.me/removedposts/{post.id}")
    await olga.say(f"/remove {article.id}")
    await olga.tap("Yes, remove it", on=await olga.hears("Remove article"))
    await olga.hears("Removed article")
    await olga.edit(post, "It was edited after all.")
    second = await olga.post("The next one.", channel=channel)
    await found(store, f"https://t.me/removedposts/{second.id}")
    assert article.id not in store.article_numbers()


async def test_unfollowed_channels_are_left_alone(world: World, olga: Person, store: Store) -> None:
    """After /add unfollow no post becomes an article; the articles stay."""
    channel = world.telegram.channel("Left", [olga], username="leftalone")
    await olga.say("/add follow @leftalone")
    await olga.hears(texts.now_followed("Left (@leftalone)"))
    post = await olga.post("Before.", channel=channel)
    await found(store, f"https://t.me/leftalone/{post.id}")
    await olga.say("/add unfollow @LeftAlone")
    assert (await olga.hears()).text == texts.unfollowed("Left (@leftalone)")
    await olga.post("After.", channel=channel)
    await olga.say("/add unfollow @leftalone")
    assert (await olga.hears()).text == texts.not_followed("@leftalone")
    await asyncio.sleep(1)
    assert [each.text for each in store.listing() if each.publisher == "Left"] == ["Before."]


async def test_what_cannot_be_followed(world: World, olga: Person) -> None:
    """A channel in which the bot is not, one that is none, and a group."""
    world.telegram.channel("Elsewhere", [olga], username="elsewhere", bot="left")
    world.telegram.supergroup("Group", [olga], username="somegroup")
    for name in ("@elsewhere", "@nowhere12", "@somegroup"):
        await olga.say(f"/add follow {name}")
        assert (await olga.hears()).text == texts.no_channel(name)


async def test_a_text_that_begins_with_follow_is_a_text(olga: Person) -> None:
    """Only a channel's name behind it makes it the other command."""
    await olga.say("/add Follow the money, said nobody in the harbour of Port Vell.")
    await olga.hears("not kept yet")


async def test_strangers_make_nothing_be_followed(world: World, store: Store) -> None:
    """Who is no admin is refused; posts of channels nobody follows become nothing."""
    sam = world.telegram.person("Sam", started=True)
    channel = world.telegram.channel("Sam's", [sam], username="samsown")
    await sam.say("/add follow @samsown")
    assert (await sam.hears()).text == "Only the admins of this bot may do that."
    generation = store.generation()
    await sam.post("Not news.", channel=channel)
    await sam.post("/add Not news.", channel=channel)
    await asyncio.sleep(1)
    assert store.generation() == generation
