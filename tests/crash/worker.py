"""A process that changes a data directory as the commands do, says what it has done, and is killed while it does so.

It imports everything once and then forks for each task, so that a kill costs no start-up. A task is a line of JSON on
standard input; what happens comes as lines of JSON on standard output:

    {"pid": …}                      the process that works on the task
    {"begin": …, "texts": {…}}      something begins; texts: key -> version of each article concerned (null: removed)
    {"done": …}                     the last thing begun was acknowledged
    {"finished": true}              the task was done to its end
    {"ended": pid}                  the process is no more
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import alembic.command  # noqa: F401  (so that no child has to import it)
from fakes import HashEncoder, small_app

from bot.commands import maintaining
from corpus.languages import detect
from corpus.records import Draft
from corpus.sources import find
from corpus.writing import Writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.app import App
    from corpus.writing import Stored

WINDOW = 20
"""Words in a passage: articles of these tests have two or three."""


def article_text(key: str, version: int) -> str:
    """Return the text of a version of an article; every passage of every article holds the word "chronicle"."""
    first = " ".join(f"w{(version * 31 + number * 7 + len(key)) % 97}" for number in range(12))
    last = f"Clerk said that the chronicle ends with {key} and {version}. {first[:30]}."
    return f"Chronicle of {key} as of {version}. {first}.\n\n{last}"


def opened(directory: Path) -> App:
    """Wire the directory as production does, with a small model."""
    return small_app(directory, encoder=HashEncoder(window=WINDOW))


def say(**what: Any) -> None:
    """Print a line, in one piece, at once."""
    os.write(1, (json.dumps(what) + "\n").encode())


class SayingWriter(Writer):
    """A writer that says what it begins and what it has done."""

    def add(self, drafts: Sequence[Draft]) -> list[Stored]:
        """Store drafts."""
        say(begin="store", texts={draft.key: json.loads(draft.title) for draft in drafts})
        stored = super().add(drafts)
        say(done="store")
        return stored

    def remove(self, numbers: Sequence[int]) -> list[int]:
        """Take articles out."""
        say(begin="take out", texts={self.store.article(number).key: None for number in numbers})
        removed = super().remove(numbers)
        say(done="take out")
        return removed

    def resplit(self) -> Iterator[int]:
        """Cut all articles again."""
        say(begin="cut")
        yield from super().resplit()
        say(done="cut")


def perform(app: App, kind: str, what: Any) -> None:
    """Do one thing."""
    match kind:
        case "import":
            maintaining.import_sources(app, find([what]), lambda _: None)
        case "add":
            with app.lock():
                app.writer.add(
                    [Draft(text=article_text(key, version), title=str(version), key=key) for key, version in what]
                )
                maintaining.update_index(app)
        case "remove":
            numbers = [article.id for article in app.store.listing() if article.key in what]
            maintaining.remove_articles(app, numbers)
        case "rebuild":
            maintaining.rebuild(app, full=what)
        case "wait":
            time.sleep(60)
        case "publish":
            with app.lock():
                if what is not None:
                    die_at(what)
                app.projection.publish()


def die_at(step: int) -> None:
    """Have this process killed at its so-manieth step in the file system from now on."""
    left = step

    def hook(event: str, _arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in {
            "open",
            "os.mkdir",
            "os.link",
            "os.rename",
            "os.remove",
            "os.rmdir",
            "shutil.rmtree",
            "os.listdir",
        }:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def work(task: dict[str, Any]) -> None:
    """Do what a task says, one thing after the other."""
    say(begin="open")
    app = opened(Path(task["directory"]))
    app.writer = SayingWriter(app.store, app.splitter, app.extractor)
    say(done="open")
    for kind, what in task["plan"]:
        say(begin=kind)
        perform(app, kind, what)
        say(done=kind)
    app.close()
    say(finished=True)


def main() -> None:
    """Fork for each task."""
    detect("Loads its table, so that no child has to.")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                say(pid=os.getpid())
                work(json.loads(line))
                code = 0
            except BaseException:  # noqa: BLE001  (what is said is raised again on the other side)
                say(failed=traceback.format_exc())
            finally:
                os._exit(code)
        os.waitpid(child, 0)
        say(ended=child)


if __name__ == "__main__":
    main()
