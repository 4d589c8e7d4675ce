"""What the bot says to admins about imports and exports.

None of these texts holds markup; whoever puts them into a message escapes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.desk.texts_cards import articles
from bot.language import _, ngettext
from corpus.writing import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping


def import_usage() -> str:
    """Say how an import is begun."""
    return _(
        "Send a file with /import as its caption, or reply to a file with /import. It may hold any number of articles: "
        ".jsonl, .csv, .txt, .md, .html, .pdf, each also .gz, and .zip of those, up to 20 MB."
    )


def importing(name: str, records: int, percent: int | None) -> str:
    """Say how far an import is."""
    told = ngettext("Importing {name}: {number} record", "Importing {name}: {number} records", records)
    share = "" if percent is None else f" · {percent} %"
    return told.format(name=name, number=f"{records:,}") + share


def import_begins(name: str) -> str:
    """Say that an import begins."""
    return _("Importing {name} …").format(name=name)


def import_goes_on(name: str) -> str:
    """Say that an import that was interrupted goes on."""
    return _("I was interrupted while importing {name}. It goes on now …").format(name=name)


def import_waits(name: str) -> str:
    """Say that an import waits for another process."""
    return _("Importing {name} waits: the collection is being changed by another job right now.").format(name=name)


def stopping() -> str:
    """Tell who tapped Cancel that it takes a moment."""
    return _("The import ends in a moment.")


def import_over() -> str:
    """Tell who tapped Cancel that there is nothing to cancel."""
    return _("This import is over.")


def cancel() -> str:
    """Label the button that ends an import."""
    return _("Cancel")


def imported(name: str) -> str:
    """Head the result of an import."""
    return _("Imported {name}").format(name=name)


def import_cancelled(name: str) -> str:
    """Head the result of an import that was cancelled."""
    return _("The import of {name} was cancelled; what was stored before stays").format(name=name)


def import_failed(name: str, problem: str) -> str:
    """Say why an import ended before its end."""
    return _("The import of {name} failed: {problem}").format(name=name, problem=problem)


def outcomes(counts: Mapping[Outcome, int], bad: int) -> str:
    """Say what became of the records of an import."""
    one = {
        Outcome.ADDED: lambda n: ngettext("{number} added", "{number} added", n),
        Outcome.COPY: lambda n: ngettext("{number} near copy", "{number} near copies", n),
        Outcome.UPDATED: lambda n: ngettext("{number} updated", "{number} updated", n),
        Outcome.UNCHANGED: lambda n: ngettext("{number} unchanged", "{number} unchanged", n),
    }
    parts = [one[each](counts[each]).format(number=f"{counts[each]:,}") for each in one if counts.get(each)]
    if bad:
        unread = ngettext("{number} could not be read", "{number} could not be read", bad)
        parts.append(unread.format(number=f"{bad:,}"))
    return ", ".join(parts) or _("nothing in it")


def earlier(number: int) -> str:
    """Say how many records had been dealt with before an interruption."""
    return ngettext(
        "{number} record had been dealt with before the interruption.",
        "{number} records had been dealt with before the interruption.",
        number,
    ).format(number=f"{number:,}")


def exported(number: int) -> str:
    """Say how many articles were exported."""
    return _("Exported {articles}; /import takes them in again.").format(articles=articles(number))


def nothing_to_export() -> str:
    """Say that no article fits."""
    return _("There is no article to export.")


def not_exported() -> str:
    """Say that a file could not be sent."""
    return _("The export could not be sent through Telegram. On the machine that runs me: verbatim export -o FILE")
