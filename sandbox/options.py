"""How a sandbox behaves: identity, limits, clock."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Limits:
    """How often a bot may send or edit before it is answered 429.

    Attributes:
        per_chat_per_s: messages per second into one chat.
        chat_burst: messages that may come at once into one chat before that rate is enforced.
        per_group_per_min: messages per minute into one group, supergroup or channel.
        overall_per_s: messages per second into all chats together.
        time_scale: how many seconds of limit pass in one second of clock; 10 lets tests run ten times faster while
            the proportions stay.
    """

    per_chat_per_s: float = 1.0
    chat_burst: int = 1
    per_group_per_min: float = 20.0
    overall_per_s: float = 30.0
    time_scale: float = 1.0

    @classmethod
    def generous(cls) -> "Limits":
        """Limits that no test reaches, for tests about something else."""
        return cls(per_chat_per_s=math.inf, per_group_per_min=math.inf, overall_per_s=math.inf)

    @classmethod
    def scaled(cls, time_scale: float) -> "Limits":
        """The real limits with time running `time_scale` times as fast."""
        return cls(time_scale=time_scale)


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """What a sandbox is started with.

    Attributes:
        token: the bot's token; everything else is answered 401.
        username: the bot's user name, without @.
        name: the bot's first name.
        port: loopback port to serve on; 0 takes a free one.
        limits: sending rates.
        privacy_mode: in groups, show the bot only commands, replies to it and mentions.
        inline_mode: whether people can ask the bot inline.
        inline_feedback: whether a chosen inline result is reported to the bot.
        callback_expiry_s: seconds within which a tapped button must be answered.
        inline_expiry_s: seconds within which an inline query must be answered.
        webhook_backoff_s: pause before the first repetition of a webhook delivery; doubles each time.
        clock: seconds since 1970; dates, rates and expiry are counted with it.
    """

    token: str = field(default="123456789:AAF-sandbox_token_of_no_value_to_anyone", repr=False)
    username: str = "verbatim_sandbox_bot"
    name: str = "Verbatim"
    port: int = 0
    limits: Limits = field(default_factory=Limits)
    privacy_mode: bool = True
    inline_mode: bool = True
    inline_feedback: bool = True
    callback_expiry_s: float = 15.0
    inline_expiry_s: float = 10.0
    webhook_backoff_s: float = 1.0
    clock: Callable[[], float] = time.time
