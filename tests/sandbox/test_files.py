"""Files in both directions."""

import struct
import zlib
from typing import Any

import aiohttp
import pytest

from sandbox import Person, Sandbox, Upload

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 3, 2, 8, 0, 0, 0, 0)
PNG += struct.pack(">I", zlib.crc32(PNG[12:]))


def form(**values: Any) -> aiohttp.FormData:
    """A multipart form; bytes become files."""
    data = aiohttp.FormData(default_to_multipart=True)
    for name, value in values.items():
        if isinstance(value, bytes):
            data.add_field(name, value, filename=f"{name}.txt", content_type="text/plain")
        else:
            data.add_field(name, str(value))
    return data


async def test_an_uploaded_document_reaches_the_person(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A document is sent as a file part, as attach://, or again by its file_id."""
    message = (await api.send("sendDocument", data=form(chat_id=alice.id, document=b"abc", caption="c"))).result
    document = message["document"]
    assert (document["file_name"], document["file_size"], document["mime_type"]) == ("document.txt", 3, "text/plain")
    assert message["caption"] == "c"
    attached = form(chat_id=alice.id, document="attach://report", report=b"abcd")
    assert (await api.send("sendDocument", data=attached)).result["document"]["file_name"] == "report.txt"
    again = await api("sendDocument", chat_id=alice.id, document=document["file_id"])
    assert again.result["document"] == document
    assert [each.file_name for each in telegram.messages(alice)] == ["document.txt", "report.txt", "document.txt"]


@pytest.mark.parametrize(
    ("document", "description"),
    [
        (b"", "Bad Request: file must be non-empty"),
        ("", "Bad Request: there is no document in the request"),
        ("nonsense", "Bad Request: wrong file identifier/HTTP URL specified"),
        ("https://example.com/a.pdf", "Bad Request: failed to get HTTP URL content"),
        ("attach://nowhere", "Bad Request: wrong file identifier/HTTP URL specified"),
    ],
)
async def test_documents_that_are_not_there_are_refused(
    api: Any, alice: Person, document: Any, description: str
) -> None:
    """Empty files, unknown identifiers and addresses are refused."""
    assert (await api.send("sendDocument", data=form(chat_id=alice.id, document=document))).description == description


async def test_a_file_nobody_refers_to_is_a_violation(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A file part that no parameter names is a violation."""
    await api.send("sendDocument", data=form(chat_id=alice.id, document=b"a", thumb=b"b"))
    assert telegram.forgive()[0].problem == "file 'thumb' is not referred to"


async def test_captions_have_their_own_limit(api: Any, alice: Person) -> None:
    """A caption of 1024 passes, a longer one does not."""
    assert (
        await api.send("sendDocument", data=form(chat_id=alice.id, document=b"a", caption="x" * 1024))
    ).status == 200
    long = await api.send("sendDocument", data=form(chat_id=alice.id, document=b"a", caption="x" * 1025))
    assert long.description == "Bad Request: message caption is too long"


async def test_photos_must_be_images(telegram: Sandbox, api: Any, alice: Person) -> None:
    """An image is shown with its size; text is refused; a message with a photo has no text to edit."""
    photo = (await api.send("sendPhoto", data=form(chat_id=alice.id, photo=PNG, has_spoiler=True))).result["photo"]
    assert (photo[0]["width"], photo[0]["height"]) == (3, 2)
    assert telegram.messages(alice)[0].media == "photo"
    wrong = await api.send("sendPhoto", data=form(chat_id=alice.id, photo=b"text"))
    assert wrong.description == "Bad Request: IMAGE_PROCESS_FAILED"
    mixed = await api("sendDocument", chat_id=alice.id, document=photo[0]["file_id"])
    assert mixed.description == "Bad Request: can't use file of type Photo as Document"
    edit = await api("editMessageText", chat_id=alice.id, message_id=1, text="x")
    assert edit.description == "Bad Request: there is no text in the message to edit"


async def test_an_upload_is_downloaded_with_the_token(telegram: Sandbox, api: Any, alice: Person) -> None:
    """The bot gets a person's file by getFile and its address, which works only with the token."""
    await alice.upload(Upload("news.html", b"<p>x</p>", caption="read /this", mime_type="text/html"))
    message = telegram.world.updates.pending[0]["message"]
    assert [each["type"] for each in message["caption_entities"]] == ["bot_command"]
    file = (await api("getFile", file_id=message["document"]["file_id"])).result
    assert file["file_path"].endswith(".html")
    async with api.session.get(f"{telegram.base_file_url}{telegram.token}/{file['file_path']}") as answer:
        assert await answer.read() == b"<p>x</p>"
    async with api.session.get(f"{telegram.base_file_url}1:x/{file['file_path']}") as answer:
        assert answer.status == 401
    async with api.session.get(f"{telegram.base_file_url}{telegram.token}/documents/none") as answer:
        assert answer.status == 404
    assert (await api("getFile", file_id="x")).description == "Bad Request: invalid file_id"


async def test_files_over_20_mb_cannot_be_downloaded(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A file of 20 MB is offered, one byte more is too big."""
    limit = 20 * 1024 * 1024
    for size in (limit, limit + 1):
        await alice.upload(Upload("big.pdf", b"x", size=size))
    small, big = (each["message"]["document"]["file_id"] for each in telegram.world.updates.pending)
    assert (await api("getFile", file_id=small)).result["file_size"] == limit
    assert (await api("getFile", file_id=big)).description == "Bad Request: file is too big"


async def test_several_files_arrive_as_an_album(telegram: Sandbox, api: Any, alice: Person) -> None:
    """Files sent together share a media_group_id, which a forward of one does not keep."""
    await alice.upload(Upload("a.txt", b"a"), Upload("b.txt", b"b"))
    first, second = (each["message"] for each in telegram.world.updates.pending)
    assert first["media_group_id"] == second["media_group_id"]
    source = {"chat_id": alice.id, "from_chat_id": alice.id, "message_id": first["message_id"]}
    assert "media_group_id" not in (await api("forwardMessage", **source)).result


async def test_a_copy_can_have_another_caption(telegram: Sandbox, api: Any, alice: Person) -> None:
    """A copied file takes the caption of the call."""
    said = await alice.upload(Upload("a.txt", b"a", caption="old"))
    source = {"chat_id": alice.id, "from_chat_id": alice.id, "message_id": said.id}
    await api("copyMessage", **source, caption="<i>new</i>", parse_mode="HTML")
    assert [each.rendered for each in telegram.messages(alice)] == ["old", "_new_"]
