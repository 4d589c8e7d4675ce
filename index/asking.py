"""Understanding questions: who is asked about, what about, and when.

Patterns over the question's words, first the ones that are surely about speech. Where the words alone do not tell ("why did
Roe leave", "Roe on taxes"), a question is about speech only when it names somebody who is known to speak.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.days import days
from index.records import Question, QuestionKind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

_SAY = (
    "say|says|said|saying|stated|remark|remarked|comment|comments|commented|commenting|speak|spoke|talk|talked|talking"
)
_TELL = "tell|tells|told|telling"
_REPLY = "respond|responds|responded|reply|replies|replied|react|reacts|reacted|answer|answered"
_THINK = "think|thinks|thought|believe|believes|believed|feel|feels|felt|mean|meant"
_CARRYING = (
    "call|calls|called|calling|compare|compares|compared|liken|likens|likened|mock|mocks|mocked|describe|describes|described|"
    "claim|claims|claimed|argue|argues|argued|accuse|accuses|accused|blame|blames|blamed|criticise|criticises|criticised|"
    "criticize|criticizes|criticized|praise|praises|praised|deny|denies|denied|admit|admits|admitted|announce|announces|"
    "announced|promise|promises|promised|pledge|pledges|pledged|vow|vows|vowed|warn|warns|warned|predict|predicts|predicted|"
    "suggest|suggests|suggested|propose|proposes|proposed|demand|demands|demanded|urge|urges|urged|insist|insists|insisted|"
    "dismiss|dismisses|dismissed|defend|defends|defended|attack|attacks|attacked|condemn|condemns|condemned|denounce|"
    "denounces|denounced|endorse|endorses|endorsed|oppose|opposes|opposed|support|supports|supported|reject|rejects|rejected|"
    "apologise|apologised|apologize|apologized|explain|explains|explained|complain|complains|complained|declare|declares|"
    "declared|acknowledge|acknowledges|acknowledged|concede|concedes|conceded|tweet|tweets|tweeted|testify|testified|"
    "mention|mentions|mentioned|write|writes|wrote|voice|voiced|express|expresses|expressed|joke|joked|boast|boasted|label|labeled|labelled|"
    "question|questioned|hail|hailed|slam|slammed|blast|blasted|ridicule|ridiculed|refuse|refused|threaten|threatened|agree|"
    "agreed|disagree|disagreed|characterise|characterised|characterize|characterized|portray|portrayed|recommend|recommended|"
    "confirm|confirmed|reveal|revealed|welcome|welcomed|lament|lamented|regret|regretted|view|views|viewed|want|wants|wanted|"
    "brushed off|laughed off|shrugged off|brushed aside|hit back|weighed in|took issue|pushed back|spoke out|"
    "advise|advised|ask|asked|challenge|challenged|chide|chided|rebuke|rebuked|report|reported|quote|quoted"
)
_SPOKEN = rf"{_SAY}|{_TELL}|{_REPLY}|{_THINK}|{_CARRYING}|going on"
_AUX = "did|does|do|has|have|had|is|was|were|are|would|will|could|can|might|should"
_NOT = "didn't|doesn't|don't|hasn't|haven't|isn't|wasn't|won't|wouldn't|can't|couldn't|didnt|doesnt|wont|wouldnt"
_ABOUT = "about|on|of|regarding|concerning|over|re|towards?|with regard to|with respect to|in regard to|when it comes to|as to"
_NOUN = (
    "position|positions|stance|view|views|opinion|opinions|take|thoughts|thinking|reaction|response|reply|answer|comment|"
    "comments|remark|remarks|statement|statements|quote|quotes|quotation|quotations|criticism|argument|arguments|attitude|"
    "feelings|message|words|explanation|verdict|line"
)
_EVER = r"(?:(?:ever|also|just|actually|recently|publicly|really|have to|had to|got to|been|first|then|once|previously|keep|kept) )*"

_START = re.compile(
    r"^(?:(?:hey|hi|hello|so|ok|okay|umm*|uhh*|well|and|but|pls|plz|please|yo|lol|right|now|also|actually|just|guys|there|dear bot)\b[\s,.!-]*)+",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please )?(?:tell|show|find|give|remind) (?:me|us)|(?:please )?(?:tell|show|find|give|remind) (?:me|us)"
    r"|do you (?:know|remember)|does any(?:one|body) know|i(?:'d| would)? (?:want|like|need) to know|i'm wondering|i wonder|any idea|what i want to know is|let me know)\s+",
    re.IGNORECASE,
)
_END = re.compile(
    r"(?:[\s,]*\b(?:please|pls|plz|thanks|thank you|thx|lol|lmao|again|anyway|then|exactly)\b|[\s?!.…,;:]+)+$",
    re.IGNORECASE,
)
_SLIPS = {
    "wat": "what", "waht": "what", "wht": "what", "whta": "what", "whats": "what's", "wats": "what's", "abt": "about",
    "abuot": "about", "aobut": "about", "baout": "about", "bout": "about", "sya": "say", "syas": "says", "siad": "said",
    "sad": "said", "sed": "said", "teh": "the", "hte": "the", "dod": "did", "ddi": "did", "dis": "did", "didi": "did",
    "whoo": "who", "hwo": "how", "r": "are", "thinks": "thinks", "thnk": "think", "thikn": "think", "tihnk": "think",
    "tel": "tell", "tlel": "tell", "regading": "regarding", "whos": "who's",
}  # fmt: skip
_SLIPS_SAFE = frozenset({"sad", "dis", "r"})
"""Slips that are words too; they are mended only where an asking word is expected."""

_TYPES = r"(?:which|what) (?P<of>(?!did\b|does\b|do\b|has\b|have\b|is\b|was\b|were\b|are\b)[\w'’.-]+(?: (?!did\b|has\b|have\b|had\b)[\w'’.-]+){0,5}?)"

_JUDGING = (
    "called|calls|compared|compares|likened|mocked|described|describes|claimed|claims|argued|argues|accused|accuses|blamed|"
    "blames|criticised|criticized|criticises|criticizes|praised|praises|condemned|denounced|defended|dismissed"
)
"""Verbs by which "which senator called …" asks who spoke; "which city announced …" asks what happened."""

_WHO = re.compile(
    rf"^who(?: else)?(?: (?:among|of|in|from) (?P<among>.+?))?(?: (?:has|have|had|was it that|is it that|that))? {_EVER}"
    rf"(?P<verb>{_SPOKEN})\b(?P<rest>.*)$"
    rf"|^{_TYPES}(?: (?:has|have|had))? {_EVER}(?P<verb2>{_SAY}|{_TELL}|{_THINK}|{_JUDGING})\b(?P<rest3>.*)$",
    re.IGNORECASE,
)
_WHAT = re.compile(
    rf"^what(?: else| exactly| all)?(?: things?| words?)? (?:{_AUX}) (?P<who>.+?) {_EVER}(?P<verb>{_SAY}|{_TELL}|{_REPLY}|{_THINK}|{_CARRYING}|going on)\b(?! tank)(?P<rest>.*)$",
    re.IGNORECASE,
)
_WHATS = re.compile(
    rf"^what(?:'s|’s| is| was| are| were)(?: the)? (?P<who>.+?)(?:'s|’s|s'|s’|’|') (?:[\w-]+ ){{0,2}}?(?P<noun>{_NOUN})\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_WHATS_OF = re.compile(
    rf"^(?:what(?:'s|’s| is| was| are| were) )?(?:the )?(?P<noun>{_NOUN}) (?:of|by|from) (?P<who>.+?)(?: (?P<rest>(?:{_ABOUT}|to|for|against) .*))?$",
    re.IGNORECASE,
)
_WHATS_ING = re.compile(
    r"^what(?:'s|’s| is| was| are| were) (?P<who>.+?) (?P<verb>saying|telling|talking|going on|thinking)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_HOW = re.compile(
    rf"^how (?:{_AUX}|{_NOT}) (?P<who>.+?) {_EVER}(?P<verb>{_REPLY}|{_THINK}|{_CARRYING})\b(?P<rest>.*)$", re.IGNORECASE
)
_WHY = re.compile(
    rf"^why (?:{_AUX}|{_NOT}) (?P<who>.+?) {_EVER}(?P<verb>{_SAY}|{_TELL}|{_REPLY}|{_THINK}|{_CARRYING})\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_WHETHER = re.compile(
    rf"^(?:{_AUX}|{_NOT}) (?P<who>.+?) {_EVER}(?P<verb>{_SAY}|{_TELL}|{_REPLY}|{_THINK}|{_CARRYING})\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_ACCORDING = re.compile(
    r"^according to (?P<who>[^,]+?)(?:, ?| (?=what|who|why|how|is|did|does))(?P<rest>.*)$|^(?P<rest2>.+?),? according to (?P<who2>.+)$",
    re.IGNORECASE,
)
_ANYTHING = re.compile(
    rf"^(?:(?:any|all|some|the)(?:thing)? )?(?:(?P<noun>{_NOUN}) |anything |something |everything |stuff )?(?:by|from|of|said by|that) (?P<who>.+?) (?:{_SPOKEN} )?(?:{_ABOUT}) (?P<rest>.+)$",
    re.IGNORECASE,
)
_ANY_TOLD = re.compile(
    rf"^(?:anything|something|everything|things|stuff|whatever|what) (?P<who>.+?) (?P<verb>{_TELL}|{_SAY})\b(?P<rest>.+)$",
    re.IGNORECASE,
)
_QUOTE = re.compile(
    rf"^(?:quote|cite) (?P<who>.+?)(?: (?:{_ABOUT}) (?P<rest>.+))?$|^(?P<who2>.+?) (?:quotes|quote|statements|remarks|comments)(?: (?:{_ABOUT}) (?P<rest2>.+))?$",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    rf"^(?P<who>.+?)(?:'s|’s|s'|s’) (?P<noun>{_NOUN}) (?:{_ABOUT}|to|for|against) (?P<rest>.+)$", re.IGNORECASE
)
_PASSIVE = re.compile(
    rf"^what (?:was|is|has been|has|have|did|do|does|were) (?:(?:people|anyone|anybody|everyone|they|the articles|articles|the papers|the news|you) )?(?:been )?(?:{_SAY}|{_THINK})(?: by (?P<who>.+?))?\s+(?:{_ABOUT}) (?P<rest>.+)$",
    re.IGNORECASE,
)
_WHAT_THAT = re.compile(
    rf"^(?P<who>.+?) (?P<verb>{_SAY}|{_TELL}|{_THINK})\b(?: what)?(?P<rest> (?:{_ABOUT}) .+)$", re.IGNORECASE
)
_ON = re.compile(r"^(?P<who>.+?) (?:on|about|re|regarding) (?P<rest>.+)$", re.IGNORECASE)
_LOOSE = re.compile(rf"^why (?:{_AUX}|{_NOT}) (?P<rest>.+)$", re.IGNORECASE)
_PREPOSITION = re.compile(rf"^(?:.*?\b)?(?:{_ABOUT})\s+(?P<topic>.+)$", re.IGNORECASE)
_LEADING = re.compile(rf"^(?:{_ABOUT}|to|that|for|at|if|whether|in response to|by)\s+", re.IGNORECASE)
_VAGUE = frozenset(
    {
        "anyone",
        "anybody",
        "people",
        "everyone",
        "everybody",
        "they",
        "someone",
        "somebody",
        "articles",
        "the articles",
        "you",
        "it",
        "we",
        "i",
        "there",
    }
)

LONGEST_WHO = 14
"""Words of the longest phrase that is taken for who is asked about."""

WEAK = frozenset(
    f"{_SAY}|{_TELL}|{_REPLY}|{_THINK}|going on|mention|mentions|mentioned|claim|claims|claimed|voice|voiced|report|reported".split(
        "|"
    )
)
"""Verbs that say nothing about the topic."""


def parse(
    text: str, *, today: date, publishers: Sequence[str] = (), knows: Callable[[str], bool] | None = None
) -> Question:
    """Understand a question.

    Args:
        text: the question as it was asked.
        today: the day as of which "last week" is meant.
        publishers: names of the publishers that there are.
        knows: tells whether words name somebody who is known to speak.

    Returns:
        The question. Where only some may be meant ("who among the senators said …"), these words stay in the topic.
    """
    plain = re.sub(r"\s+", " ", text.replace("’", "'").replace("“", '"').replace("”", '"')).strip()
    found = days(plain, today)
    bare, publisher = _publisher(found.rest, publishers)
    bare = _tidy(bare)
    kind, speaker, topic = _understood(bare, knows or (lambda _: False))
    return Question(
        text=text,
        kind=kind,
        speaker=speaker or None,
        topic=topic,
        since=found.since,
        until=found.until,
        publisher=publisher,
    )


Understood = tuple[QuestionKind, str, str]


def _understood(text: str, knows: Callable[[str], bool]) -> Understood:
    """Return kind, speaker's words ("" for none) and topic."""
    for pattern in (_WHO, _PASSIVE, _WHATS_ING, _WHATS, _WHATS_OF, _WHAT, _HOW):
        match = pattern.match(text)
        if match is not None and (found := _read(match, pattern)) is not None:
            return found
    for pattern in (_ACCORDING, _QUOTE, _WHY, _WHETHER, _ANY_TOLD, _ANYTHING, _WHOSE, _WHAT_THAT, _ON):
        match = pattern.match(text)
        if match is None:
            continue
        found = _read(match, pattern)
        # Words that may be about something else are about speech where they name a speaker.
        if found is not None and found[1] and (knows(found[1]) or (pattern is _WHY and _capitals(found[1]))):
            return found
    return _loose(text, knows) or (QuestionKind.GENERAL, "", text)


