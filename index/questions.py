"""What a question says about itself before anything is searched."""

from __future__ import annotations

import re

# One capitalised word, with what names have inside: O'Malley, Jean-Claude, José, "St."
_NAME_WORD = r"[^\W\d_a-zß-öø-ÿ][\w'’.-]*"
_VERBS = ("did", "does", "do", "has", "have", "had", "is", "was", "were", "are", "would", "will", "could", "can")
_ASKED_ABOUT = re.compile(
    # A verb in capitals within the question is part of a headline's words, at its beginning it is the question's own.
    rf"(?:\b(?:{'|'.join(_VERBS)})|\A\W*(?:{'|'.join(_VERBS).title()}))\s+(?:the\s+)?((?:{_NAME_WORD}\s+)*{_NAME_WORD})"
    rf"|\b[Aa]ccording\s+to\s+(?:the\s+)?((?:{_NAME_WORD}\s+)*{_NAME_WORD})"
)
_POSSESSIVE = re.compile(r"['’]s?$")


def named(question: str) -> list[str]:
    """Return the last words of the names of those about whose words or deeds a question asks.

    "What did Senator Jane Roe say about the Fed?" names "Roe", and not the Fed. A question in one case, as in chats, or
    with a capital at every word, names nobody that could be told by a capital.

    Returns:
        Words as typed without possessive and full stop, in their order.
    """
    if not any(word[0].islower() for word in question.split()):
        return []
    runs = [match.group(1) or match.group(2) for match in _ASKED_ABOUT.finditer(question)]
    return [_POSSESSIVE.sub("", run.split()[-1]).rstrip(".?!,") for run in runs]
