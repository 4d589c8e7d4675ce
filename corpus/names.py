"""Names of people: their parts, and whether two forms may name one person.

Everything works on copies: a name is folded for comparison (accents, case, hyphens, apostrophes) and never
changed where it is kept.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from corpus.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nicknames import NickNamer


MALE_TITLES = words(
    "mr mister sir lord king prince duke baron count emperor pope imam father fr brother sheikh sultan emir herr "
    "monsieur signor senor congressman councilman assemblyman chairman alderman spokesman businessman"
)
FEMALE_TITLES = words(
    "mrs ms miss mx lady dame queen princess duchess baroness countess empress sister madam madame frau mme mlle "
    "signora senora congresswoman councilwoman assemblywoman chairwoman alderwoman spokeswoman businesswoman"
) - {"mx"}
TITLES = (
    MALE_TITLES
    | FEMALE_TITLES
    | words(
        "mx dr doctor prof professor rev reverend rabbi bishop archbishop cardinal pastor ayatollah hon honorable "
        "president pres vice deputy former ex acting interim premier prime minister chancellor secretary sec "
        "undersecretary senator sen representative rep governor gov lieutenant lt mayor councillor councilmember "
        "commissioner ambassador amb envoy justice judge magistrate attorney atty general gen colonel col major maj "
        "captain capt commander cmdr sergeant sgt sergeants corporal cpl private pvt admiral adm lieutenants officer "
        "detective det sheriff marshal constable inspector superintendent supt chief director speaker leader delegate "
        "del assemblymember treasurer comptroller coach manager captain chairperson chair chairmen spokesperson "
        "candidate nominee frontrunner analyst economist historian author activist journalist reporter columnist "
        "editor host anchor actor actress singer comedian billionaire lawyer prosecutor strategist pollster "
        "consultant adviser advisor aide presidents senators gens sens reps govs messrs drs mp mep msp cllr sens"
    )
)
"""Words before a name that are not part of it, folded: forms of address, offices, occupations."""

SUFFIXES = words("jr sr ii iii iv phd md esq mba qc kc obe cbe mbe dds cpa ret usn usmc usaf dphil jd facs rn")
PARTICLES = words(
    "van von der den de del della di da das do dos du la le el al bin ibn bint abu abdul abd ben st ter ten zu "
    "zur af av ul ur y e in 't t dello degli mac san saint"
)
"""Lower-case or joining parts of a surname, folded."""

_FIRST_NAMES_TOO = frozenset({"Ben", "Al", "Mac", "Abdul"})
"""Particles that, capitalised before one other name, are first names ("Ben Roe")."""

_ORDER = frozenset({"jr", "sr", "ii", "iii", "iv"})
_FAMILIES = words(
    "ban kim lee yi rhee ri pak park bak choi choe jung chung jeong jong kang gang cho jo yoon yun jang chang lim im "
    "rim han oh o seo suh shin sin kwon kwak hwang ahn an song ryu yoo yu hong jeon jun ko koh go moon mun yang "
    "ryang bae paek baek nam noh roh no ha heo hur wang li zhang liu chen huang zhao wu zhou xu sun ma zhu hu guo "
    "he lin gao luo zheng liang xie tang deng feng cao zeng peng xiao cai pan tian dong yuan yu ye du su wei "
    "cheng jiang shen lu ding cui ren yao fan qin shi tan xia fu hao kong bai mao qiu wan duan lei hou meng long "
    "shao qian yin chang lai wen xi geng hua zhong ai bo chow chan wong cheung leung lam tsai tsang ng ho lau "
    "kwok yeung nguyen tran pham hoang phan vu vo dang bui ngo duong ly"
)
"""Family names that stand first: Korean, Chinese, Vietnamese, as romanised."""

_SYLLABLES = re.compile(
    r"(?:(?:zh|ch|sh|ts|kk|tt|pp|ss|jj|ph|th|kh|ng|nh|tr|[bpmfdtnlgkhjqxrzcsywv])?"
    r"(?:yeo|yae|iao|uai|iang|iong|uang|you|wae|eo|eu|ae|oe|ui|ya|yo|yu|ye|wa|wo|we|ia|ie|iu|ua|uo|ue|ai|ei|ao|ou|oo|ee|"
    r"[aeiouy])(?:ng|nh|ch|[nkmlpthrc])?){1,3}"
)
_TOKEN = re.compile(r"[^\s\-‐‑–—/]+")
_LETTER = re.compile(r"[^\W\d_]")
_POSSESSIVE = re.compile(r"(?:['’]s?|(?<=s)['’])$")
_NICKNAME = re.compile(r"\s*(?:[\"“][^\"”]*[\"”]|\([^)]*\)|‘[^’]*’)")
_TAIL = re.compile(r",.*$", re.DOTALL)
_VOWELS = re.compile(r"[aeiouyhw]+")
_DOUBLED = re.compile(r"(.)\1+")
_LIKE = str.maketrans("qgckzvj", "kkkkssk")
_REMEMBERED = 1 << 14
"""Names of which the parts are kept, the most recent: an article asks for the same ones again and again."""

_LONG = 6
"""Letters from which on a token may differ in a letter and still be the same name."""


@lru_cache(_REMEMBERED)
def fold(word: str) -> str:
    """Return a word without accents, case, apostrophes and dots: "O’Malley" -> "omalley", "Sen." -> "sen"."""
    plain = unicodedata.normalize("NFKD", word.replace("ß", "ss").replace("ø", "o").replace("ł", "l").replace("Ø", "O"))
    return "".join(c for c in plain.casefold() if c.isalnum())


@lru_cache(_REMEMBERED)
def _pieces(name: str) -> tuple[str, ...]:
    """Split a name at blanks and hyphens, without nicknames in quotation marks, titles, suffixes and a possessive."""
    bare = _NICKNAME.sub("", name).strip()
    head, comma, rest = bare.partition(",")
    bare = f"{head} {rest.strip()}" if comma and fold(rest) in SUFFIXES else _TAIL.sub("", bare)
    pieces = [p for p in _TOKEN.findall(_POSSESSIVE.sub("", bare)) if _LETTER.search(p)]
    while len(pieces) > 1 and fold(pieces[0]) in TITLES:
        pieces.pop(0)
    while len(pieces) > 1 and fold(pieces[-1]) in SUFFIXES:
        pieces.pop()
    return tuple(pieces)


def _is_initial(piece: str) -> bool:
    letters = fold(piece)
    return len(letters) == 1 or ("." in piece and piece.replace(".", "").isupper())


@lru_cache(_REMEMBERED)
def name_key(name: str) -> tuple[str, ...]:
    """Fold a name to what tells people apart: no titles, initials, suffixes, nicknames in quotation marks.

    Returns:
        Folded tokens in the order of the name; hyphenated parts are tokens of their own. A name of initials only keeps
        them. Empty for a string without letters.
    """
    pieces = _pieces(name)
    kept = [fold(p) for p in pieces if not _is_initial(p)]
    return tuple(p for p in kept or [fold(p) for p in pieces] if p)


@lru_cache(_REMEMBERED)
def _initials(name: str) -> str:
    """Return the initials that stand between first name and surname, folded."""
    return "".join(fold(p) for p in _pieces(name)[1:-1] if _is_initial(p))


def _order(name: str) -> str | None:
    """Return which of several namesakes in a family is meant ("jr", "iii"), if the name says so."""
    last = fold(name.replace(",", " ").split()[-1]) if name.strip() else ""
    return last if last in _ORDER else None


@lru_cache(_REMEMBERED)
def is_bare(name: str) -> bool:
    """Tell whether a name is one token only ("Pak", "Mr. Pak", "O’Malley"); particles do not count ("de Blasio")."""
    pieces = _pieces(name)
    if len(pieces) == 2 and pieces[0] in _FIRST_NAMES_TOO:  # noqa: PLR2004 - first name and surname
        return False
    parts = [fold(p) for p in pieces]
    return len([p for p in parts if p not in PARTICLES] or parts[:1]) == 1


@lru_cache(_REMEMBERED)
def is_surname_first(name: str) -> bool:
    """Tell whether a name is written surname first, as Korean, Chinese and Vietnamese names are ("Pak Jong Chon")."""
    parts = [fold(p) for p in _pieces(name)]
    if not 1 < len(parts) <= 4 or parts[0] not in _FAMILIES:  # noqa: PLR2004 - a surname and up to three syllables
        return False
    return all(_SYLLABLES.fullmatch(p) for p in parts[1:]) and not (len(parts) == 2 and parts[1] in _COMMON_FAMILIES)  # noqa: PLR2004


_COMMON_FAMILIES = words("kim lee park choi wong chan chen wang zhang huang liu nguyen tran")
"""Family names that say, standing last of two tokens, that the name is in Western order ("Jong Kim")."""


@lru_cache(_REMEMBERED)
def surname(name: str) -> str:
    """Return the surname as written, with its particles ("de Blasio", "al-Assad"); "" of a string without letters."""
    words = [w for w in _NICKNAME.sub("", name).replace(",", " ").split() if _LETTER.search(w)]
    while len(words) > 1 and fold(words[0]) in TITLES:
        words.pop(0)
    while len(words) > 1 and fold(words[-1]) in SUFFIXES:
        words.pop()
    if not words:
        return ""
    if is_surname_first(name):
        return words[0]
    at = len(words) - 1
    while at > 1 and fold(words[at - 1]) in PARTICLES and words[at - 1] not in ("Ben", "San", "Y", "E."):
        at -= 1
    return _POSSESSIVE.sub("", " ".join(words[at:]))


@lru_cache(_REMEMBERED)
def given(name: str) -> str:
    """Return the folded first name, "" of a bare name or one that begins with an initial."""
    pieces = _pieces(name)
    if len(pieces) < 2:  # noqa: PLR2004 - a bare name
        return ""
    if is_surname_first(name):
        return "".join(fold(p) for p in pieces[1:])
    return next((fold(p) for p in pieces[:-1] if not _is_initial(p)), "")


@cache
def _nicknamer() -> NickNamer:
    from nicknames import NickNamer  # noqa: PLC0415 - reads its table when first asked

    return NickNamer()


@lru_cache(_REMEMBERED)
def _called(first: str) -> frozenset[str]:
    """Return all names that somebody of this first name may go by, itself included."""
    names = _nicknamer()
    full = names.canonicals_of(first)
    return frozenset({first} | names.nicknames_of(first) | full)


@lru_cache(_REMEMBERED)
def full_names(first: str) -> tuple[str, ...]:
    """Return the folded names that a folded first name may be short for, in alphabetical order."""
    return tuple(sorted(_nicknamer().canonicals_of(first)))


def same_given(a: str, b: str) -> bool:
    """Tell whether two folded first names may be one person's: equal, a nickname, an initial, or spelt alike."""
    if a == b or (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b)):
        return True
    return a in _called(b) or b in _called(a) or _alike(a, b)


