"""Columns kept in a file that is mapped, not read: what takes long to work out, and can be worked out again.

The file has a first line that tells what it is, the columns, each from a multiple of 64 bytes on, a description in JSON
with the place and form of each, and at the end the length and the SHA-256 of the description. It is written aside and
renamed, so that whoever opens it sees all of the old one or all of the new one.

A description that is not whole is noticed, and so is another length of the file and damage to the two ends of a column,
or to any place in a short one. What a disk changes by itself in the middle of a long column is not; see `index.trust`.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import zlib
from contextlib import suppress
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from _typeshed import DataclassInstance
    from numpy.typing import NDArray

    Column = NDArray[Any]

D = TypeVar("D", bound="DataclassInstance")

_FIRST = b"verbatim columns 1\n"
_ALIGNED = 64
_DIGEST = 32
_LENGTH = 8

END_BYTES = 65_536
"""So much of each end of a column is read for its checksum."""

_TYPES = frozenset({"|b1", "|u1", "<i4", "<i8", "<u8"})
"""Types that columns may have."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a file holds.

    Attributes:
        columns: arrays by name; mapped, and read-only.
        notes: JSON values by name.
    """

    columns: Mapping[str, Column]
    notes: Mapping[str, Any]


def keep(path: Path, kept: Kept) -> None:
    """Write a file, in the place of the one that there may be.

    Raises:
        OSError: it cannot be written; the old one stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f"{path.name}.new-*"):
        left.unlink(missing_ok=True)
    pending = path.with_name(f"{path.name}.new-{os.getpid()}")
    try:
        with pending.open("xb") as file:
            file.write(_FIRST)
            places: dict[str, tuple[str, list[int], int, int]] = {}
            for name, column in kept.columns.items():
                whole = np.ascontiguousarray(column)
                file.write(bytes(-file.tell() % _ALIGNED))
                data = whole.reshape(-1).view(np.uint8)
                places[name] = whole.dtype.str, list(whole.shape), file.tell(), _checksum(data)
                file.write(data.data)
            packed = json.dumps({"columns": places, "notes": kept.notes}).encode()
            file.write(packed)
            file.write(len(packed).to_bytes(_LENGTH, "little"))
            file.write(hashlib.sha256(packed).digest())
            file.flush()
            os.fsync(file.fileno())
        pending.replace(path)
    except BaseException:
        with suppress(OSError):
            pending.unlink(missing_ok=True)
        raise


def opened(path: Path) -> Kept | None:
    """Map a file that `keep` has written; None where there is none, or one that is not whole."""
    try:
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        described = _described(mapped)
        columns = {name: _column(mapped, *place) for name, place in described["columns"].items()}
        return Kept(columns, described["notes"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return None


def _described(mapped: mmap.mmap) -> dict[str, Any]:
    """Return the description.

    Raises:
        ValueError: it is not whole.
    """
    end = len(mapped) - _DIGEST - _LENGTH
    length = int.from_bytes(mapped[max(0, end) : end + _LENGTH], "little")
    packed = mapped[max(0, end - length) : max(0, end)]
    if mapped[: len(_FIRST)] != _FIRST or hashlib.sha256(packed).digest() != mapped[-_DIGEST:]:
        msg = "not a file of columns, or not a whole one"
        raise ValueError(msg)
    described: dict[str, Any] = json.loads(packed)
    return described


def _column(mapped: mmap.mmap, kind: str, shape: list[int], start: int, checksum: int) -> Column:
    """Return a column.

    Raises:
        ValueError: it is not what it was.
    """
    if kind not in _TYPES:
        msg = f"a column of type {kind}"
        raise ValueError(msg)
    size = int(np.prod(shape, dtype=np.int64))
    column = np.frombuffer(mapped, np.dtype(kind), size, start) if size else np.zeros(0, np.dtype(kind))
    if _checksum(column.view(np.uint8)) != checksum:
        msg = "a column has another checksum"
        raise ValueError(msg)
    return column.reshape(shape)


def _checksum(data: NDArray[np.uint8]) -> int:
    """Return the CRC-32 of both ends of a column's bytes."""
    return zlib.crc32(data[max(END_BYTES, len(data) - END_BYTES) :].data, zlib.crc32(data[:END_BYTES].data))


def flattened(part: DataclassInstance, name: str) -> dict[str, Column]:
    """Return all arrays of a dataclass, and of those that it consists of, by their names under one."""
    found: dict[str, Column] = {}
    for field in fields(part):
        value = getattr(part, field.name)
        if isinstance(value, np.ndarray):
            found[f"{name}.{field.name}"] = value
        elif is_dataclass(value) and not isinstance(value, type):
            found |= flattened(value, f"{name}.{field.name}")
    return found


def restored(empty: D, columns: Mapping[str, Column], name: str) -> D:
    """Return a dataclass with the arrays that `flattened` took out of one.

    Args:
        empty: what has arrays of the same types and dimensions, and all else as it is to be.
        columns: the arrays.
        name: the one under which they are.

    Raises:
        KeyError: there is no such array.
        ValueError: one is of another type, or has other dimensions.
    """
    values: dict[str, object] = {}
    for field in fields(empty):
        value = getattr(empty, field.name)
        if isinstance(value, np.ndarray):
            found = columns[f"{name}.{field.name}"]
            if (found.dtype, found.ndim) != (value.dtype, value.ndim):
                msg = f"{name}.{field.name} is an array of another kind"
                raise ValueError(msg)
            values[field.name] = found
        elif is_dataclass(value) and not isinstance(value, type):
            values[field.name] = restored(value, columns, f"{name}.{field.name}")
    return replace(empty, **values)


@cache
def source_of(package: str) -> str:
    """Return a fingerprint of a package's modules: what others have worked out may not be what these would.

    Args:
        package: path of any of its modules. It is read once, for the process goes on with the modules that it has.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(package).parent.glob("*.py")):
        digest.update(f"{path.name} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