def _read(match: re.Match[str], pattern: re.Pattern[str]) -> Understood | None:
    groups = match.groupdict()
    who = (groups.get("who") or groups.get("who2") or "").strip(" ,\"'")
    rest = (groups.get("rest") or groups.get("rest2") or groups.get("rest3") or "").strip(" ,")
    verb = (groups.get("verb") or groups.get("verb2") or "").lower()
    if pattern is _WHO:
        restriction = groups.get("among") or groups.get("of") or ""
        topic = _topic(verb, rest)
        return QuestionKind.WHO, "", f"{restriction} {topic}".strip() if restriction else topic
    if len(who.split()) > LONGEST_WHO:
        return None
    if who.lower() in _VAGUE or not who:
        return QuestionKind.SAID, "", _topic(verb, rest)
    if verb in {"want", "wants", "wanted", "ask", "asked", "mean", "meant", "question", "view"} and pattern is _WHAT:
        return QuestionKind.SAID, who, f"{verb} {rest}".strip()
    return QuestionKind.SAID, who, _topic(verb, rest)


def _topic(verb: str, rest: str) -> str:
    """Return what is asked about, with the verb when it carries meaning."""
    topic = rest.strip()
    if verb in _words(_TELL):
        # "tell the senate about rents": those who were told come before what they were told about.
        aimed = _PREPOSITION.match(topic)
        return aimed["topic"].strip() if aimed else _LEADING.sub("", topic)
    if verb == "going on":
        aimed = _PREPOSITION.match(topic)
        topic = aimed["topic"] if aimed else re.sub(r"^(?:about|with)\s+", "", topic)
        return re.sub(r"^with\s+", "", topic)
    if verb in WEAK or not verb:
        return _LEADING.sub("", _LEADING.sub("", topic))
    return f"{verb} {topic}".strip()


