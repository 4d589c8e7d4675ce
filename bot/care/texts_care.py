"""What the bot says about rebuilding and going back, and about canaries, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.care.texts_jobs import lasting
from bot.chat.formatting import short
from bot.language import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.care.canaries import Canary, Comparison, Difference, Sound
    from index.building import Replayed

MOST_SHOWN = 8
"""Differing canaries that are shown: with the lengths below, all of them fit into one message."""

MOST_QUESTION_CHARS = 120
MOST_WORDS_CHARS = 110
MOST_TITLE_CHARS = 50


def guide() -> str:
    """Explain to admins how the index is cared for."""
    return _(
        "/rebuild builds the index anew while the old one answers; /rebuild full cuts all articles into passages "
        "again; /rollback goes back to the index before\n"
        "/canaries keeps questions that are asked of both before a new index is used\n"
        "/stats shows the collection in a picture, /health what is wrong and what to do, /jobs what is running"
    )


def commands() -> dict[str, str]:
    """Return what the command menu of admins has about the index: command to description, in the order of the menu."""
    return {
        "rebuild": _("Build the index anew"),
        "rollback": _("Go back to the index before"),
        "canaries": _("Questions that a new index must pass"),
        "jobs": _("Long jobs, and how far they are"),
        "stats": _("The collection in a picture"),
        "health": _("What is wrong, and what to do"),
    }


def rebuilding(*, full: bool) -> str:
    """Name the job."""
    return _("Rebuilding the index, passages included") if full else _("Rebuilding the index")


def old_stays() -> str:
    """Say that nothing was switched."""
    return _("The old index stays in use.")


def asking_old() -> str:
    """Name a stage."""
    return _("Asking the canaries of the old index")


def asking_new() -> str:
    """Name a stage."""
    return _("Asking the canaries of the new index")


def cutting() -> str:
    """Name a stage."""
    return _("Cutting articles into passages")


def finding_statements() -> str:
    """Name a stage."""
    return _("Finding statements in articles")


def indexing() -> str:
    """Name a stage."""
    return _("Indexing articles")


def switching() -> str:
    """Name a stage."""
    return _("Checking the new index and switching to it")


def button_switch() -> str:
    """Label the button that uses the new index."""
    return _("Switch")


def button_keep() -> str:
    """Label the button that keeps the old index."""
    return _("Keep the old one")


def differing(comparison: Comparison, timeout_s: float) -> str:
    """Show which canaries are answered differently, and ask what to do."""
    rest = _("Use the new index? Without an answer the old one stays, in {time}.").format(time=lasting(timeout_s))
    return f"{differences(comparison)}\n\n{rest}"


def differences(comparison: Comparison) -> str:
    """Show which canaries are answered differently."""
    found = comparison.differences
    head = ngettext(
        "{number} of {asked} canaries answers differently:",
        "{number} of {asked} canaries answer differently:",
        len(found),
    ).format(number=len(found), asked=comparison.asked)
    parts = [head, *map(_difference, found[:MOST_SHOWN])]
    if len(found) > MOST_SHOWN:
        left = len(found) - MOST_SHOWN
        parts.append(ngettext("… and {number} more", "… and {number} more", left).format(number=left))
    return "\n\n".join(parts)


def agreeing(comparison: Comparison) -> str:
    """Say how many canaries are answered as before; "" where there are none."""
    if not comparison.asked:
        return ""
    if not comparison.comparable:
        return _("The canaries could not be compared: the old index was made by another model.")
    return ngettext(
        "The canary is answered as before.", "All {number} canaries are answered as before.", comparison.asked
    ).format(number=comparison.asked)


def rebuilt(done: Replayed, name: str, comparison: Comparison) -> str:
    """Say that the index was rebuilt."""
    articles = ngettext("{number} article", "{number} articles", done.articles).format(number=f"{done.articles:,}")
    told = _("The new index is in use: {articles}, {passages} passages, {embedded} of them embedded anew.").format(
        articles=articles, passages=f"{done.passages:,}", embedded=f"{done.embedded:,}"
    )
    where = _("It is snapshot {name}; /rollback goes back.").format(name=name)
    if comparison.differences:
        canaries = ngettext(
            "{number} of {asked} canaries is answered differently now.",
            "{number} of {asked} canaries are answered differently now.",
            len(comparison.differences),
        ).format(number=len(comparison.differences), asked=comparison.asked)
    else:
        canaries = agreeing(comparison)
    return " ".join(each for each in (told, canaries, where) if each)


def kept_old(comparison: Comparison) -> str:
    """Say that the old index stays because canaries are answered differently."""
    told = ngettext(
        "The old index stays in use: {number} of {asked} canaries would be answered differently.",
        "The old index stays in use: {number} of {asked} canaries would be answered differently.",
        len(comparison.differences),
    )
    return told.format(number=len(comparison.differences), asked=comparison.asked)


def rebuild_usage() -> str:
    """Say how /rebuild is written."""
    return _(
        "/rebuild builds the index anew and switches to it; /rebuild full also cuts all articles into passages again."
    )


def rollback_ask(name: str, older: str) -> str:
    """Ask whether to go back to an older index."""
    return _(
        "The index in use is snapshot {name}. Go back to snapshot {older}? Articles that came later are brought in; "
        "nothing is lost."
    ).format(name=name, older=older)


def rollback_none() -> str:
    """Say that there is nothing to go back to."""
    return _("There is no older index to go back to.")


def rollback_busy() -> str:
    """Say that another change has to finish before one can go back."""
    return _("The articles or the index are being changed right now. Try again when that is finished; see /jobs.")


def rollback_changed() -> str:
    """Say that a question about going back is out of date."""
    return _("The index has changed since this was asked. Write /rollback again.")


def rolled_back(name: str, generation: int, behind: int) -> str:
    """Say what one went back to."""
    told = _("The index is snapshot {name} now, the articles as of change {generation}.").format(
        name=name, generation=f"{generation:,}"
    )
    if not behind:
        return told
    rest = ngettext(
        "{number} later change is being brought in.", "{number} later changes are being brought in.", behind
    ).format(number=f"{behind:,}")
    return f"{told} {rest}"


def not_gone_back() -> str:
    """Say that nothing was changed."""
    return _("The index stays as it is.")


def button_go_back() -> str:
    """Label the button that goes back."""
    return _("Go back")


def button_stay() -> str:
    """Label the button that changes nothing."""
    return _("Leave it")


def canaries_usage() -> str:
    """Say what canaries are, and how they are kept."""
    return _(
        "Canaries are questions that I ask of the old and the new index before a rebuild switches. "
        "If an answer differs, you decide.\n"
        "/canaries add QUESTION\n"
        "/canaries remove NUMBER\n"
        "/canaries list"
    )


def canary_added(canary: Canary, now: Sound) -> str:
    """Say that a canary was added, and what it is answered now."""
    return _("Canary {number} is kept: {question}\nIts answer now: {answer}").format(
        number=canary.id, question=short(canary.question, MOST_QUESTION_CHARS), answer=answered(now)
    )


def canaries_full(most: int) -> str:
    """Say that there is no room for another canary."""
    return _("There are {most} canaries already, and there is no room for more. Remove one first.").format(most=most)


def canary_removed(canary: Canary) -> str:
    """Say that a canary was removed."""
    return _("Canary {number} is gone: {question}").format(
        number=canary.id, question=short(canary.question, MOST_QUESTION_CHARS)
    )


def canary_unknown() -> str:
    """Say that there is no such canary."""
    return _("There is no canary of that number. /canaries list shows them.")


def canaries_listed(canaries: Sequence[Canary]) -> str:
    """List the canaries."""
    if not canaries:
        none = _("There are no canaries yet.")
        return f"{none}\n\n{canaries_usage()}"
    return "\n".join(f"{canary.id}: {short(canary.question, MOST_QUESTION_CHARS)}" for canary in canaries)


def answered(sound: Sound) -> str:
    """Say what a canary was answered, in a line."""
    verdicts = {
        "answered": _("answered"),
        "nothing_found": _("nothing found"),
        "ambiguous": _("asks which speaker is meant"),
        "failed": _("could not be answered"),
    }
    if not sound.words:
        return verdicts.get(sound.verdict, sound.verdict)
    words = short(sound.words, MOST_WORDS_CHARS)
    who = f"{short(sound.speaker, MOST_TITLE_CHARS)}: {words}" if sound.speaker else words
    return f"{who} ({short(sound.article, MOST_TITLE_CHARS)})"


def _difference(difference: Difference) -> str:
    question = short(difference.canary.question, MOST_QUESTION_CHARS)
    return "\n".join(
        [
            f"{difference.canary.id}: {question}",
            _("old: {answer}").format(answer=answered(difference.old)),
            _("new: {answer}").format(answer=answered(difference.new)),
        ]
    )
