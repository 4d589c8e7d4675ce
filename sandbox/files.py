"""Files: sent by the bot, described, and downloaded."""

from pathlib import PurePosixPath

from sandbox.calls import Call, FilePart, Json, handles
from sandbox.errors import ApiError
from sandbox.outgoing import COMMON, Draft, body_of, send
from sandbox.records import StoredFile
from sandbox.world import World

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_UPLOAD_BYTES = 50 * 1024 * 1024
MAX_PHOTO_BYTES = 10 * 1024 * 1024
CAPTION = ("caption", "caption_entities")
# Beginnings of the image formats that Telegram takes as photos.
IMAGE_SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")
PNG_SIZE = slice(16, 24)
UNKNOWN_SIZE = (800, 600)


@handles("sendDocument", f"{COMMON} document caption parse_mode caption_entities disable_content_type_detection")
async def send_document(world: World, call: Call) -> Json:
    """Send a file."""
    chat = world.writable_chat(call.values["chat_id"])
    file = _incoming(world, call, "document")
    return send(world, call, chat, Draft(body_of(world, call, CAPTION), file))


@handles("sendPhoto", f"{COMMON} photo caption parse_mode caption_entities show_caption_above_media has_spoiler")
async def send_photo(world: World, call: Call) -> Json:
    """Send an image."""
    chat = world.writable_chat(call.values["chat_id"])
    file = _incoming(world, call, "photo")
    if file.size > MAX_PHOTO_BYTES:
        raise ApiError("PHOTO_INVALID_DIMENSIONS")
    shown = {"has_media_spoiler": call.get("has_spoiler"), "show_caption_above_media": call.get(SHOW_ABOVE)}
    extra = {name: True for name, value in shown.items() if value}
    return send(world, call, chat, Draft(body_of(world, call, CAPTION), file, extra=extra))


SHOW_ABOVE = "show_caption_above_media"


@handles("getFile", "file_id")
async def get_file(world: World, call: Call) -> Json:
    """Describe a file and say where it can be downloaded."""
    file = world.files.get(call.values["file_id"])
    if file is None:
        raise ApiError("invalid file_id")
    if file.size > MAX_DOWNLOAD_BYTES:
        raise ApiError("file is too big")
    described = {"file_id": file.file_id, "file_unique_id": f"u{file.file_id}", "file_size": file.size}
    return {**described, "file_path": path_of(file)}


def path_of(file: StoredFile) -> str:
    """Return file_path: the kind of file, its number, and the ending of its name."""
    folder = "photos" if file.dimensions else "documents"
    return f"{folder}/file_{file.file_id}{PurePosixPath(file.name).suffix}"


def store(world: World, part: FilePart, *, size: int | None = None, photo: bool = False) -> StoredFile:
    """Keep a file on Telegram's side.

    Args:
        world: where it is kept.
        part: the file.
        size: size to report instead of the true one.
        photo: whether it is shown as an image.

    Raises:
        ApiError: a photo that is no image.
    """
    dimensions = None
    if photo:
        if not part.content.startswith(IMAGE_SIGNATURES):
            raise ApiError("IMAGE_PROCESS_FAILED")
        dimensions = UNKNOWN_SIZE
        if part.content.startswith(IMAGE_SIGNATURES[0]):
            header = part.content[PNG_SIZE]
            dimensions = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")
    file_id = f"sandbox{world.number('file'):06}"
    size = len(part.content) if size is None else size
    file = world.files[file_id] = StoredFile(file_id, part.file_name, part.mime_type, part.content, size, dimensions)
    return file


def _incoming(world: World, call: Call, kind: str) -> StoredFile:
    """Return the file of a sending call: uploaded, attached or known by its id."""
    value = call.file(call.values[kind])
    if isinstance(value, FilePart):
        if not value.content:
            raise ApiError("file must be non-empty")
        if len(value.content) > MAX_UPLOAD_BYTES:
            raise ApiError("Request Entity Too Large", code=413)
        return store(world, value, photo=kind == "photo")
    if value in world.files:
        file = world.files[value]
        if bool(file.dimensions) != (kind == "photo"):
            raise ApiError(f"can't use file of type {'Photo' if file.dimensions else 'Document'} as {kind.title()}")
        return file
    if value.startswith(("http://", "https://")):
        raise ApiError("failed to get HTTP URL content")  # there is no network behind a sandbox
    raise ApiError("wrong file identifier/HTTP URL specified" if value else f"there is no {kind} in the request")