def _loose(text: str, knows: Callable[[str], bool]) -> Understood | None:
    """Read a question whose verb is no verb of speech, as one about what a known speaker said of it."""
    match = _LOOSE.match(text)
    if match is None:
        return None
    words = match["rest"].split()
    count = next((at for at, word in enumerate(words) if not word[:1].isupper()), len(words))
    who = " ".join(words[:count])
    if not who or count == len(words) or not knows(who):
        return None
    return QuestionKind.SAID, who, " ".join(words[count:])


def _tidy(text: str) -> str:
    """Take off by what people begin and end a question, and mend slips in the asking words."""
    before = None
    while before != text:
        before = text
        text = _POLITE.sub("", _START.sub("", _END.sub("", text.strip(" \"'"))))
    words = text.split()
    for at, word in enumerate(words):
        mended = _SLIPS.get(word.lower())
        if mended and (word.lower() not in _SLIPS_SAFE or at <= 1):
            words[at] = mended
    return " ".join(words)


def _publisher(text: str, publishers: Sequence[str]) -> tuple[str, str | None]:
    """Find the one publisher that a question asks for, and return the text without it."""
    for match in re.finditer(
        r"\b(?:in|according to|by|from|did|does|has) (?:the )?(?P<name>[A-Z][\w.&-]*(?: [A-Z][\w.&-]*){0,4})(?= report\w*\b|$|[?,.]| (?:about|on|say|said))",
        text,
    ):
        wanted = _plain(match["name"])
        fitting = [name for name in publishers if wanted and _fits(wanted, _plain(name))]
        exact = [name for name in fitting if _plain(name) == wanted]
        chosen = exact or fitting
        if len(chosen) == 1 and not re.match(r"did|does|has|according|by", match.group(), re.IGNORECASE):
            return (text[: match.start()] + text[match.end() :]).strip(), chosen[0]
    return text, None


def _fits(wanted: list[str], name: list[str]) -> bool:
    """Tell whether words may be short for a publisher's name: "Post" for "Washington Post" and "wash-post"."""
    return bool(wanted) and (
        wanted == name
        or name[-len(wanted) :] == wanted
        or "".join(name).removesuffix("com") == "".join(wanted)
        or (
            len(wanted) == len(name)
            and all(a.startswith(b) or b.startswith(a) for a, b in zip(wanted, name, strict=True))
        )
    )


def _plain(name: str) -> list[str]:
    words = re.findall(r"[a-z0-9]+", name.lower())
    return [word for word in words if word not in {"the", "com", "www", "org"}]


def _capitals(words: str) -> bool:
    return any(word[:1].isupper() for word in words.split())


def _words(pattern: str) -> frozenset[str]:
    return frozenset(pattern.split("|"))
