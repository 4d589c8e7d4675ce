"""The corpus and the index in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.days import day
from corpus.importing import KIND
from index.engine import structure
from index.snapshots import Snapshots

if TYPE_CHECKING:
    from pathlib import Path

    from bot.app import App


def facts(app: App) -> dict[str, Any]:
    """Return all numbers as JSON values; sizes in bytes."""
    summary = app.store.summary()
    snapshots = Snapshots(app.settings.data_dir / "snapshots")
    current = snapshots.current()
    return {
        "articles": summary.articles,
        "copies": summary.copies,
        "removed": summary.removed,
        "passages": summary.passages,
        "statements": summary.statements,
        "unread": summary.unread,
        "speakers": len(app.corrections.registry.profiles),
        "characters": summary.characters,
        "first": summary.first.isoformat() if summary.first else None,
        "last": summary.last.isoformat() if summary.last else None,
        "publishers": dict(summary.publishers),
        "generation": summary.generation,
        "snapshot": current,
        "snapshot_generation": snapshots.manifest(current).generation if current else None,
        "snapshots": snapshots.names(),
        "search": structure(snapshots.path(current)) if current else {},
        "model": app.settings.model,
        "unfinished_imports": len(app.jobs.unfinished(KIND)),
        "bytes": {
            "corpus": size_of(app.settings.data_dir, "corpus.sqlite*"),
            "snapshots": size_of(app.settings.data_dir, "snapshots/**/*"),
            "vectors": size_of(app.settings.data_dir, "vectors.sqlite*"),
            "models": size_of(app.models_dir, "**/*"),
        },
    }


def shown(app: App) -> list[tuple[str, str]]:
    """Return the numbers as a person reads them, name and value."""
    known = facts(app)
    summary = app.store.summary()
    rows = [("articles", f"{known['articles']:,}")]
    if known["copies"]:
        rows[0] = ("articles", f"{known['articles']:,}, of which {known['copies']:,} are copies of others")
    if summary.first and summary.last:
        rows.append(("dates", f"{day(summary.first)} – {day(summary.last)}"))
    rows.append(("passages", f"{known['passages']:,}"))
    said = f"{known['statements']:,} by {known['speakers']:,} named speakers"
    if known["unread"]:
        said += f"; {known['unread']:,} articles not read for them yet, which the next `verbatim rebuild` does"
    rows.append(("statements", said))
    rows.append(("text", f"{known['characters']:,} characters"))
    behind = known["generation"] - (known["snapshot_generation"] or 0)
    state = f"snapshot {known['snapshot']}" if known["snapshot"] else "not built yet"
    rows.append(("index", f"{state}, {behind:,} changes behind" if behind else f"{state}, up to date"))
    if known["search"]:
        rows.append(("search", "; ".join(f"{name} {told(found)}" for name, found in known["search"].items())))
    rows.append(("model", known["model"]))
    sizes = ", ".join(f"{name} {readable(size)}" for name, size in known["bytes"].items())
    rows.append(("on disk", sizes))
    if known["unfinished_imports"]:
        rows.append(("broken off", f"{known['unfinished_imports']} import(s); the same `verbatim add` goes on"))
    return rows


def told(search: dict[str, Any]) -> str:
    """Say how vectors are searched, and what that takes."""
    how = {
        "exact": "one by one, exactly",
        "compressed": "by one-bit codes, the best compared exactly",
    }[search["structure"]]
    return f"{how} ({readable(search['memory'])} in memory, {readable(search['mapped'])} mapped)"


def size_of(directory: Path, pattern: str) -> int:
    """Return the size of files, in bytes; what several names share counts once."""
    # Snapshots share files by hard links.
    files = {
        (path.stat().st_dev, path.stat().st_ino): path.stat().st_size
        for path in directory.glob(pattern)
        if path.is_file()
    }
    return sum(files.values())


def readable(size: float) -> str:
    """Write a size in bytes as a person reads it, such as "12 MB"."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:  # noqa: PLR2004
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
