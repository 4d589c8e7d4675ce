"""The catalogues of translations, kept in step with the texts in the code.

python -m bot.translating              adds new texts to every catalogue, untranslated, and drops unused ones
python -m bot.translating FILE.ko.po   the same, and takes translations from further files, named by their language

Translations that are there stay as they are, as does the header of a file. A test finds what is not translated.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.language import LANGUAGES, LOCALES

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[1]
PACKAGES = (ROOT / "bot", ROOT / "corpus", ROOT / "index")
KEYWORDS = {"_": None, "ngettext": (1, 2), "Wording": None}
NOTES = ("NOTE:",)
"""What comments for translators begin with."""

WIDTH = 100


def extracted(packages: Sequence[Path] = PACKAGES) -> Catalog:
    """Return all texts of the modules in directories, untranslated, in the order of modules and lines."""
    found = Catalog()
    for package in packages:
        texts = extract_from_dir(package, keywords=KEYWORDS, comment_tags=NOTES, strip_comment_tags=True)
        for file, line, message, comments, context in sorted(texts, key=lambda each: each[:2]):
            found.add(message, None, [(f"{package.name}/{file}", line)], auto_comments=comments, context=context)
    return found


def catalogue_of(path: Path) -> Catalog:
    """Return the translations in a file whose name ends in its language, such as "ko.po" or "feeds.ko.po"."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.rpartition(".")[2])


def update(path: Path, texts: Catalog, others: Sequence[Catalog] = ()) -> None:
    """Bring a file of translations up to date.

    Args:
        path: the file.
        texts: all texts that there are.
        others: further translations into its language; those of the file itself come first.
    """
    catalogue = catalogue_of(path)
    catalogue.update(texts, no_fuzzy_matching=True)
    for other in others:
        for message in catalogue:
            known = other.get(message.id, message.context) if message.id else None
            if known is not None and known.string and not is_translated(message.string):
                message.string = known.string
    # Babel's header has the time of writing and its own version, which would differ without any change.
    header = path.read_text("utf-8").partition("\n\n")[0].rstrip()
    body = BytesIO()
    write_po(body, catalogue, width=WIDTH, omit_header=True, ignore_obsolete=True, include_lineno=False)
    path.write_text(f"{header}\n\n{body.getvalue().decode().strip()}\n", "utf-8")


def is_translated(string: str | Sequence[str] | None) -> bool:
    """Tell whether a translation is there, in each form that its language has."""
    return bool(string) if string is None or isinstance(string, str) else bool(string) and all(string)


def main(files: Sequence[str]) -> None:
    """Bring all catalogues up to date.

    Args:
        files: further files of translations.
    """
    texts = extracted()
    for language in LANGUAGES[1:]:
        others = [catalogue_of(Path(file)) for file in files if Path(file).stem.rpartition(".")[2] == language]
        update(LOCALES / f"{language}.po", texts, others)


if __name__ == "__main__":
    main(sys.argv[1:])
