"""What people are: nouns for people, what an article says somebody is, and whether somebody is he or she."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache, lru_cache

from corpus.names import FEMALE_TITLES, MALE_TITLES, TITLES, fold, full_names
from corpus.vocabulary import BREAKS, NOT_PEOPLE, PEOPLE, SAME, words

_ENDINGS = re.compile(
    r".{3,}(?:man|woman|person|ologist|onomist|ician|arian|crat|maker|keeper|writer|holder|leader|player|worker|yer|"
    r"ist|eer|teur|trix|(?<![ln])ess)$"
)

_MALE = MALE_TITLES | words(
    "man boy father son brother husband uncle nephew grandfather guy actor fisherman gentleman statesman policeman "
    "batsman salesman dad grandson widower anchorman"
)
_FEMALE = FEMALE_TITLES | words(
    "woman girl mother daughter sister wife widow aunt niece grandmother actress lady mom mum granddaughter "
    "policewoman saleswoman waitress heiress hostess anchorwoman"
)
_CUT = re.compile(
    r",| (?:of|for|at|in|on|with|from|to|who|whom|whose|that|which|by|about|during|inside|near|close|familiar|speaking|"
    r"behind|and|or|as|outside|based|known|named|called|running|against|under|over|after|before|between|involved|said)\b"
)
_APPOSITION = re.compile(
    r"(?:[ ]\([^)\n]{2,40}\))?,[ ](?:(?:age[d]?[ ])?\d{1,3},[ ](?:who[ ](?:is|was)[ ])?)?"
    r"((?:(?:who[ ](?:is|was|has[ ]been|served[ ]as)[ ])?(?:an?|the|his|her|their|its|one[ ]of)[ ])?"
    r"[^,.;:\"“”()\n—]{3,110})"
)
_COPULA = re.compile(
    r"[ ](?:is|was|became|remains|,[ ]now|serves[ ]as|served[ ]as|works[ ]as)[ ]"
    r"((?:an?|the|still[ ]the|now[ ]the)[ ][^,.;:\"“”()\n—]{3,90})"
)
_DETERMINER = re.compile(
    r"^(?:an?|the|his|her|their|its|our|my|this|that|one of the|one of|who is|who was|another)\s+", re.IGNORECASE
)
_RELATIVE = re.compile(r"\s(?:who|whom|whose)\s")
_DETERMINED = re.compile(r"(?:\b(?:his|her|their|its|the)|[’']s?) $", re.IGNORECASE)
_ENGLISH = 2
"""How much an English-speaking country counts more than another: in English texts Jan and Andrea are women."""

_EVEN = 3
"""A name is a man's or a woman's when it is used as one in at least this many times as many languages as the other."""


@lru_cache(1 << 14)
def is_person_noun(word: str) -> bool:
    """Tell whether a word, singular, is a noun for people ("senator", "striker", "front-runner")."""
    low = word.lower().strip(".,’'\"“”")
    if low in PEOPLE or fold(low) in TITLES:
        return True
    return low not in NOT_PEOPLE and low.split("-")[-1] not in NOT_PEOPLE and bool(_ENDINGS.fullmatch(low))


def head(phrase: str) -> str:
    """Return the folded head of a noun phrase: "the vice chairman of the party" -> "chairman"; "" of none."""
    cut = _CUT.search(phrase, 1)
    words = (phrase[: cut.start()] if cut else phrase).split()
    while words and (
        words[-1].endswith(("ly", "’s", "'s")) or words[-1].lower() in ("himself", "herself", "also", "now")
    ):
        words.pop()
    return words[-1].lower().strip(".,’'\"“”()") if words else ""


def singular(word: str) -> str:
    """Return a regular noun's singular; irregular men and women too."""
    if word.endswith("men"):
        return word[:-2] + "an"
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004 - "dies" is no plural
        return word[:-3] + "y"
    if word == "people":
        return "person"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


def is_plural(word: str) -> bool:
    """Tell whether a noun for people is plural ("officials", "critics", "people")."""
    return word in ("people", "police", "men", "women", "children", "folks", "authorities") or (
        singular(word) != word and not word.endswith(("series", "news"))
    )


