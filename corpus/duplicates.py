"""Telling articles apart: canonical URLs, content hashes, and near-duplicates of wire stories.

Near-duplicates are found by MinHash signatures over word shingles, cut into bands (locality-sensitive hashing; Broder
1997; Leskovec, Rajaraman and Ullman, "Mining of Massive Datasets", ch. 3), and confirmed on the texts themselves by how
much of the shorter one stands in the longer one, since newspapers shorten wire stories from the end.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlsplit, urlunsplit

SHINGLE_WORDS = 5
BANDS, ROWS = 32, 4
"""32 bands of 4 rows propose a pair of Jaccard similarity 0.3 with 23 %, 0.5 with 87 %, 0.7 with 99.98 %."""

CONTAINED_SHARE = 0.8
"""Share of the shorter text's shingles that must stand in the longer one to call the two copies."""

MIN_SHINGLES = 40
"""Shorter texts than this many shingles are never called near-duplicates: stock phrases alone would make them so."""

_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")


def content_hash(text: str) -> str:
    """Return the SHA-256 hex digest of a text with its white space folded."""
    return hashlib.sha256(_SPACE.sub(" ", text).strip().encode()).hexdigest()


def canonical_url(url: str) -> str:
    """Return the form of a URL under which two addresses of one page are the same.

    Trackers, the fragment, the default port, a trailing slash and the difference of http and https go; parameters
    are sorted. What cannot be read as a URL stays as it is.
    """
    from courlan import normalize_url  # noqa: PLC0415  (only writing needs it, and it loads a table of domains)

    try:
        parts = urlsplit(normalize_url(url.strip()))
    except ValueError:
        return url.strip()
    scheme = "https" if parts.scheme == "http" else parts.scheme
    return urlunsplit((scheme, parts.netloc.lower(), parts.path.rstrip("/"), parts.query, ""))


def shingles(text: str) -> frozenset[str]:
    """Return the runs of five words of a text, case folded."""
    words = _WORD.findall(text.casefold())
    return frozenset(" ".join(words[at : at + SHINGLE_WORDS]) for at in range(len(words) - SHINGLE_WORDS + 1))


def band_hashes(found: frozenset[str]) -> list[int]:
    """Return the signature of a set of shingles as one signed 64-bit number a band; none for too short a text."""
    if len(found) < MIN_SHINGLES:
        return []
    from datasketch import MinHash  # noqa: PLC0415  (it loads scipy, and only writing needs it)

    signature = MinHash(num_perm=BANDS * ROWS, seed=1)
    signature.update_batch([shingle.encode() for shingle in found])
    rows = signature.hashvalues.reshape(BANDS, ROWS)
    return [
        int.from_bytes(hashlib.blake2b(bytes([band]) + row.tobytes(), digest_size=8).digest(), "big", signed=True)
        for band, row in enumerate(rows)
    ]


def is_copy(first: frozenset[str], second: frozenset[str]) -> bool:
    """Tell whether the shorter of two texts stands nearly whole in the longer one."""
    shorter = min(len(first), len(second))
    return shorter >= MIN_SHINGLES and len(first & second) >= CONTAINED_SHARE * shorter
