"""What the bot says to admins about articles: handing in, previews, lists, changes, removals.

None of these texts holds markup; whoever puts them into a message escapes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.desk.texts_cards import field_name
from bot.language import _, explained, ngettext, translated
from corpus.wording import capital

if TYPE_CHECKING:
    from corpus.errors import VerbatimError


def guide() -> str:
    """Explain to admins what they can do about articles."""
    return _(
        "/add takes in articles: text, links, files, forwarded posts; you see each before it is kept\n"
        "/articles lists them; words, publisher: and since: after it narrow that; /show N, /edit N, /remove N and "
        "/refetch N are about one\n"
        "/import takes in a large file in the background; /export sends all articles as a file"
    )


def commands() -> dict[str, str]:
    """Return what the command menu of admins has about articles: command to description, in the order of the menu."""
    return {
        "add": _("Take in articles: text, links, files"),
        "articles": _("List and search the articles"),
        "show": _("Show an article by its number"),
        "edit": _("Change title, date, publisher or link"),
        "remove": _("Remove an article; can be undone for a day"),
        "refetch": _("Fetch an article's page again"),
        "import": _("Take in a large file in the background"),
        "export": _("Send all articles as a file"),
    }


def add_usage() -> str:
    """Say what can be handed in."""
    return _(
        "Send me what is to become an article:\n"
        "• its text, pasted, however long\n"
        "• links to its page\n"
        "• files: .txt, .md, .html, .pdf, .csv, .jsonl, each also .gz, and .zip of those\n"
        "• a forwarded post of a channel\n"
        "/add also works as a reply to a message that holds one of these.\n"
        "/add follow @channel takes in every new post of a channel; /add unfollow @channel ends that."
    )


def add_hint() -> str:
    """Hint in the input field at what can be handed in."""
    return _("Text or links of the article")


def too_large(name: str, megabytes: int) -> str:
    """Explain that a file is beyond what bots may download, and what to do."""
    return _(
        "{name} has {size} MB, and Telegram lets bots download at most 20 MB. Send it compressed (.gz or .zip) or in "
        "parts, or add it on the machine that runs me: verbatim add {name}"
    ).format(name=name, size=megabytes)


def not_downloaded(name: str) -> str:
    """Say that a file did not arrive."""
    return _("{name} could not be downloaded from Telegram. Please send it again.").format(name=name)


def unreadable(name: str, error: VerbatimError) -> str:
    """Say why something could not be read."""
    problem = explained(error).removeprefix(f"{name}: ")
    return _("{name} was not added: {problem}").format(name=name, problem=problem)


def bad_record(place: str, reason: str) -> str:
    """Say why one record of a file could not be read."""
    return _("{place} was not added: {problem}").format(place=place, problem=translated(reason))


def more_problems(number: int) -> str:
    """Say how many further problems there are."""
    return ngettext("… and {number} more problem.", "… and {number} more problems.", number).format(
        number=f"{number:,}"
    )


def pasted() -> str:
    """Name a pasted text in a message about it."""
    return _("The text")


def no_fetching() -> str:
    """Say that links cannot be followed here."""
    return _("I cannot fetch pages here. Paste the text of the article instead.")


def nothing_read() -> str:
    """Say that there was nothing to add."""
    return _("There is nothing in it that could become an article.")


def for_import(name: str, most: int) -> str:
    """Say that a file holds too many articles for a preview."""
    return _(
        "{name} holds more than {most} articles. Reply to the file with /import: that takes in any number."
    ).format(name=name, most=most)


def failed(error: VerbatimError) -> str:
    """Say why something could not be done."""
    return capital(explained(error))


def locked() -> str:
    """Say that another process is changing the corpus."""
    return _("The collection is being changed by another job right now. Please try again in a moment.")


def expired() -> str:
    """Say that a card is too old for its buttons."""
    return _("This is too old, or was dealt with already. Please hand it in again.")


def kept_already() -> str:
    """Say that a draft was kept before."""
    return _("That was kept already.")


def went_wrong() -> str:
    """Say that something unforeseen went wrong."""
    return _("Sorry, something went wrong on my side; the log tells more. Please try again.")


def undo_gone(number: int) -> str:
    """Say that an article cannot be taken back any more."""
    return _("Article {number} cannot be taken back any more: it was removed more than a day ago.").format(
        number=number
    )


def no_article(wanted: str) -> str:
    """Say that there is no such article."""
    return _("There is no article “{wanted}”. /articles lists them with their numbers.").format(wanted=wanted)


def kept(number: int) -> str:
    """Head the card of an article that was added."""
    return _("Kept as article {number}").format(number=number)


def saved(number: int) -> str:
    """Head the card of an article that was changed."""
    return _("Article {number} is saved").format(number=number)


def unchanged(number: int) -> str:
    """Head the card of an article that stayed as it was."""
    return _("Article {number} is there already, just like this").format(number=number)


def kept_all(added: int, updated: int, same: int) -> str:
    """Say what became of several drafts."""
    parts = [
        ngettext("{number} article kept", "{number} articles kept", added).format(number=f"{added:,}"),
        ngettext("{number} updated", "{number} updated", updated).format(number=f"{updated:,}") if updated else "",
        ngettext("{number} unchanged", "{number} unchanged", same).format(number=f"{same:,}") if same else "",
    ]
    return ", ".join(part for part in parts if part)


def discarded(title: str) -> str:
    """Say that a draft was thrown away."""
    return _("Discarded: {title}").format(title=title)


def cancelled(number: int) -> str:
    """Say that the changes of an article were thrown away."""
    return _("Article {number} stays as it was.").format(number=number)


def ask_remove(number: int, title: str) -> str:
    """Ask whether an article is really to be removed."""
    return _("Remove article {number} ({title})? Nobody will find it any more; for a day it can be taken back.").format(
        number=number, title=title
    )


def removed(number: int, title: str) -> str:
    """Say that an article was removed."""
    return _("Removed article {number}: {title}").format(number=number, title=title)


def removed_all(number: int) -> str:
    """Say that what was kept was taken away again."""
    return ngettext("Taken away again: {number} article.", "Taken away again: {number} articles.", number).format(
        number=f"{number:,}"
    )


def restored(number: int, title: str) -> str:
    """Say that a removed article is back."""
    return _("Article {number} is back: {title}").format(number=number, title=title)


def refetched_same(number: int) -> str:
    """Say that a page has not changed."""
    return _("The page of article {number} says what is stored: nothing has changed.").format(number=number)


def refetched(number: int, revision: int) -> str:
    """Say that a page has changed."""
    return _("The page of article {number} has changed; stored as revision {revision}.").format(
        number=number, revision=revision
    )


def more_changes(number: int) -> str:
    """Say how many changes are not shown."""
    return ngettext("… and {number} more change", "… and {number} more changes", number).format(number=f"{number:,}")


def ask_field(field: str, now: str) -> str:
    """Ask for the new value of a field."""
    asked = _("What is the {field}? Reply with it, or with - for none.").format(field=field_name(field))
    return asked + (("\n" + _("Now: {value}").format(value=now)) if now else "")


def bad_field(field: str, problem: str) -> str:
    """Say that a value cannot be taken, and that the old one stays."""
    return _("The {field} stays as it was: {problem}").format(field=field_name(field), problem=problem)


def too_long(number: int, most: int) -> str:
    """Say that a value is too long."""
    return _("it has {number} characters, and may have {most}").format(number=f"{number:,}", most=most)


def url_taken(number: int) -> str:
    """Say that another article has an address."""
    return _("article {number} has this URL").format(number=number)
