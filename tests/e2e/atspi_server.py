"""Answers questions about windows over the accessibility bus, one JSON line each.

Run by the system's own Python, because the bindings are a package of the operating system and are
not to be had in a virtual environment. Knows nothing about Workbench.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402 - the version is chosen first

CALL_MS = 10_000
START_MS = 60_000
MOST_CHILDREN = 400
_HOLDS_CELLS = ("table", "tree table")
# Roles that newer releases of the accessibility library call by another name.
_NEW_NAMES = {"push button": "button", "push button menu": "button menu"}
_SHOWN_STATES = {"showing", "enabled", "checked", "selected", "focused", "expanded"}


class Server:
    """Keeps a number for each accessible object that was handed out."""

    def __init__(self) -> None:
        self._objects: dict[int, Atspi.Accessible] = {}

    def answer(self, request: dict[str, Any]) -> Any:
        """Carry out one request and return its JSON value."""
        arguments = dict(request)
        operation: Callable[..., Any] = getattr(self, f"do_{arguments.pop('op')}")
        if "element" in arguments:
            arguments["element"] = self._objects[arguments["element"]]
        return operation(**arguments)

    def do_application(self, pid: int) -> int | None:
        """Return the application of a process, ``None`` if it is not (yet) on the bus."""
        for application in _children(Atspi.get_desktop(0)):
            if _safe(application.get_process_id, -1) == pid:
                return self._number(application)
        return None

    def do_find(self, element: Atspi.Accessible, query: dict[str, Any]) -> list[int]:
        """Return all objects below one that a query fits."""
        return [self._number(each) for each in _walk(element) if _fits(each, query)]

    def do_info(self, element: Atspi.Accessible) -> dict[str, Any]:
        """Return everything known about one object."""
        return {
            "role": _role(element),
            "name": _name(element),
            "label": _label(element),
            "description": _safe(element.get_description, "") or "",
            "id": _id(element),
            "states": sorted(_states(element)),
            "text": _text(element),
            "value": _value(element),
            "box": _box(element),
        }

    def do_press(self, element: Atspi.Accessible) -> bool:
        """Do the first action of an object (press, toggle, …)."""
        action = element.get_action_iface()
        return bool(action and action.do_action(0))

    def do_focus(self, element: Atspi.Accessible) -> bool:
        """Give an object the keyboard."""
        component = element.get_component_iface()
        return bool(component and component.grab_focus())

    def do_set_text(self, element: Atspi.Accessible, text: str) -> bool:
        """Replace the content of a text field."""
        field = element.get_editable_text_iface()
        return bool(field and field.set_text_contents(text))

    def do_size(self, element: Atspi.Accessible) -> list[int]:
        """Return the numbers of rows and columns of a table."""
        table = _table(element)
        return [table.get_n_rows(), table.get_n_columns()]

    def do_cell(self, element: Atspi.Accessible, row: int, column: int) -> int | None:
        """Return one cell of a table."""
        cell = _table(element).get_accessible_at(row, column)
        return None if cell is None else self._number(cell)

    def do_row(self, element: Atspi.Accessible, row: int) -> list[str]:
        """Return the texts of one row of a table."""
        table = _table(element)
        cells = (table.get_accessible_at(row, each) for each in range(table.get_n_columns()))
        return ["" if cell is None else _name(cell) for cell in cells]

    def do_select_row(self, element: Atspi.Accessible, row: int) -> bool:
        """Select one row of a table, and nothing else."""
        return bool(_table(element).add_row_selection(row))

    def do_headers(self, element: Atspi.Accessible) -> list[str]:
        """Return the column titles of a table."""
        table = _table(element)
        return [table.get_column_description(each) for each in range(table.get_n_columns())]

    def do_dump(self, element: Atspi.Accessible) -> str:
        """Return an outline of all that is showing, for messages about failures."""
        return "\n".join(_outline(element, 0))

    def _number(self, element: Atspi.Accessible) -> int:
        number = len(self._objects)
        self._objects[number] = element
        return number


def _safe(call: Callable[[], Any], default: Any) -> Any:
    """Ask an object that may have gone since it was found."""
    try:
        return call()
    except GLib.Error:
        return default


def _name(element: Atspi.Accessible) -> str:
    return str(_safe(element.get_name, "") or "")


def _role(element: Atspi.Accessible) -> str:
    role = str(_safe(element.get_role_name, "") or "")
    return _NEW_NAMES.get(role, role)


def _id(element: Atspi.Accessible) -> str:
    return str(_safe(element.get_accessible_id, "") or "")


def _label(element: Atspi.Accessible) -> str:
    """Return the text of the labels that name this object: a combo box has no other name."""
    names = []
    for relation in _safe(element.get_relation_set, []) or []:
        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY:
            targets = (relation.get_target(each) for each in range(relation.get_n_targets()))
            names += [_name(target) for target in targets]
    return " ".join(names)


def _states(element: Atspi.Accessible) -> set[str]:
    states = _safe(element.get_state_set, None)
    return {state.value_nick for state in states.get_states()} if states else set()


def _text(element: Atspi.Accessible) -> str:
    def read() -> str:
        text = element.get_text_iface()
        if text is None:
            return ""
        return Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text))

    return str(_safe(read, ""))


def _value(element: Atspi.Accessible) -> float | None:
    value = _safe(element.get_value_iface, None)
    return None if value is None else _safe(value.get_current_value, None)


def _box(element: Atspi.Accessible) -> list[int]:
    component = _safe(element.get_component_iface, None)
    box = component and _safe(lambda: component.get_extents(Atspi.CoordType.SCREEN), None)
    return [box.x, box.y, box.width, box.height] if box else [0, 0, 0, 0]


def _table(element: Atspi.Accessible) -> Atspi.Table:
    table = element.get_table_iface()
    if table is None:
        raise ValueError(f"{_role(element)} {_name(element)!r} is no table")
    return table


def _children(element: Atspi.Accessible) -> Iterator[Atspi.Accessible]:
    for index in range(min(_safe(element.get_child_count, 0) or 0, MOST_CHILDREN)):
        child = _safe(partial(element.get_child_at_index, index), None)
        if child is not None:
            yield child


def _walk(element: Atspi.Accessible) -> Iterator[Atspi.Accessible]:
    yield element
    if _role(element) in _HOLDS_CELLS:
        return  # cells are read by row and column; there may be a million of them
    for child in _children(element):
        yield from _walk(child)


def _fits(element: Atspi.Accessible, query: dict[str, Any]) -> bool:
    tests: dict[str, Callable[[Any], bool]] = {
        "role": lambda wanted: _role(element) == wanted,
        "name": lambda wanted: _name(element) == wanted,
        "pattern": lambda wanted: re.search(wanted, _name(element)) is not None,
        "label": lambda wanted: _label(element) == wanted,
        "id": lambda wanted: _id(element).rsplit(".", 1)[-1] == wanted,
        "states": lambda wanted: _states(element) >= set(wanted),
    }
    return all(tests[key](wanted) for key, wanted in query.items())


def _outline(element: Atspi.Accessible, depth: int) -> Iterator[str]:
    states = " ".join(sorted(_states(element) & _SHOWN_STATES))
    label = _label(element)
    by = f" label={label!r}" if label else ""
    yield f"{'  ' * depth}{_role(element)} {_name(element)!r}{by} [{states}]"
    if _role(element) not in _HOLDS_CELLS:
        for child in _children(element):
            if depth == 0 or "showing" in _states(child):
                yield from _outline(child, depth + 1)


def main() -> None:
    """Answer until the input ends."""
    Atspi.init()
    Atspi.set_timeout(CALL_MS, START_MS)
    server = Server()
    for line in sys.stdin:
        while GLib.MainContext.default().iteration(False):
            pass  # let in what changed since the last question
        try:
            reply: dict[str, Any] = {"result": server.answer(json.loads(line))}
        except (GLib.Error, ValueError, KeyError) as error:
            reply = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
