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
    """

    __slots__ = ("template", "values")

    template: str
    values: dict[str, object]

    def __new__(cls, template: str, /, **values: object) -> Self:
        """Put a sentence together."""
        made = super().__new__(cls, template.format(**values))
        made.template, made.values = template, values
        return made

    @classmethod
    def again(cls, template: str, values: dict[str, object]) -> Self:
        """Put a sentence together from what was kept of one."""
        return cls(template, **values)
