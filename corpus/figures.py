"""Who an article speaks of: somebody or something with a name, or a description of somebody without one."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from corpus.names import fold, name_key
from corpus.records import Character, SpeakerKind
from corpus.roles import gender_of_noun, head

if TYPE_CHECKING:
    from corpus.mentions import Mention

FULL = {
    "sen": "senator", "gov": "governor", "rep": "representative", "gen": "general", "pres": "president", "dr": "doctor",
    "prof": "professor", "rev": "reverend", "sec": "secretary", "capt": "captain", "sgt": "sergeant", "col": "colonel",
    "lt": "lieutenant", "amb": "ambassador", "atty": "attorney", "det": "detective", "cmdr": "commander",
}  # fmt: skip
"""What abbreviated titles stand for, folded."""

_PLAIN = 2
"""Words of a name that a headline alone may vouch for."""

_OWNS = re.compile(r"[’']s?$")


@dataclass(slots=True, eq=False)
class Figure:
    """Somebody or something with a name, or a description of somebody without one.

    Attributes:
        forms: the forms of the name, with how often each is used; in text order of the first use.
        places: (position, weight) of what refers to them, in text order; see `corpus.salience`.
    """

    kind: SpeakerKind
    forms: Counter[str] = field(default_factory=Counter)
    mentions: list[Mention] = field(default_factory=list)
    roles: dict[str, None] = field(default_factory=dict)
    heads: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    gender: str | None = None
    certain: bool = False
    plural: bool = False
    human: bool = True
    places: list[tuple[int, float]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The fullest form: most tokens, then most used, then first."""
        order = list(self.forms)
        full = any(self.forms[f] and len(name_key(f)) > 1 for f in order)

        def fitness(form: str) -> tuple[bool, int, int, int, int]:
            size = len(name_key(form))
            doubtful = self.forms[form] == 0 and (full or size > _PLAIN)
            return doubtful, -size, -len(form.split()), -self.forms[form], order.index(form)

        return _cased(min(order, key=fitness))

    def learn(self, role: str) -> None:
        """Keep a role, its head and its words."""
        self.roles.setdefault(role)
        noun = head(role)
        self.heads.add(FULL.get(noun, noun))
        self.words.update(fold(_OWNS.sub("", w)) for w in role.split())
        if self.gender is None or not self.certain:
            told = gender_of_noun(noun)
            if told:
                self.gender, self.certain = told, True

    def character(self) -> Character:
        """Return the record of the figure."""
        name = self.name
        used = [f for f in self.forms if self.forms[f]]
        aliases = tuple(dict.fromkeys(c for f in used if (c := _cased(f)) != name))
        return Character(name=name, kind=self.kind, aliases=aliases, roles=tuple(self.roles))


def _cased(name: str) -> str:
    """Write a name of a transcript as names are written ("JANE O'NEIL" -> "Jane O'Neil"); acronyms stay."""
    words = name.split()
    if len(words) > 1 and name.isupper() and all(len(w) > 1 for w in words):
        return " ".join(re.sub(r"[^\W\d_]+", lambda m: m.group().capitalize(), w) for w in words)
    return name