@lru_cache(_REMEMBERED)
def _skeleton(token: str) -> str:
    return _DOUBLED.sub(r"\1", _VOWELS.sub("", token.translate(_LIKE)))


@lru_cache(_REMEMBERED)
def _alike(a: str, b: str) -> bool:
    """Tell whether two folded tokens may be spellings of one name: other vowels, doubled letters, q for g or k."""
    if a == b:
        return True
    if min(len(a), len(b)) < _LONG - 1:
        return False
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - a compiled module, loaded when first needed

    allowed = 1 if min(len(a), len(b)) < _LONG + 2 else 2
    return _skeleton(a) == _skeleton(b) and OSA.distance(a, b) <= allowed + (a[0] != b[0])


@lru_cache(_REMEMBERED)
def _typo(a: str, b: str) -> bool:
    """Tell whether two long tokens differ in one letter at most."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - as above

    return min(len(a), len(b)) >= _LONG and a[0] == b[0] and OSA.distance(a, b) <= 1


def _same_tokens(a: Sequence[str], b: Sequence[str]) -> bool:
    """Tell whether two sequences of tokens are one, particles aside."""
    left, right = ([t for t in s if t not in PARTICLES] or list(s) for s in (a, b))
    return len(left) == len(right) and all(map(_alike, left, right))


@lru_cache(_REMEMBERED)
def compatible(a: str, b: str) -> bool:
    """Tell whether two forms may name one person: symmetric, not transitive, and no proof that they do.

    A bare name is compatible with every name that has it as surname or first name. Full names need one surname, first
    names that go together (equal, nickname, initial, spelling), and middle names, initials and suffixes that do not
    contradict each other where both have them.
    """
    first, second = name_key(a), name_key(b)
    if not first or not second:
        return False
    if first == second or "".join(first) == "".join(second):
        return _initials_agree(a, b)
    if is_bare(a) or is_bare(b):
        short, long = (a, b) if is_bare(a) else (b, a)
        key = name_key(short)
        if is_bare(long):
            return _same_tokens(key, name_key(long))
        return _same_tokens(key, name_key(surname(long))) or _same_tokens(key, (given(long),))
    if sorted(first) == sorted(second):  # surname first in one, last in the other
        return True
    return _initials_agree(a, b) and _full_names_agree(first, second, (a, b))


def _full_names_agree(first: tuple[str, ...], second: tuple[str, ...], names: tuple[str, str]) -> bool:
    """Compare two full names with one middle name more or less."""
    a, b = names
    ends = name_key(surname(a)), name_key(surname(b))
    given_a, given_b = given(a) or fold(_pieces(a)[0]), given(b) or fold(_pieces(b)[0])
    if not _same_tokens(*ends):
        # A misspelt surname is believed only beside the very same first name; a double surname may be cut short.
        spelt = given_a == given_b and len(ends[0]) == len(ends[1]) and all(map(_typo, *ends))
        joined = given_a == given_b and (ends[0][-1] in second[1:] or ends[1][-1] in first[1:])
        return spelt or joined
    if not same_given(given_a, given_b):
        # "R. Nicholas Burns" has lost its initial; "Mary Jane Watson" may go by her second name.
        return given_a in second[:-1] or given_b in first[:-1]
    middle_a, middle_b = ([t for t in k[1:-1] if t not in PARTICLES] for k in (first, second))
    return not middle_a or not middle_b or bool(set(middle_a) & set(middle_b)) or is_surname_first(a)


def _initials_agree(a: str, b: str) -> bool:
    """Tell whether middle initials and suffixes leave room for one person ("George W." is not "George H. W.")."""
    if _order(a) and _order(b) and _order(a) != _order(b):
        return False
    left, right = _initials(a), _initials(b)
    return not left or not right or left.startswith(right) or right.startswith(left)
