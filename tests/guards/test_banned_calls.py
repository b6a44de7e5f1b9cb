"""Calls that must not appear: each one has cost somebody a hanging window or a lost error.

Where a linter can see it, the linter does it; this is for what depends on the place or the shape.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Each of them runs a nested event loop, which breaks every other task of the asyncio loop.
NESTED_LOOPS = frozenset({"exec", "exec_", "processEvents"})
STATIC_DIALOGS = {
    "QMessageBox": ("question", "warning", "critical", "information", "about"),
    "QFileDialog": ("get",),
    "QInputDialog": ("get",),
    "QColorDialog": ("get",),
    "QFontDialog": ("get",),
}
# These give tasks that nobody owns: only the task supervisor may make one.
TASKS = frozenset({"create_task", "ensure_future", "run_coroutine_threadsafe"})
TASK_HOME = "workbench/app/task_supervisor.py"
OWNERLESS_SLOTS = frozenset({"asyncSlot", "asyncClose"})
MOCKS = frozenset({"Mock", "MagicMock", "AsyncMock", "create_autospec"})
SKIPS = frozenset({"pytest.skip", "pytest.mark.skip", "pytest.mark.skipif", "pytest.xfail"})


def problems(source: str, path: str) -> Iterator[str]:
    """Yield what is wrong in one module, as ``path:line what``."""
    for node in ast.walk(ast.parse(source)):
        rules = _TEST_RULES if path.startswith("tests/") else _PRODUCT_RULES
        for rule in rules:
            what = rule(node, path)
            if what:
                yield f"{path}:{getattr(node, 'lineno', 0)} {what}"


def _nested_loop(node: ast.AST, path: str) -> str:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return ""
    name = node.func.attr
    if name in NESTED_LOOPS:
        return f".{name}( runs a nested event loop"
    owner = _dotted(node.func.value).rsplit(".", 1)[-1]
    if name.startswith(STATIC_DIALOGS.get(owner, ())) and owner in STATIC_DIALOGS:
        return f"{owner}.{name}( runs a nested event loop"
    return ""


def _ownerless(node: ast.AST, path: str) -> str:
    name = _last_name(node)
    if name in OWNERLESS_SLOTS:
        return f"{name} makes a task that nobody owns"
    if isinstance(node, ast.Call) and _last_name(node.func) in TASKS and path != TASK_HOME:
        return f"{_last_name(node.func)}( outside the task supervisor"
    return ""


def _talks(node: ast.AST, path: str) -> str:
    printed = isinstance(node, ast.Call) and _dotted(node.func) == "print"
    return "print( outside the command line" if printed and "/cli/" not in path else ""


def _sleeps(node: ast.AST, path: str) -> str:
    asleep = isinstance(node, ast.Call) and _dotted(node.func) in ("time.sleep", "sleep")
    return "sleeps instead of waiting for a state" if asleep else ""


def _swallows(node: ast.AST, path: str) -> str:
    if not isinstance(node, ast.ExceptHandler):
        return ""
    broad = node.type is None or _dotted(node.type) in ("Exception", "BaseException")
    silent = all(
        isinstance(each, ast.Pass)
        or (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
        for each in node.body
    )
    return "swallows every error" if broad and silent else ""


def _unfinished(node: ast.AST, path: str) -> str:
    raised = isinstance(node, ast.Raise) and node.exc is not None
    names = {_last_name(each) for each in ast.walk(node)} if raised else set()
    return "is not finished" if "NotImplementedError" in names else ""


def _mocks(node: ast.AST, path: str) -> str:
    imported = isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unittest")
    return "uses mocks" if imported or _last_name(node) in MOCKS else ""


def _skips(node: ast.AST, path: str) -> str:
    dotted = _dotted(node)
    return f"{dotted} hides a test" if dotted in SKIPS else ""


_PRODUCT_RULES = (_nested_loop, _ownerless, _talks, _sleeps, _swallows, _unfinished)
_TEST_RULES = (_sleeps, _swallows, _mocks, _skips)


def _last_name(node: ast.AST) -> str:
    return _dotted(node).rsplit(".", 1)[-1]


def _dotted(node: ast.AST) -> str:
    """Return ``a.b.c`` for such an expression, else an empty string."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return ""


@pytest.mark.parametrize("folder", ["workbench", "tests"])
def test_nothing_banned_is_called(folder: str) -> None:
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths
    found = [
        problem
        for path in paths
        for problem in problems(path.read_text("utf-8"), path.relative_to(ROOT).as_posix())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "dialog.exec()",
        "QApplication.processEvents()",
        "QMessageBox.question(parent, 'a', 'b')",
        "QtWidgets.QFileDialog.getOpenFileName(parent)",
        "@asyncSlot()\nasync def clicked(): ...",
        "asyncio.create_task(work())",
        "asyncio.ensure_future(work())",
        "print('hello')",
        "time.sleep(1)",
        "try:\n    work()\nexcept Exception:\n    pass",
        "try:\n    work()\nexcept:\n    ...",
        "raise NotImplementedError",
        "raise NotImplementedError('later')",
    ],
)
def test_a_banned_call_is_noticed(line: str) -> None:
    assert list(problems(line, "workbench/views/example.py"))


@pytest.mark.parametrize(
    "line",
    [
        "from unittest.mock import patch",
        "repository = Mock()",
        "pytest.skip('later')",
        "@pytest.mark.skipif(True)\ndef test(): ...",
        "time.sleep(1)",
    ],
)
def test_a_banned_call_in_a_test_is_noticed(line: str) -> None:
    assert list(problems(line, "tests/core/test_example.py"))


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("connection.execute('select 1')", "workbench/services/example.py"),
        ("dialog.open()", "workbench/views/example.py"),
        ("self._loop.create_task(work())", TASK_HOME),
        ("print('hello')", "workbench/cli/main.py"),
        ("try:\n    work()\nexcept OSError:\n    pass", "workbench/services/example.py"),
    ],
)
def test_what_is_allowed_is_left_alone(line: str, path: str) -> None:
    assert not list(problems(line, path))
