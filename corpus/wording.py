"""Sentences for a person that can be said in another language: English, with what they were put together from.

The corpus speaks English and knows no other language. Whoever shows its sentences finds their parts here, and the
collector of texts (`bot.translating`) finds their templates in the code.
"""

from __future__ import annotations

from typing import Self


class Wording(str):
    """A sentence in English that remembers its template and values.

    Attributes:
        template: as for `str.format`.
        values: by name; they may be wordings themselves.
        is_opening: whether it begins with a capital, whatever the template and the values begin with.
    """

    __slots__ = ("is_opening", "template", "values")

    template: str
    values: dict[str, object]
    is_opening: bool

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Put a sentence together."""
        made = super().__new__(cls, template.format(**values))
        made.template, made.values, made.is_opening = template, values, False
        return made

    @classmethod
    def again(cls, template: str, values: dict[str, object]) -> Self:
        """Put a sentence together from what was kept of one."""
        return cls(template, **values)

    def opening(self) -> Self:
        """Return it with a capital at its beginning."""
        made = super().__new__(type(self), capital(self))
        made.template, made.values, made.is_opening = self.template, self.values, True
        return made


def sentences(problem: str, fix: str) -> str:
    """Write what is wrong, and as a second sentence what to do about it, where anything can be done."""
    return Wording("{problem}. {fix}", problem=problem, fix=fix) if fix else problem


def capital(text: str) -> str:
    """Return a text with a capital at its beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def opened(text: str) -> str:
    """Return a sentence with a capital at its beginning, its parts kept where it has any."""
    return text.opening() if isinstance(text, Wording) else capital(text)
