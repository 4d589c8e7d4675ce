"""The words and shapes of questions about speech: English, and about no particular news.

Verbs are listed by their base forms; the forms that they take are derived, irregular ones are listed with them.
Patterns read a tidied question (`index.asking`): one line, straight quotation marks, no greeting before and no mark
behind it. Their groups are `who` (who spoke), `verb` or `noun` (how), and `rest` (what about).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterable

_VOWELS = frozenset("aeiou")


def forms(base: str) -> tuple[str, ...]:
    """Return base form, third person, past and -ing form of a regular verb, each with what follows it ("brush off")."""
    verb, _, behind = base.partition(" ")
    stem = verb.removesuffix("e") if verb.endswith("e") and not verb.endswith("ee") else verb
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch", "x", "z")) else f"{verb}s"
    past = f"{stem}ed"
    if verb.endswith("y") and verb[-2] not in _VOWELS:
        third, past = f"{verb[:-1]}ies", f"{verb[:-1]}ied"
    return tuple(f"{form} {behind}".rstrip() for form in (verb, third, past, f"{stem}ing"))


def _verbs(regular: str, irregular: str = "") -> tuple[str, ...]:
    """Return all forms of verbs, one a line or several between blanks; "_" stands for a blank inside of one."""
    derived = [form for base in regular.split() for form in forms(base.replace("_", " "))]
    return tuple(dict.fromkeys([*derived, *(form.replace("_", " ") for form in irregular.split())]))


def _either(listed: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(set(listed), key=lambda word: (-len(word), word)))


SAY: Final = _verbs("comment talk", "say says said saying speak speaks spoke spoken speaking stated stating remarked")
"""Without forms that are nouns more often: "the secretary of state said"."""

TELL: Final = (*_verbs("inform"), "tell", "tells", "told", "telling")
REPLY: Final = _verbs("respond react answer reply")
THINK: Final = _verbs(
    "believe", "think thinks thought thinking feel feels felt feeling mean means meant make_of makes_of made_of"
)
REPORTING: Final = _verbs("mention claim voice report note add")
JUDGING: Final = _verbs(
    """
    call compare liken mock describe argue accuse blame criticise criticize praise condemn denounce defend dismiss
    label ridicule characterise characterize portray attack slam blast chide rebuke hail insult rebuff brand dub
    deride scold deplore decry disparage belittle lambast lambaste lampoon taunt applaud commend salute congratulate
    savage equate trash skewer hit_out lash_out
    """,
    "slammed slamming",
)
"""Verbs by which "which senator called …" asks who spoke; "which city announced …" asks what happened."""

CARRYING: Final = (
    *JUDGING,
    *_verbs(
        """
        announce promise pledge vow warn predict suggest propose demand urge insist endorse oppose support reject
        apologise apologize explain complain declare acknowledge concede tweet testify express joke boast question
        threaten agree disagree recommend confirm reveal welcome lament advise ask challenge quote refuse view want
        allege assert contend maintain imply hint speculate forecast caution confess emphasise emphasize stress
        underline clarify concur object protest plead rant wonder worry doubt suspect implore thank credit downplay
        play_down call_for call_on call_out side_with justify assess brush_off laugh_off shrug_off
        brush_aside weigh_in push_back rail
        """,
        """
        swear swears swore foresee foresees foresaw forbid cast_doubt casts_doubt stand_up_for stood_up_for
        deny denies denied denying admit admits admitted admitting regret regrets regretted regretting write writes
        wrote writing hit_back took_issue take_issue spoke_out speak_out speaks_out rule_out rules_out ruled_out
        """,
    ),
)
"""Verbs that tell how somebody spoke, or what they hold; they are part of what is asked about."""

WEAK: Final = frozenset((*SAY, *TELL, *REPLY, *THINK, *REPORTING, "going on", "stand", "stands"))
"""Verbs that say nothing of what is asked about."""

WISHES: Final = frozenset(_verbs("want ask question view", "mean means meant"))
"""Verbs whose object is all that tells what is asked: after "what does … want" it stays with the verb."""

SAYING: Final = frozenset(SAY)
TELLING: Final = frozenset(TELL)

_SAY, _TELL, _REPLY, _THINK = _either(SAY), _either(TELL), _either(REPLY), _either(THINK)
_SPEECH = _either((*SAY, *TELL, *REPLY, *THINK, *REPORTING, *CARRYING))
_ING = _either(
    form for form in (*SAY, *TELL, *THINK, *REPORTING, *CARRYING, "going on") if form.split()[0][-3:] == "ing"
)
_LOOSE = _either(
    _verbs(
        "plan intend hope expect fear prefer wish promise offer like dislike hate love reckon favour favor",
        "hold holds held",
    )
)
_JUDGING = _either(word for word in (*SAY, *TELL, *THINK, *JUDGING) if word not in {"comment", "talk"})

_AUX = "did|does|do|has|have|had|is|was|were|are|would|will|could|can|might|should"
_DOES = "did|does|do|has|have|had|would|will|could|can|might|should"
_NOT = r"(?:did|does|do|has|have|had|is|was|are|were|would|could|should|ca|wo)n'?t|cannot"
_ABOUT = (
    "about|on|of|regarding|concerning|over|re|towards?|with regard to|with respect to|in regard to|when it comes to"
    "|as to"
)
_EVER = (
    r"(?:(?:to|ever|also|just|actually|recently|publicly|really|have to|had to|got to|been|first|then|once|previously"
    r"|keeps?|kept|try to|tried to|tries to|manage to|have|last|initially|originally|later|finally|again) )*"
)
_NOUNS = words(
    """
    position positions stance view views opinion opinions take thoughts thinking reaction reactions response responses
    reply answer comment comments remark remarks statement statements quote quotes quotation quotations criticism
    criticisms argument arguments attitude feelings message words explanation verdict assessment prediction advice
    warning complaint complaints apology defence defense rationale stand
    """
)
_NOUN = _either(_NOUNS)
_GIVEN = _either(
    _NOUNS
    | words(
        """
        reason reasons excuse excuses justification claim claims promise promises pledge pledges demand demands concern
        concerns doubts threat threats word evidence example examples
        """
    )
)
_GIVING = _either(
    (
        *_verbs("offer voice express provide issue use cite raise"),
        *words("give gives gave given make makes made have had take takes took hold put"),
    )
)
_NO_TYPE = rf"(?!(?:{_AUX})\b)"
_TYPE = rf"{_NO_TYPE}[\w'.-]+(?: {_NO_TYPE}[\w'.-]+){{0,5}}?"


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


WHO: Final = _pattern(
    r"^who(?:ever)?(?: else)?(?: (?:among|of|in|from) (?P<among>.+?))?",
    rf"(?: (?:has|have|had|is|was|were|are|was it that|is it that|was it who|that))? {_EVER}",
    rf"(?P<verb>{_SPEECH})\b(?P<rest>.*)$",
)
WHO_OF: Final = _pattern(rf"^which (?P<among>{_TYPE})(?: (?:has|have|had))? {_EVER}(?P<verb>{_JUDGING})\b(?P<rest>.*)$")
WHO_FOR: Final = _pattern(r"^who(?: else)? (?:is|was|were|are)(?P<rest> (?:against|in favou?r of|opposed to) .+)$")
WHOM: Final = _pattern(
    rf"^whom?(?: else)? (?:{_DOES}) (?P<who>.+?) {_EVER}",
    rf"(?P<verb>(?:hold|see|regard)(?= (?:\w+ )?(?:responsible|accountable|as)\b)|{_SPEECH})\b(?P<rest>.*)$",
)
PASSIVE: Final = _pattern(
    r"^what (?:was|is|has been|has|have|did|do|does|were) ",
    r"(?:(?:people|anyone|anybody|everyone|they|the articles|articles|the papers|the news|you) )?(?:been )?",
    rf"(?:{_SAY}|{_THINK})(?: by (?P<who>.+?))?\s+(?:{_ABOUT}) (?P<rest>.+)$",
)
WHAT_ING: Final = _pattern(
    rf"^what(?:'s| is| are| was| were| has| have| had) (?P<who>.+?) {_EVER}(?P<verb>{_ING})\b(?P<rest>.*)$"
)
WHATS: Final = _pattern(
    r"^what(?:'s| is| was| are| were) (?P<who>.+?)(?:'s|s'|') ",
    rf"(?:[\w-]+ ){{0,2}}?(?P<noun>{_NOUN})\b(?! (?:name|number)\b)(?P<rest>.*)$",
)
WHATS_OF: Final = _pattern(
    rf"^(?:what(?:'s| is| was| are| were) )?(?:the )?(?:[a-z-]+ )?(?P<noun>{_NOUN}) (?:of|by|from) (?P<who>.+?)",
    rf"(?: (?P<rest>(?:{_ABOUT}|to|for|against) .*))?$",
)
GIVEN: Final = _pattern(
    rf"^(?:what|which)(?: [a-z]+)? (?P<noun>{_GIVEN}) (?:{_DOES}) (?P<who>.+?) {_EVER}(?:{_GIVING})\b(?P<rest>.*)$"
)
WHAT_SAID: Final = _pattern(
    rf"^what(?: else| exactly| all)?(?: things?| words?)? (?:{_DOES}) ",
    rf"(?P<who>(?:(?!\b(?:that|would|will|should|to)\b).)+?) {_EVER}",
    rf"(?P<verb>{_SAY}|{_TELL}|{_REPLY}|{_THINK})\b(?! tanks?\b)(?P<rest>.*)$",
)
"""The plainest verbs are looked for first: in "the advice bureau's report say" another word may be one too."""

WHAT: Final = _pattern(
    rf"^what(?: else| exactly| all)?(?: things?| words?)? (?:{_DOES}) (?P<who>.+?) {_EVER}",
    rf"(?P<verb>{_SPEECH})\b(?! tanks?\b)(?P<rest>.*)$",
)
WHERE: Final = _pattern(rf"^where (?:{_DOES}) (?P<who>.+?) {_EVER}(?P<verb>stands?)(?P<rest>(?: (?:{_ABOUT}) .*)?)$")
HOW: Final = _pattern(
    rf"^how (?:{_DOES}|{_NOT}) (?P<who>.+?) {_EVER}(?P<verb>{_REPLY}|{_THINK}|{_either(CARRYING)}|see)\b(?P<rest>.*)$"
)
SAID: Final = _pattern(
    r"^(?:what|anything|something|everything|things|stuff|whatever)(?: else)? (?:that )?",
    rf"(?P<who>{_TYPE}) {_EVER}(?P<verb>say|says|said|saying|tell|tells|told)\b",
    r"(?P<rest>(?: .*)? (?:about|abt|on|regarding|concerning|of) .+)$",
)
WHETHER_SAID: Final = _pattern(rf"^(?:{_DOES}|{_NOT}) (?P<who>.+?) {_EVER}(?P<verb>{_SAY}|{_TELL})\b(?P<rest>.*)$")
ASKING: Final = (
    SAID,
    WHO,
    WHO_OF,
    WHO_FOR,
    WHOM,
    PASSIVE,
    GIVEN,
    WHAT_ING,
    WHATS,
    WHATS_OF,
    WHAT_SAID,
    WHAT,
    WHERE,
    HOW,
    WHETHER_SAID,
)
"""Shapes that are surely about speech, in the order in which they are tried."""

WHY_STANCE: Final = _pattern(
    r"^why (?:is|was|are|were) (?P<who>.+?) (?:so |now |still )?(?P<rest>(?:against|opposed to|in favou?r of) .+)$"
)
WHY: Final = _pattern(rf"^why (?:{_AUX}|{_NOT}) (?P<who>.+?) {_EVER}(?P<verb>{_SPEECH})\b(?P<rest>.*)$")
ACCORDING: Final = (
    _pattern(r"^according to (?P<who>[^,]+?)(?:, ?| (?=what|who|why|how|is|did|does))(?P<rest>.*)$"),
    _pattern(r"^(?P<rest>.+?),? according to (?P<who>.+)$"),
)
KNOWN: Final = (
    *ACCORDING,
    _pattern(rf"^(?:quote|cite|quotes?) (?:by |from |of )?(?P<who>.+?)(?: (?:{_ABOUT}) (?P<rest>.+))?$"),
    _pattern(rf"^(?P<who>.+?) (?:quotes?|statements?|remarks?|comments?)(?: (?:{_ABOUT}) (?P<rest>.+))?$"),
    WHY,
    WHY_STANCE,
    _pattern(rf"^what (?:{_DOES}) (?P<who>.+?) {_EVER}(?P<verb>{_LOOSE})\b(?P<rest>.*)$"),
    _pattern(rf"^(?:{_AUX}|{_NOT}) (?P<who>.+?) {_EVER}(?P<verb>{_SPEECH}|show|shows|shown)\b(?P<rest>.*)$"),
    _pattern(r"^(?:is|was|are|were) (?P<who>.+?)(?P<rest> (?:against|for|in favou?r of|opposed to|worried about) .+)$"),
    _pattern(
        r"^(?:anything|something|everything|things|stuff|whatever|what) (?:that )?",
        rf"(?P<who>.+?) {_EVER}(?P<verb>{_TELL}|{_SAY})\b(?P<rest>.+)$",
    ),
    _pattern(
        rf"^(?:(?:any|all|some|the)(?:thing)? )?(?:(?:{_NOUN}) |anything |something |everything |stuff )?",
        rf"(?:by|from|of|said by|that) (?P<who>.+?) (?:{_ABOUT}) (?P<rest>.+)$",
    ),
    _pattern(
        r"^(?:what(?:'s| is| was| are| were) )?(?P<who>.+?)(?:'s|s'|s) ",
        rf"(?P<noun>{_NOUN}) (?:{_ABOUT}|to|for|against) (?P<rest>.+)$",
    ),
    _pattern(rf"^(?P<who>.+?) (?P<verb>{_SAY}|{_TELL}|{_THINK})\b(?: what)?(?P<rest> (?:{_ABOUT}) .+)$"),
    _pattern(r"^(?P<who>.+?) (?:on|about|re|regarding|vs\.?) (?P<rest>.+)$"),
)
"""Shapes that may be about something else; about speech where they name a known speaker."""

HAPPENED: Final = _pattern(rf"^(?P<asks>why|how) (?:{_AUX}|{_NOT}) (?P<rest>.+)$")
"""Questions about what somebody did, of which they may have spoken."""

TOLD: Final = (
    _pattern(r"^(?:.*?\s)?(?:about|regarding|concerning|when it comes to|with regard to)\s+(?P<topic>.+)$"),
    _pattern(r"^(?:.*?\s)?(?:on|over|of)\s+(?P<topic>.+)$"),
)
"""What those who were told something were told about, the surest preposition first."""

LEADING: Final = _pattern(
    rf"^(?:(?:{_ABOUT}|to|that|for|at|if|whether|in response to|by|with|in|after|in reaction to|"
    r"when (?:(?:he|she|they|it) )?(?:(?:was|were|is) )?asked (?:about|whether|if|on)|when)\s+"
    r"|(?:anything|something|much|things|stuff|a word|nothing)\s+(?=(?:about|on|of|regarding|to)\b))"
)
QUESTION_WORD: Final = _pattern(
    r"^(?:what|who|whom|whose|why|how|when|where|which|did|does|do|is|was|are|were|has|have)\b"
)

VAGUE: Final = words(
    """
    anyone anybody people everyone everybody they someone somebody articles you it we i there he she press media
    reporters reports sources experts
    """
)
"""Those of whom a question asks when it asks of nobody."""

CONNECTING: Final = words(
    "of for at from the a an and de del della di da le la van von der den al bin ibn & who which whose"
)
"""Words that never end a phrase that names somebody, nor follow one."""
