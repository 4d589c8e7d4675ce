"""Articles that are added to what is indexed already: invented, so that nothing else answers what is asked of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An invented article.

    Attributes:
        who: whose words it holds.
        where: a town that there is not.
        what: a matter of that town alone.
    """

    who: str
    where: str
    what: str

    @property
    def key(self) -> str:
        """Its id."""
        return f"newcomer-{self.where.lower()}"

    @property
    def record(self) -> dict[str, str]:
        """The article, as `verbatim add` reads it."""
        text = (
            f"The council of {self.where} voted on Monday to pay for the {self.what}, after a debate of two years.\n\n"
            f"“The {self.what} will be ready before the first snow falls,” {self.who}, the mayor of {self.where}, told "
            f"reporters after the vote. “Nobody here wants to wait for another winter.”\n\n"
            f"Work is to begin in April. The town has about nine thousand inhabitants."
        )
        return {"id": self.key, "title": f"{self.where} pays for the {self.what}", "date": "2016-10-31", "text": text}

    @property
    def question(self) -> str:
        """What it alone answers."""
        return f"What did {self.who} say about the {self.what}?"


NEWCOMERS = (
    Newcomer("Ottoline Quarrington", "Brindlemere", "lighthouse railway"),
    Newcomer("Casimir Thistlewood", "Vostergrad", "glass aqueduct"),
    Newcomer("Philippa Drummondson", "Karrowick", "floating observatory"),
)
