"""What the bot says about long jobs, in its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.language import _, ngettext, translated

if TYPE_CHECKING:
    from datetime import timedelta

BAR_CELLS = 12
MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


def waiting_for_others() -> str:
    """Say that another process has to finish first."""
    return _("Waiting until another process has finished changing the articles")


def waiting_for_turn() -> str:
    """Say that another job has to finish first."""
    return _("Waiting until the job before it has finished")


def beginning() -> str:
    """Say that a job begins."""
    return _("Getting ready")


def bar(done: int, total: int) -> str:
    """Draw how far something is, such as "▓▓▓░░░░░░░░░ 25%"; "" where that is not known."""
    if total <= 0:
        return ""
    share = min(1.0, done / total)
    full = int(share * BAR_CELLS)
    return f"{'▓' * full}{'░' * (BAR_CELLS - full)} {int(share * 100)}%"


def counted(done: int, total: int) -> str:
    """Say how much is done, such as "420 of 1,000"; "" where there is nothing to count."""
    if total > 0:
        return _("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
    return f"{done:,}" if done else ""


def left(seconds: float) -> str:
    """Say how long something will take, such as "about 3 min left"."""
    return _("about {time} left").format(time=lasting(seconds))


def lasting(seconds: float) -> str:
    """Write a time span, such as "40 s", "3 min" or "2 h 5 min", in steps that are worth the change of a message."""
    if seconds < MINUTE_S:
        return _("{seconds} s").format(seconds=max(5, round(seconds / 5) * 5))
    minutes = round(seconds / MINUTE_S)
    if minutes * MINUTE_S < HOUR_S:
        return _("{minutes} min").format(minutes=minutes)
    hours, rest = divmod(minutes, MINUTE_S)
    if hours * HOUR_S >= 2 * DAY_S:
        return _("{days} days").format(days=round(hours * HOUR_S / DAY_S))
    return (
        _("{hours} h {minutes} min").format(hours=hours, minutes=rest) if rest else _("{hours} h").format(hours=hours)
    )


def ago(span: timedelta) -> str:
    """Say how long ago something was, such as "3 min ago"."""
    return _("{time} ago").format(time=lasting(max(0.0, span.total_seconds())))


def started_by(name: str, span: timedelta) -> str:
    """Say who began something, and when."""
    return _("Started by {name}, {ago}.").format(name=name, ago=ago(span))


def running_already(name: str, span: timedelta) -> str:
    """Say that the same job is running already, and who began it."""
    return _("This is running already: {name} started it {ago}. You see the same progress here.").format(
        name=name, ago=ago(span)
    )


def terminal() -> str:
    """Name who began a job that nobody began in a chat."""
    return _("somebody at a terminal")


def going_on(title: str) -> str:
    """Say that a job goes on after a restart."""
    return _("I was interrupted and have started again. I go on with this: {title}").format(title=title)


def goes_on_below() -> str:
    """Say that the progress of a job is shown in a later message."""
    return _("Interrupted. It goes on further below.")


def will_go_on() -> str:
    """Say that a job goes on after the next start."""
    return _("Interrupted, because I am being stopped. I go on with it when I am started again.")


def cancelled_by(name: str) -> str:
    """Say that a job was cancelled, and by whom."""
    return _("Cancelled by {name}.").format(name=name)


def failed(problem: str, fix: str) -> str:
    """Say that a job failed."""
    told = _("This did not work: {problem}.").format(problem=translated(problem))
    return f"{told} {translated(fix)}".rstrip()


def unforeseen() -> str:
    """Say that a job failed in a way that nobody thought of."""
    return _("something went wrong that was not foreseen")


def look_into_the_log() -> str:
    """Say what can be done about what nobody thought of."""
    return _("The log of the bot tells more. No article is lost.")


def interrupted_too_often(number: int) -> str:
    """Say that a job was given up because the bot never got through it."""
    return ngettext(
        "I was interrupted in it {number} time, and do not try again",
        "I was interrupted in it {number} times, and do not try again",
        number,
    ).format(number=number)


def cancelling() -> str:
    """Acknowledge the button that cancels."""
    return _("It is being cancelled.")


def over() -> str:
    """Say that a button has nothing left to do."""
    return _("This is over already.")


def decided() -> str:
    """Acknowledge a button with which something is decided."""
    return _("Noted.")


def needs_decision() -> str:
    """Call somebody to a question that stands in an earlier message."""
    return _("Please decide how this goes on.")


def button_cancel() -> str:
    """Label the button that cancels."""
    return _("Cancel")


def no_jobs() -> str:
    """Say that there was never a job."""
    return _("No long job has run yet. /rebuild starts one.")


def state_of(state: str) -> str:
    """Name the state of a job."""
    names = {
        "running": _("running"),
        "waiting": _("not finished"),
        "done": _("done"),
        "failed": _("failed"),
        "cancelled": _("cancelled"),
    }
    return names[state]
