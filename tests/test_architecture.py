"""The layout: who may import whom, who reads the environment, how modules are called, and how long they are."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.errors import VerbatimError

ROOT = Path(__file__).parents[1]

ALLOWED = {
    "corpus": {"corpus"},
    "index": {"index", "corpus"},
    "bot": {"bot", "index", "corpus"},
    "sandbox": {"sandbox"},
}
"""Package -> those of ours that it may import."""

LONGEST = 330
"""Lines of a module beyond which it does more than one thing."""


def modules(*packages: str) -> list[Path]:
    """Return the modules of packages."""
    found = sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))
    assert found
    return found


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield what a module imports, also inside functions and for types only, as dotted names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield node.module or ""
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute | ast.Name):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
            if called in {"import_module", "__import__"} and node.args and isinstance(node.args[0], ast.Constant):
                yield str(node.args[0].value)


def parsed(path: Path) -> ast.Module:
    """Return the tree of a module."""
    return ast.parse(path.read_text("utf-8"), str(path))


@pytest.mark.parametrize("package", ALLOWED)
def test_imports_point_one_way(package: str) -> None:
    """The corpus imports none of our packages, the index the corpus, the bot both; nobody imports sandbox or tests."""
    ours = {*ALLOWED, "tests", "benchmarks"}
    wrong = {
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(package)
        for name in imports(parsed(path))
        if name.split(".")[0] in ours - ALLOWED[package]
    }
    assert wrong == set()


def test_the_environment_is_read_in_one_place() -> None:
    """Only `bot/config.py` reads environment variables."""
    reads = {"environ", "environb", "getenv", "getenvb"}
    found = set()
    for path in modules(*ALLOWED):
        for node in ast.walk(parsed(path)):
            named = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os"
            taken = isinstance(node, ast.ImportFrom) and node.module == "os"
            if (named and node.attr in reads) or (taken and reads & {alias.name for alias in node.names}):
                found.add(path.relative_to(ROOT).as_posix())
    assert found <= {"bot/config.py"}


def test_settings_are_made_in_one_place() -> None:
    """Only `bot/config.py` knows of pydantic's settings."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in modules(*ALLOWED)
        if any(name.startswith("pydantic_settings") for name in imports(parsed(path)))
    }
    assert found == {"bot/config.py"}


def test_modules_are_called_after_what_they_do() -> None:
    """No module is a drawer for the rest."""
    drawers = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
    assert [path for path in modules(*ALLOWED) if path.stem in drawers] == []


def test_tests_shadow_no_package() -> None:
    """Test folders are no packages, for `tests/bot` would shadow `bot`."""
    assert list((ROOT / "tests").rglob("__init__.py")) == []


def test_modules_are_short() -> None:
    """No module is longer than a reader keeps in mind."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines()) for path in modules(*ALLOWED)
    }
    assert {name: length for name, length in lengths.items() if length > LONGEST} == {}


def descendants(base: type[VerbatimError]) -> Iterator[type[VerbatimError]]:
    """Yield all subclasses."""
    for child in base.__subclasses__():
        yield child
        yield from descendants(child)


def drawn(docstring: str) -> dict[str, str]:
    """Read a tree of names as it is drawn in a docstring: name -> parent."""
    parents: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in docstring.splitlines():
        found = re.match(r"^([ │├└─]*)(\w+Error)\b", line)
        if found is None:
            continue
        depth, name = len(found[1]), found[2]
        above = [entry for entry in above if entry[0] < depth]
        if above:
            parents[name] = above[-1][1]
        above.append((depth, name))
    return parents


@pytest.mark.parametrize("package", ["corpus", "index", "bot"])
def test_the_tree_of_errors_is_as_drawn(package: str) -> None:
    """The tree in the docstring of each `errors` module names every error there is, under its parent, and no other."""
    module = importlib.import_module(f"{package}.errors")
    real = {
        name: error.__base__.__name__
        for name, error in inspect.getmembers(module, inspect.isclass)
        if error.__module__ == module.__name__ and error is not VerbatimError
    }
    assert drawn(module.__doc__ or "") == real


def test_errors_are_defined_in_errors_modules() -> None:
    """Every error of ours that a person may see stands in one of the drawn trees."""
    for path in modules("corpus", "index", "bot"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ClassDef) and path.name != "errors.py":
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                assert not {base for base in bases if base.endswith("Error")}, f"{path}: {node.name}"
    assert all(error.__module__.endswith(".errors") for error in descendants(VerbatimError))
