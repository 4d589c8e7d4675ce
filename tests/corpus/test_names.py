"""Names of people."""

from __future__ import annotations

import pytest

from corpus.names import compatible, given, is_bare, is_surname_first, name_key, surname


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Sen. Ruth O’Hara-Lind Jr.", ("ruth", "ohara", "lind")),
        ("George W. Bush", ("george", "bush")),
        ("Kim Jong-un", ("kim", "jong", "un")),
        ("François Müller, PhD", ("francois", "muller")),
        ('Juan "Chico" Pérez', ("juan", "perez")),
        ("J.K. Rowling’s", ("rowling",)),
        ("Bashar al-Assad", ("bashar", "al", "assad")),
        ("", ()),
    ],
)
def test_key(name: str, key: tuple[str, ...]) -> None:
    """A key holds what tells people apart: no titles, initials, suffixes, accents."""
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Angela Merkel", "Merkel"),
        ("Kim Jong-un", "Kim"),
        ("Pak Jong Chon", "Pak"),
        ("Lu Kang", "Lu"),
        ("Xi Jinping", "Xi"),
        ("Jim Yong Kim", "Kim"),
        ("Bill de Blasio", "de Blasio"),
        ("Ursula von der Leyen", "von der Leyen"),
        ("Bashar al-Assad", "al-Assad"),
        ("Cal Ripken Jr.", "Ripken"),
        ("Mr. Tanaka", "Tanaka"),
        ("Kim Clijsters", "Clijsters"),
        ("", ""),
    ],
)
def test_surname(name: str, expected: str) -> None:
    """The surname stands last, with its particles, or first in Korean and Chinese names."""
    assert surname(name) == expected


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("Pak", "Pak Jong Chon", True),
        ("Jong", "Pak Jong Chon", False),
        ("Hillary", "Hillary Rodham Clinton", True),
        ("Hillary Clinton", "Hillary Rodham Clinton", True),
        ("Bill Nye", "William Nye", True),
        ("Bob Nye", "William Nye", False),
        ("J. Nye", "William Nye", False),
        ("W. Nye", "William Nye", True),
        ("George W. Bush", "George H. W. Bush", False),
        ("George W. Bush", "George Bush", True),
        ("Cal Ripken Jr.", "Cal Ripken Sr.", False),
        ("Cal Ripken Jr.", "Cal Ripken", True),
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy", True),
        ("Muammar Gaddafi", "Muammar Qaddafi", True),
        ("Clinton", "Clifton", False),
        ("Stefan Kowalsky", "Stefan Kowalzky", True),
        ("Moon Jae-in", "Jae-in Moon", True),
        ("Kim Jong-un", "Kim Jong-il", False),
        ("Kim Jong Un", "Kim Jong-un", True),
        ("François Hollande", "Francois Hollande", True),
        ("Bill de Blasio", "Bill Blasio", True),
        ("Bill Clinton", "Hillary Clinton", False),
        ("", "Clinton", False),
    ],
)
def test_compatible(a: str, b: str, expected: bool) -> None:  # noqa: FBT001 - the expected answer
    """Two forms are compatible when nothing in them says that they name two people, either way round."""
    assert compatible(a, b) is expected
    assert compatible(b, a) is expected


def test_bare() -> None:
    """A bare name is one token, titles and particles aside."""
    assert [is_bare(n) for n in ("Pak", "Mr. Pak", "de Blasio", "Ann Pak", "O’Malley")] == [
        True,
        True,
        True,
        False,
        True,
    ]


def test_given() -> None:
    """The first name of a name in either order; none of a bare name."""
    assert [given(n) for n in ("Sen. Ann Pak", "Kim Jong-un", "Pak", "R. Nicholas Burns")] == [
        "ann",
        "jongun",
        "",
        "nicholas",
    ]


def test_surname_first() -> None:
    """Western names with an Eastern surname are in Western order."""
    assert [is_surname_first(n) for n in ("Kim Jong-un", "Jim Kim", "Lu Kang", "Lee Smith", "Kim")] == [
        True,
        False,
        True,
        False,
        False,
    ]
