"""What stands on the cards of articles, in lists of them, and on their buttons.

As in `bot.desk.texts_desk`, none of these texts holds markup.
"""

from __future__ import annotations

from bot.language import _, ngettext


def new_article() -> str:
    """Head the preview of a new article."""
    return _("New article, not kept yet")


def new_articles(number: int) -> str:
    """Head the preview of several new articles."""
    return ngettext("{number} new article, not kept yet", "{number} new articles, not kept yet", number).format(
        number=f"{number:,}"
    )


def changed_article(number: int) -> str:
    """Head the preview of changes to an article."""
    return _("Article {number}, as you want it; not saved yet").format(number=number)


def untitled() -> str:
    """Stand in the place of a title."""
    return _("untitled")


def undated() -> str:
    """Stand in the place of a date."""
    return _("no date")


def no_publisher() -> str:
    """Stand in the place of a publisher."""
    return _("no publisher")


def words(number: int) -> str:
    """Say how long a text is."""
    return ngettext("{number} word", "{number} words", number).format(number=f"{number:,}")


def statements(number: int) -> str:
    """Say how many statements there are."""
    return ngettext("{number} statement", "{number} statements", number).format(number=f"{number:,}")


def articles(number: int) -> str:
    """Say how many articles there are."""
    return ngettext("{number} article", "{number} articles", number).format(number=f"{number:,}")


def by(author: str) -> str:
    """Name the author."""
    return _("by {author}").format(author=author)


def version_of(number: int, title: str) -> str:
    """Say that a draft is another version of a stored article."""
    return _("This is article {number} already ({title}); keeping it stores what is new.").format(
        number=number, title=title
    )


def copy_of(number: int, title: str) -> str:
    """Say that a draft is a near copy of a stored article."""
    return _("Near copy of article {number} ({title}).").format(number=number, title=title)


def copy_of_number(number: int) -> str:
    """Say that a stored article is a near copy of another one."""
    return _("Near copy of article {number}.").format(number=number)


def versions(number: int) -> str:
    """Say how many of several drafts are other versions of stored articles."""
    return ngettext("{number} is there already", "{number} are there already", number).format(number=f"{number:,}")


def copies(number: int) -> str:
    """Say how many of several drafts are near copies of stored articles."""
    return ngettext("{number} is a near copy", "{number} are near copies", number).format(number=f"{number:,}")


FIELDS = ("title", "published", "publisher", "url", "author")
"""Fields of a draft that can be edited, in the order of their buttons."""


def field_name(field: str) -> str:
    """Name a field."""
    names = {
        "title": _("title"),
        "published": _("date"),
        "publisher": _("publisher"),
        "url": _("URL"),
        "author": _("author"),
    }
    return names[field]


def button(name: str) -> str:
    """Label a button."""
    labels = {
        "keep": _("Keep"),
        "keep all": _("Keep all"),
        "save": _("Save"),
        "discard": _("Discard"),
        "cancel": _("Cancel"),
        "undo": _("Undo"),
        "show": _("Show"),
        "statements": _("Statements"),
        "text": _("Whole text"),
        "edit": _("Edit"),
        "remove": _("Remove"),
        "refetch": _("Fetch again"),
        "source": _("Source"),
        "yes": _("Yes, remove it"),
        "no": _("No, keep it"),
        "back": "◀",
        "on": "▶",
        "title": _("Edit title"),
        "published": _("Edit date"),
        "publisher": _("Edit publisher"),
        "url": _("Edit URL"),
        "author": _("Edit author"),
    }
    return labels[name]


def list_head(number: int, wanted: str) -> str:
    """Head a list of articles, or say that there are none."""
    if not number:
        return _("No article fits “{words}”.").format(words=wanted) if wanted else _("There are no articles yet.")
    return f"{articles(number)}: {wanted}" if wanted else articles(number)


def list_usage(problem: str) -> str:
    """Explain how a list of articles is narrowed down."""
    return _(
        "{problem}\n"
        "Words that must occur in the title, and filters, as in:\n"
        '/articles bridge publisher:"Harbour Gazette" since:2024-05-01 until:2024-05-31'
    ).format(problem=problem)


def empty_filter(name: str) -> str:
    """Say that a filter has no value."""
    return _("Nothing stands behind {name}:").format(name=name)


def bad_day(value: str) -> str:
    """Say that a filter is no date."""
    return _("“{value}” is no date; write it as 2024-05-31.").format(value=value)


def article_head(number: int) -> str:
    """Head the card of an article."""
    return _("Article {number}").format(number=number)


def revision(number: int) -> str:
    """Say which revision of an article this is."""
    return _("revision {number}").format(number=number)


def statements_of(number: int, title: str) -> str:
    """Head the list of an article's statements."""
    return _("Statements in article {number} ({title})").format(number=number, title=title)


def no_statements(number: int) -> str:
    """Say that an article has no statements."""
    return _("No statements were found in article {number}.").format(number=number)


def unattributed() -> str:
    """Stand in the place of a speaker's name."""
    return _("unattributed")


def usage(command: str) -> str:
    """Say that a command needs the number of an article."""
    return _("Which article? Write its number, as in /{command} 12; /articles lists them.").format(command=command)
