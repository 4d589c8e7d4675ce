"""The commands about who said what: statements of texts and articles, speakers, and their corrections."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.commands.records import profile_record
from bot.commands.saying import PARTLY, complain, print_json, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app import App
    from corpus.corrections import Corrections

LATEST = 10
"""Statements shown of a speaker."""


@click.command()
@click.argument("what", metavar="ARTICLE|FILE")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an article, with offsets into its text.")
@click.pass_obj
def statements(app: App, what: str, as_json: bool) -> None:  # noqa: FBT001  (click's way)
    """Show who says what in a stored ARTICLE (its id, URL or number), or in the articles of a FILE.

    FILE is JSONL (also .gz, or - for standard input), each line with an id and a text; nothing of it is stored, and
    offsets are into the text exactly as it is given.
    """
    from bot.commands import extracting  # noqa: PLC0415  (commands that only read start faster)

    if what == "-" or Path(what).is_file():
        bad = 0
        for told in extracting.of_file(app, what):
            if told.problem:
                bad += 1
                complain(told.problem)
            extracting.show(told, as_json=as_json)
        if bad:
            raise SystemExit(PARTLY)
        return
    article = app.store.find(what)
    extracting.show(extracting.of_article(app, article), as_json=as_json)


class SpeakerCommands(click.Group):
    """The commands about speakers; anything else that stands in their place is words to look for in the list."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of their definition."""
        del ctx
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take a call that names no command for the list."""
        asks_for_help = any(each in ctx.help_option_names for each in args[:1])
        if not asks_for_help and not (args and args[0] in self.commands):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=SpeakerCommands)
def speakers() -> None:
    """List who is quoted, and correct it: `verbatim speakers`, or `verbatim speakers WORDS` for some of them.

    NAME is a name as `verbatim speakers` shows it, a part of it that only one speaker has, or a number. Corrections
    survive every rebuild and every new import.
    """


@speakers.command(name="list")
@click.argument("words", nargs=-1)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_speakers(app: App, words: tuple[str, ...], limit: int, as_json: bool) -> None:  # noqa: FBT001
    """List persons and organisations, most statements first; WORDS must stand in name, other names or role."""
    every = app.corrections.registry.profiles
    wanted = [word.casefold() for word in words]
    found = (
        profile
        for profile in every
        if all(
            any(
                word in form.casefold()
                for form in (profile.speaker.name, *profile.speaker.aliases, *profile.speaker.roles)
            )
            for word in wanted
        )
    )
    shown = list(islice(found, limit))
    if as_json:
        for profile in shown:
            print_json(profile_record(profile))
        return
    from bot.commands.extracting import show_speakers  # noqa: PLC0415

    show_speakers(shown)
    if next(found, None) is not None:
        say(f"These are the {limit} with most statements; --limit shows more.")
    if shown:
        return
    if not every:
        say("No speakers yet: `verbatim add FILE` brings in articles, and who speaks in them.")
        return
    near = app.corrections.registry.near(" ".join(words))
    say(f"No speaker fits {' '.join(words)!r}. Those with the nearest names: {', '.join(near)}.")


@speakers.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_obj
def show(app: App, name: str, as_json: bool) -> None:  # noqa: FBT001
    """Show a speaker: other names, roles, and the latest statements with their numbers."""
    from bot.commands.extracting import latest, show_profile  # noqa: PLC0415

    registry = app.corrections.registry
    profile = registry.named(name)
    told = latest(app, profile, LATEST)
    if as_json:
        record: dict[str, Any] = profile_record(profile) | {
            "kind": profile.speaker.kind.value,
            "ids": list(profile.ids),
            "aliases": list(profile.speaker.aliases),
            "roles": list(profile.speaker.roles),
            "latest": [said.record | {"article": article.reference} for article, said in told],
        }
        print_json(record)
        return
    show_profile(profile, told)


@speakers.command()
@click.argument("name")
@click.argument("other")
@click.pass_obj
def merge(app: App, name: str, other: str) -> None:
    """NAME and OTHER are one speaker, called OTHER."""
    _correct(app, lambda made: made.merge(_id(app, name), _id(app, other)))


@speakers.command()
@click.argument("name")
@click.argument("part")
@click.option("--as", "new", metavar="OTHER", help="Who it is; for an article this is needed.")
@click.pass_obj
def split(app: App, name: str, part: str, new: str | None) -> None:
    """A PART of what NAME said was said by somebody else.

    PART is another form of the name, for all that is said under it, or an article, for all that is said there.
    """
    _correct(app, lambda made: made.split(_id(app, name), part, new))


@speakers.command()
@click.argument("name")
@click.argument("new")
@click.pass_obj
def rename(app: App, name: str, new: str) -> None:
    """NAME is called NEW from now on; the old name still finds them."""
    _correct(app, lambda made: made.rename(_id(app, name), new))


@speakers.command(name="not-said-by")
@click.argument("name")
@click.argument("statement", type=click.IntRange(min=1))
@click.option("--by", metavar="OTHER", help="Who said it; without this, nobody is named.")
@click.pass_obj
def not_said_by(app: App, name: str, statement: int, by: str | None) -> None:
    """NAME did not make a STATEMENT, given by its number (`verbatim statements ARTICLE` shows them)."""
    _correct(app, lambda made: made.not_said_by(statement, _id(app, name), by))


@speakers.command(name="corrections")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_obj
def list_corrections(app: App, as_json: bool) -> None:  # noqa: FBT001
    """List what was corrected, oldest first, with the numbers that `undo` takes."""
    if as_json:
        idle = app.corrections.registry.idle
        for each in app.corrections.all():
            at = each.at.isoformat(timespec="seconds")
            print_json({"id": each.id, "kind": each.kind.value, "note": each.note, "at": at, "waits": each.id in idle})
        return
    lines = app.corrections.corrections()
    for line in lines:
        say(line)
    if not lines:
        say("Nothing was corrected yet.")


@speakers.command()
@click.argument("number", type=click.IntRange(min=1))
@click.pass_obj
def undo(app: App, number: int) -> None:
    """Take back the correction of that NUMBER; all is then as if it had never been made."""
    _correct(app, lambda made: made.undo(number))


def _correct(app: App, make: Callable[[Corrections], str]) -> None:
    say(make(app.corrections))


def _id(app: App, name: str) -> int:
    return app.corrections.registry.named(name).speaker.id
