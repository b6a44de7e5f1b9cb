"""Report the longest modules and functions; fail above the ceiling.

A module is one idea and a function fits on a screen. A module of tests is a list of cases, so it
may be longer. ``python3 packaging/sizes.py [folder …]``
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULE_LINES = 450
TEST_MODULE_LINES = 700
FUNCTION_LINES = 60
SHOWN = 10


@dataclass(frozen=True, slots=True, order=True)
class Size:
    """Length of a module or function in lines."""

    lines: int
    where: str


def modules(paths: Iterable[Path]) -> list[Size]:
    """Return the length of each module, longest first."""
    sizes = [Size(len(path.read_text("utf-8").splitlines()), _name(path)) for path in paths]
    return sorted(sizes, reverse=True)


def functions(paths: Iterable[Path]) -> list[Size]:
    """Return the length of each function or method, longest first."""
    return sorted((size for path in paths for size in _functions(path)), reverse=True)


def _functions(path: Path) -> Iterator[Size]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            lines = node.end_lineno - node.lineno + 1
            yield Size(lines, f"{_name(path)}:{node.lineno} {node.name}")


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)


def main(folders: list[str]) -> int:
    """Print the report; return 1 if something is above the ceiling."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    failed = False
    tests = [path for path in paths if path.is_relative_to(ROOT / "tests")]
    product = [path for path in paths if path not in tests]
    for title, sizes, ceiling in (
        ("modules", modules(product), MODULE_LINES),
        ("test modules", modules(tests), TEST_MODULE_LINES),
        ("functions", functions(paths), FUNCTION_LINES),
    ):
        print(f"Longest {title} (at most {ceiling} lines):")
        for size in sizes[:SHOWN]:
            print(f"  {size.lines:5} {size.where}")
        above = [size.where for size in sizes if size.lines > ceiling]
        if above:
            failed = True
            print(f"Above the ceiling: {', '.join(above)}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["workbench", "packaging", "tests"]))
