"""A pasted page -> its article: cleaned text, and title, byline and date from the lines around it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.cleaning import LONG, clean, is_headline, is_sentence
from corpus.dates import search_day

if TYPE_CHECKING:
    from datetime import date

NEAR_TOP = 12
"""Lines from the top among which a byline may stand: a photo and its caption come before it on some pages."""

MENU_WORDS = 3
"""Words that a line above the headline has at most when it is taken for the item of a menu."""

NAME_WORDS = 4
"""Words up to which a line in capital initials is taken for the name of a person or a paper, not for a headline."""

DIGITS = 5
"""Digits that a date has at least: a year and a day."""

_NAME = r"[A-ZÀ-ÞА-Я][\w.’'-]*"
_NAMES = (
    rf"(?=\w[\w.’'-]){_NAME}(?:(?:,? (?:and|und|et|y|e|en|och|и) |, | )"
    rf"(?:(?:de|da|del|der|van|von|bin|al|la|le|di|du|dos) ){{0,2}}{_NAME}){{0,8}}"
)
_BEHIND = r"\s*(?:[|,;·•(/–—-].{0,60}|[\w.+-]+@\S+)?"
_BYLINE = re.compile(
    rf"(?i:(?:written |reported |story )?by|von|par|por|di|door|av|текст:?)\s+(?P<name>{_NAMES}){_BEHIND}"
    rf"|(?P<korean>[가-힣]{{2,4}})\s?(?:기자|특파원|선임기자|인턴기자){_BEHIND}"
)
_CREDIT = re.compile(
    r"(?i:special (?:to|for) .{3,60}|from .{3,60} reports?|.{3,60} (?:staff )?(?:writer|reporter|correspondent)s?)"
    rf"|{_NAMES},? (?:and|by) {_NAMES}|{_NAMES}, [A-Z ]{{2,30}}"
)
_SMALL = re.compile(r"\b[a-zà-þа-я]\w*")

_URL = re.compile(r"https?://\S+")
_MONTHS = re.compile(
    r"\b(?:jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|févr?(?:ier)?|mar(?:ch|s|zo)?|märz|apr(?:il|ile)?|avril|abril|may|mai"
    r"|mayo|june?|juni|juin|junio|july?|juli|juillet|julio|aug(?:ust)?|août|agosto|sept?(?:ember|embre|iembre)?"
    r"|oct(?:ober|obre|ubre)?|okt(?:ober)?|nov(?:ember|embre|iembre)?|dec(?:ember)?|dez(?:ember)?|déc(?:embre)?"
    r"|diciembre|de)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"\W*(?:(?:first |last )?(?:published|posted|updated|modified|created)|veröffentlicht|aktualisiert|stand|publié"
    r"|mis à jour|publicado|actualizado|입력|수정|등록|송고|승인|기사입력|최종수정|公開|更新|配信|发布)",
    re.IGNORECASE,
)
_STAMP = re.compile(
    r"\b(?:(?:first|last|published|posted|updated|modified|created|date|on|at|and|in|min|read|mon|tues?|wed|thu(?:rs)?|fri"
    r"|sat|sun|[a-z]{3,6}day|[ap]\.?m|[ecmp][sd]?t|c?est|cet|[ew]et|[abik]st|jst|hkt|sgt|msk|aedt|gmt|utc|uhr|stand"
    r"|veröffentlicht|aktualisiert|am|um|publié|modifié|mis|jour|le|à|publicado|actualizado|el|a|las)\b)"
    r"|기사입력|최종수정|입력|수정|등록|송고|승인|오전|오후|시|분|公開|更新|配信|发布"
    r"|[월화수목금토일月火水木金土日]요?曜?일?日?|[\W\d_]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Page:
    """What was found on a pasted page.

    Attributes:
        title: headline, or "" where none can be told.
        text: the article without it, paragraphs separated by a blank line.
        author: names from the byline, without "By".
        published: day from a line that holds nothing but a date.
        url: address from a line that holds nothing else.
    """

    title: str
    text: str
    author: str | None = None
    published: date | None = None
    url: str | None = None


def read_page(text: str) -> Page:
    """Clean a pasted page and tell its title, author and date from its first lines.

    The title is the first line above the article's first sentence that looks like a headline; of the lines above the
    title, those of up to three words are taken for a menu. Bylines, dates and addresses are looked for above the first
    sentence, near the top, and below the last sentence; what was found leaves the text.
    """
    lines = clean(text).split("\n\n")
    sentences = [at for at, line in enumerate(lines) if is_sentence(line) and not is_headline(line)]
    if not sentences:  # a note, a list: nothing tells which line would be a headline
        return Page("", "\n\n".join(lines))
    first, last = sentences[0], sentences[-1]
    title = next((at for at, line in enumerate(lines[:first]) if _is_title(line)), None)
    author, published, url, kept = None, None, None, []
    for at, line in enumerate(lines):
        if at < max(first, NEAR_TOP) or at > last:
            if names := byline(line):
                author = author or names
                continue
            if _URL.fullmatch(line):
                url = url or line
                continue
            if _is_stamp(line) and (at < first or _LABEL.match(line)):
                published = published or search_day(line)
                continue
        is_menu = title is not None and at < title and len(line.split()) <= MENU_WORDS and not is_sentence(line)
        if at != title and not is_menu:
            kept.append(line)
    return Page(lines[title] if title is not None else "", "\n\n".join(kept), author, published, url)


def byline(line: str) -> str | None:
    """Return the names in a byline ("By Mina Okafor | Harbour desk"), or None for any other line."""
    match = _BYLINE.fullmatch(line) if len(line) <= LONG else None
    return (match["name"] or match["korean"]).strip(" ,") if match else None


def _is_title(line: str) -> bool:
    if not is_headline(line) or byline(line) or _is_stamp(line):
        return False
    is_name = len(line.split()) <= NAME_WORDS and not _SMALL.search(line) and line.replace(" ", "").isalpha()
    return not is_name and not _CREDIT.fullmatch(line)


def _is_stamp(line: str) -> bool:
    digits = sum(char.isdecimal() for char in line)
    return len(line) <= LONG and digits >= DIGITS and not _STAMP.sub("", _MONTHS.sub("", line))
