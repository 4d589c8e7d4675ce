"""Which language a text is in."""

from __future__ import annotations

from functools import cache
from itertools import islice
from typing import Any

SAMPLE = 1000
"""Characters that are looked at; more changes no verdict and costs time (0.3 ms for these)."""

SHORTEST = 20
"""Letters; of fewer the verdict is mostly wrong ("hello" is taken for Breton). Scripts with a character per syllable or
word say more in less, so their letters count three times."""

SURE = 0.9
"""Probability below which a verdict is not given."""


def detect(text: str) -> str | None:
    """Tell the language of a text.

    Returns:
        ISO 639-1 code, or None for a text that is too short, unclear, or in a language that has no such code.
    """
    sample = text[:SAMPLE]
    letters = islice(filter(str.isalpha, sample), SHORTEST)
    if sum(3 if char > "\u2e7f" else 1 for char in letters) < SHORTEST:
        return None
    language, _ = _identifier().classify(sample)
    return str(language) if len(language) == len("en") else None


@cache
def _identifier() -> Any:
    # About 1 s to import and unpack its model: only an import of articles needs it, not the bot's start.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True, min_confidence=SURE)
