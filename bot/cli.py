"""The command line: the commands, and how it all begins and ends."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.app import App
from bot.commands import changing, evaluating, feeding, governing, reading, speaking
from bot.commands.saying import FAILED, complain
from bot.config import load_settings
from corpus.errors import SourceError, VerbatimError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


log = logging.getLogger(__name__)


class Group(click.Group):
    """Commands in the order in which a newcomer meets them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of their definition."""
        del ctx
        return list(self.commands)


@click.group(cls=Group, context_settings={"max_content_width": 100})
@click.option("--data-dir", type=click.Path(path_type=Path, file_okay=False), help="Data directory (default: data).")
@click.version_option(version("verbatim"), prog_name="verbatim")
@click.pass_context
def cli(context: click.Context, data_dir: Path | None) -> None:
    """Answer questions about the news with passages of the articles themselves, word for word."""
    settings = load_settings(**({"data_dir": data_dir} if data_dir else {}))
    logging.basicConfig(level=settings.log_level, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    # FAISS tells of each instruction set that it tries.
    logging.getLogger("faiss.loader").setLevel(logging.WARNING)
    # Tests hand over a maker of their own, whose apps have a small model.
    app = (context.obj or App)(settings)
    context.obj = app
    context.call_on_close(app.close)


for command in (
    changing.add,
    reading.list_articles,
    reading.show,
    changing.remove,
    reading.search,
    reading.export,
    reading.stats,
    changing.rebuild,
    feeding.feeds,
    changing.canaries,
    reading.ask,
    speaking.statements,
    speaking.speakers,
    governing.admins,
    governing.readers,
    governing.audit,
    evaluating.feedback,
):
    cli.add_command(command)


@cli.command()
@click.pass_obj
def demo(app: App) -> None:
    """Try Verbatim on a small collection of articles that comes with it.

    With a Telegram token set, serves the bot; on a terminal, takes questions; otherwise answers three examples.
    """
    from bot.commands.demo import run  # noqa: PLC0415

    run(app)


@cli.command()
@click.pass_obj
def serve(app: App) -> None:
    """Serve the Telegram bot, until Ctrl-C."""
    from bot.serving import run  # noqa: PLC0415

    run(app)


@cli.command()
@click.pass_obj
def doctor(app: App) -> None:
    """Check settings, model, database, index, token and disk, and say what to fix."""
    from bot.commands.doctor import examine  # noqa: PLC0415
    from bot.commands.terminal import console, show_checks  # noqa: PLC0415

    if not show_checks(console(), examine(app)):
        raise SystemExit(FAILED)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; problems become a message and an exit code, never a traceback."""
    try:
        with _unbroken_pipe():
            cli.main(args=arguments, prog_name="verbatim", standalone_mode=False)
    except click.exceptions.Abort:
        complain("Stopped. What was stored is kept; the same command goes on from there.")
        raise SystemExit(130) from None
    except click.ClickException as error:
        error.show()
        raise SystemExit(error.exit_code) from None
    except VerbatimError as error:
        # What begins with a path is not a sentence's beginning.
        begins = error.problem[:1] if isinstance(error, SourceError) else error.problem[:1].upper()
        complain(f"{begins}{error.problem[1:]}.")
        if error.fix:
            complain(error.fix)
        raise SystemExit(FAILED) from None
    except (OSError, SQLAlchemyError) as error:
        # A full disk, a directory that may not be written, a database server that is away.
        log.debug("the environment failed", exc_info=True)
        complain(f"It did not work: {getattr(error, 'orig', None) or error}.")
        complain("Check the data directory, its disk and its permissions; `verbatim doctor` looks at all of them.")
        raise SystemExit(FAILED) from None
    except Exception as error:
        log.debug("this was not foreseen", exc_info=True)
        complain(f"Something went wrong that was not foreseen ({type(error).__name__}: {error}).")
        complain("With VERBATIM_LOG_LEVEL=DEBUG the same command tells where; please report it. No article is lost.")
        raise SystemExit(FAILED) from None


@contextmanager
def _unbroken_pipe() -> Iterator[None]:
    """End quietly when whoever reads the output has had enough, as `head` has."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


if __name__ == "__main__":
    main()
