"""What a question says about itself before anything is searched."""

from __future__ import annotations

import re

# One capitalised word, with what names have inside: O'Malley, Jean-Claude, José, "St."
_NAME_WORD = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]*"
_ASKED_ABOUT = re.compile(
    rf"\b(?:did|does|do|has|have|had|is|was|were|are|would|will|could|can)\s+(?:the\s+)?((?:{_NAME_WORD}\s+)*{_NAME_WORD})"
    rf"|\b[Aa]ccording\s+to\s+((?:{_NAME_WORD}\s+)*{_NAME_WORD})"
)
_POSSESSIVE = re.compile(r"['’]s?$")


def named(question: str) -> list[str]:
    """Return the last words of the names of those about whose words or deeds a question asks.

    "What did Senator Jane Roe say about the Fed?" names "Roe", and not the Fed. A question in one case, as in chats,
    names nobody that could be told by its capital.

    Returns:
        Words as typed without possessive and full stop, in their order.
    """
    if question.isupper():
        return []
    runs = [match.group(1) or match.group(2) for match in _ASKED_ABOUT.finditer(question)]
    return [_POSSESSIVE.sub("", run.split()[-1]).rstrip(".?!,") for run in runs]
