"""How the bot gets its updates: the methods around polling and webhooks."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sandbox.calls import Call, Json, handles
from sandbox.errors import ApiError, BrokenContract
from sandbox.updates import MAX_BATCH, Webhook
from sandbox.world import World

MAX_SECRET_CHARS = 256
MAX_CONNECTIONS = 100
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@handles("getUpdates", "offset limit timeout allowed_updates")
async def get_updates(world: World, call: Call) -> Sequence[Json]:
    """Return pending updates, waiting for the first."""
    limit, timeout = call.get("limit", MAX_BATCH), call.get("timeout", 0)
    if not 1 <= limit <= MAX_BATCH:
        raise BrokenContract(f"limit: values between 1-{MAX_BATCH} are accepted, got {limit}")
    if timeout < 0:
        raise BrokenContract(f"timeout: expected a positive number of seconds, got {timeout}")
    world.updates.allow(call.get("allowed_updates"))
    return await world.updates.poll(call.get("offset", 0), limit, timeout)


@handles("setWebhook", "url secret_token allowed_updates max_connections drop_pending_updates certificate ip_address")
async def set_webhook(world: World, call: Call) -> bool:
    """Have updates sent to an address; an empty one goes back to polling."""
    url, secret = call.values["url"], call.get("secret_token", "")
    connections = call.get("max_connections", 40)
    if not 1 <= connections <= MAX_CONNECTIONS:
        raise BrokenContract(f"max_connections: expected 1-{MAX_CONNECTIONS}, got {connections}")
    if url:
        _check_address(url)
    if len(secret) > MAX_SECRET_CHARS:
        raise ApiError("secret token is too long")
    if not all(char.isascii() and (char.isalnum() or char in "_-") for char in secret):
        raise ApiError("secret token contains unallowed characters")
    world.updates.allow(call.get("allowed_updates"))
    webhook = Webhook(url, secret, connections)
    await world.updates.set_webhook(webhook, drop_pending=call.get("drop_pending_updates", False))
    return True


def _check_address(url: str) -> None:
    """Require HTTPS, except on this machine, where a server run by oneself takes HTTP too."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError as error:
        raise ApiError("bad webhook: invalid URL specified") from error
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        raise ApiError("bad webhook: An HTTPS URL must be provided for webhook")
    if not host:
        raise ApiError("bad webhook: URL host is empty")


@handles("deleteWebhook", "drop_pending_updates")
async def delete_webhook(world: World, call: Call) -> bool:
    """Go back to polling."""
    await world.updates.set_webhook(Webhook(), drop_pending=call.get("drop_pending_updates", False))
    return True


@handles("getWebhookInfo")
async def get_webhook_info(world: World, call: Call) -> Json:  # noqa: ARG001 - handlers share one signature
    """Describe the webhook."""
    return world.updates.webhook_info()
