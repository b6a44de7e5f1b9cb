"""The icons that ship are those that the window shows: no more, no less."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAYERS = ("views", "viewmodels", "app")
# Where a call names an icon, by the name of what is called.
PLACES: dict[str, tuple[int, ...]] = {
    "IconLabel": (0,),
    "IconButton": (0,),
    "Button": (1,),
    "MenuButton": (1,),
    "SplitButton": (1,),
    "EmptyState": (0, 4),
    "Command": (3,),
    "Entry": (1,),
    "icon": (0,),
    "pixmap": (0,),
    "set_icon": (0,),
}
# An entry of the palette has its icon at another place than one of a menu.
NOT_ICONS = {"command"}


def trees() -> Iterator[ast.Module]:
    for layer in LAYERS:
        for path in (ROOT / "workbench" / layer).rglob("*.py"):
            yield ast.parse(path.read_text("utf-8"))


def shipped() -> set[str]:
    return {path.stem for path in (ROOT / "resources" / "icons").iterdir()}


def words() -> set[str]:
    """Return every text that stands alone in the code of the window, or is a template's icon."""
    found = {
        node.value
        for tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    for card in (ROOT / "resources" / "templates").glob("*/template.toml"):
        found |= set(card.read_text("utf-8").split('"'))
    return found


def named() -> set[str]:
    """Return what the code names at a place where an icon is meant."""
    return {
        argument.value
        for tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for place in PLACES.get(_called(call), ())
        for argument in call.args[place : place + 1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    } - {"", *NOT_ICONS}


def _called(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_each_shipped_icon_is_used() -> None:
    assert shipped() - words() == set()


def test_each_named_icon_is_shipped() -> None:
    assert len(named()) > 40
    assert named() - shipped() == set()