def same_role(a: str, b: str) -> bool:
    """Tell whether two folded nouns may be said of one person."""
    if a == b or a.replace("-", "") == b.replace("-", ""):
        return True
    return any(a in group and b in group for group in SAME)


def gender_of_noun(word: str) -> str | None:
    """Return "m" or "f" where a noun or title says so, else None."""
    low = fold(word)
    if low in _FEMALE or low.endswith("woman"):
        return "f"
    return "m" if low in _MALE or (low.endswith("man") and is_person_noun(word)) else None


def role_after(text: str, end: int) -> str | None:
    """Return what an apposition behind a name says its bearer is, without article, or None."""
    for pattern in (_APPOSITION, _COPULA):
        match = pattern.match(text, end)
        if match:
            phrase = match.group(1).strip()
            bare = _RELATIVE.split(_DETERMINER.sub("", _DETERMINER.sub("", phrase)))[0]
            noun = head(bare)
            if is_person_noun(noun) or is_person_noun(singular(noun)):
                return bare
    return None


def role_before(text: str, start: int, floor: int) -> str | None:
    """Return the words right before a name that say what its bearer is ("former Maryland governor"), or None.

    Args:
        text: the article's text.
        start: first character of the name.
        floor: first character that may be looked at.
    """
    words = text[max(floor, start - 90) : start]
    if not words or words[-1] not in " \xa0,":
        return None
    apposed = words.rstrip(" \xa0").endswith(",")
    words = words.rstrip(" ,\xa0")
    words = re.split(r"[,.;:\"“”()\n—–]\s|\n", words)[-1]
    kept: list[str] = []
    for word in reversed(words.split()):
        low = word.lower()
        if (
            low in BREAKS
            or low.endswith(("’s", "'s", "s’", "s'"))
            or (not kept and not is_person_noun(word))
            or (not kept and low.endswith("ed"))
        ):
            break
        kept.insert(0, word)
    role = " ".join(kept)
    if apposed and not _DETERMINED.search(words[: len(words) - len(role)]):
        # "his lawyer, Ann Lee" says what she is; "voters, Ann Lee" does not.
        return None
    return role or None


@cache
def _first_names() -> dict[str, tuple[int, int]]:
    """Read first names with the number of languages that use them for men and for women, out of Faker's lists."""
    import faker.providers.person as lists  # noqa: PLC0415 - 250 ms, and only where a name must be judged

    counts: dict[str, list[int]] = {}
    for module in sorted(found.name for found in pkgutil.iter_modules(lists.__path__)):
        provider = importlib.import_module(f"{lists.__name__}.{module}").Provider
        for at, attribute in enumerate(("first_names_male", "first_names_female")):
            for name in {fold(str(name)) for name in getattr(provider, attribute, ())}:
                counts.setdefault(name, [0, 0])[at] += _ENGLISH if module.startswith("en_") else 1
    return {name: (male, female) for name, (male, female) in counts.items() if len(name) > 1}


@cache
def _surnames() -> frozenset[str]:
    """Read surnames out of Faker's lists."""
    import faker.providers.person as lists  # noqa: PLC0415 - as in `_first_names`

    return frozenset(
        fold(str(name))
        for module in sorted(found.name for found in pkgutil.iter_modules(lists.__path__))
        for attribute in ("last_names", "last_names_male", "last_names_female")
        for name in getattr(importlib.import_module(f"{lists.__name__}.{module}").Provider, attribute, None) or ()
    )


def is_surname(folded: str) -> bool:
    """Tell whether a folded word is in use as a surname."""
    return folded in _surnames()


def is_first_name(folded: str) -> bool:
    """Tell whether a folded word is in use as a first name."""
    return folded in _first_names() or bool(full_names(folded))


def uses(folded: str) -> int:
    """Return in how many languages a folded word is a first name, women's and men's counted apart."""
    return sum(_first_names().get(folded, (0, 0)))


def gender_of_name(folded: str) -> str | None:
    """Return "m" or "f" where nearly all bearers of a folded first name are; None when unknown or used for both."""
    known = _first_names()
    male, female = known.get(folded, (0, 0))
    if not male and not female:
        for full in full_names(folded):
            male, female = male + known.get(full, (0, 0))[0], female + known.get(full, (0, 0))[1]
    if male >= _EVEN * female and male:
        return "m"
    return "f" if female >= _EVEN * male and female else None
