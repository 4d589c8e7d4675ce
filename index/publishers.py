"""Which publisher a question asks for: "in the Post", "as reported by the Courier"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME = r"(?:[A-Z0-9][\w.&-]*|wash-post)(?: (?:of |and )?[A-Z][\w.&-]*){0,4}"
_MENTION = re.compile(
    rf"\b(?:as reported (?:in|by)|reported by|published (?:in|by)|printed in|in an? interview with|to|in|by|from)"
    rf" (?:the |an? )?(?P<name>{_NAME})(?:'s)?(?P<behind> (?:articles?|reports?|stories|story|coverage))?"
    r"(?=$|[?.!,;]| (?:about|on|say|said|regarding|that|when)\b)"
)
_TO = re.compile(r"^(?:to|in an? interview with)\b")
SHORTEST = 3
"""Letters from which on the beginning of a word may stand for it."""

_SMALL = frozenset({"the", "com", "www", "org"})


def publisher(text: str, publishers: Sequence[str]) -> tuple[str, str | None]:
    """Find the one publisher in which a question looks.

    Args:
        text: the question.
        publishers: names of those that there are.

    Returns:
        The text without the words that name it, and its name as it stands in `publishers`; the text as it was and None
        where none or several fit. Whoever spoke "to the Post" may be quoted by others: that restricts nothing.
    """
    for match in _MENTION.finditer(text):
        wanted = _plain(match["name"])
        if not wanted or _TO.match(match.group()):
            continue
        fitting = [name for name in publishers if _fits(wanted, _plain(name))]
        exact = [name for name in fitting if _plain(name) == wanted]
        if len(exact or fitting) == 1:
            rest = f"{text[: match.start()].rstrip(' ,')} {text[match.end() :].lstrip()}"
            return rest.strip(), (exact or fitting)[0]
    return text, None


def _fits(wanted: Sequence[str], name: Sequence[str]) -> bool:
    """Tell whether words may mean a publisher: "Post", "PVP" or "port-vale-post" the "Port Vale Post"."""
    joined = "".join(wanted)
    return joined in {"".join(name), "".join(name).removesuffix("com")} or (
        list(name[-len(wanted) :]) == list(wanted)
        or (len(joined) > 1 and len(name) > 1 and joined == "".join(word[0] for word in name))
        or (len(wanted) == len(name) and all(map(_begins, wanted, name)))
    )


def _begins(one: str, other: str) -> bool:
    """Tell whether one word is short for the other: "Wash" for "Washington"."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= SHORTEST and longer.startswith(shorter))


def _plain(name: str) -> list[str]:
    return [word for word in re.findall(r"[a-z0-9]+", name.lower()) if word not in _SMALL]
