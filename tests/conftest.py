"""What all tests share: how long properties may take, and the fakes as fixtures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import HashEncoder, small_app
from hypothesis import HealthCheck, settings

from bot.app import App

LONG = ("test_quality.py", "test_kills.py")
"""Files of tests that take minutes."""

# A loaded machine takes long for one example now and then; that is no fault of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the picture of a day be drawn anew, for `make day`."""
    parser.addoption("--renew-day", action="store_true", help="write tests/e2e/day.svg instead of comparing with it")


def pytest_configure(config: pytest.Config) -> None:
    """Let trafilatura find out that there is no SOCKS support, in whichever test imports it first."""
    # courlan silences this warning when it is imported, but pytest forgets that after the test in which it was.
    config.addinivalue_line("filterwarnings", "ignore:SOCKS support in urllib3")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take minutes: begun last, one of them would keep one processor busy alone."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture
def encoder() -> HashEncoder:
    """A deterministic encoder under which texts that share words are near each other."""
    return HashEncoder()


@pytest.fixture
def small(tmp_path: Path, encoder: HashEncoder) -> Iterator[App]:
    """An empty data directory, wired as in production, with the hash encoder."""
    app = small_app(tmp_path / "data", encoder=encoder)
    yield app
    app.close()
