"""Uses an application as a person would: finds things by role and name, clicks, types, reads.

Everything goes over the accessibility bus and the X server; nothing of the application's own code
is known here, so what these tests can do, a screen reader can do too.
"""

import json
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.e2e.desktop import Desktop
from tests.e2e.waiting import wait_for

SYSTEM_PYTHON = "/usr/bin/python3"
PATIENCE = 30.0
START_PATIENCE = 90.0
_SERVER = Path(__file__).with_name("atspi_server.py")


@dataclass(frozen=True, slots=True)
class Info:
    """An accessible object at one moment.

    Attributes:
        role: For example ``"button"``.
        name: Accessible name; of a combo box its current text.
        label: Text of the label in front of it.
        description: Longer description.
        id: Dotted path of object names.
        states: For example ``"showing"``, ``"enabled"``, ``"checked"``.
        text: Content of a text field or a label.
        value: Value of a slider, spin box or progress bar.
        box: x, y, width, height on the screen.
    """

    role: str
    name: str
    label: str
    description: str
    id: str
    states: frozenset[str]
    text: str
    value: float | None
    box: tuple[int, int, int, int]


# What a window has above and below its page, and how often the wheel is turned at most.
_EDGE, _MOST_TURNS = 110, 100


class Driver:
    """Mouse, keyboard and eyes on one desktop."""

    def __init__(self, desktop: Desktop) -> None:
        self.desktop = desktop
        self._server = subprocess.Popen(
            # Newer bindings call "deprecated" what older ones have as the only way.
            [SYSTEM_PYTHON, "-W", "ignore::DeprecationWarning", str(_SERVER)],
            env=desktop.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """End the process that talks to the bus."""
        with suppress(BrokenPipeError):
            self._server.communicate(timeout=PATIENCE)

    def application(self, process: "subprocess.Popen[bytes]") -> "Element":
        """Return the application of a process as soon as it is on the bus."""

        def ask() -> list[int]:
            if process.poll() is not None:
                raise AssertionError(f"The application ended with code {process.returncode}")
            number = self.ask("application", pid=process.pid)
            return [] if number is None else [number]

        return Element(self, wait_for(ask, "the application to start", START_PATIENCE)[0])

    def ask(self, operation: str, **arguments: Any) -> Any:
        """Put one question to the bus."""
        requests, replies = self._server.stdin, self._server.stdout
        if requests is None or replies is None:
            raise AssertionError("The accessibility server has no pipes")
        requests.write(json.dumps({"op": operation, **arguments}) + "\n")
        requests.flush()
        line = replies.readline()
        if not line:
            raise AssertionError("The accessibility server ended")
        reply = json.loads(line)
        if "error" in reply:
            raise AssertionError(f"{operation}: {reply['error']}")
        return reply["result"]

    def key(self, *keys: str) -> None:
        """Press keys, for example ``"ctrl+n"``."""
        self.desktop.run(["xdotool", "key", "--clearmodifiers", *keys])

    def type(self, text: str) -> None:
        """Type into what has the keyboard."""
        self.desktop.run(["xdotool", "type", "--clearmodifiers", "--delay", "8", "--", text])


class Element:
    """One accessible object, or the application itself."""

    def __init__(self, driver: Driver, number: int) -> None:
        self.driver = driver
        self._number = number

    def info(self) -> Info:
        """Return how it is now."""
        told = self.driver.ask("info", element=self._number)
        told["states"] = frozenset(told["states"])
        told["box"] = tuple(told["box"])
        return Info(**told)

    @property
    def name(self) -> str:
        """Its accessible name now."""
        return self.info().name

    @property
    def text(self) -> str:
        """Its content now."""
        return self.info().text

    def find_all(self, role: str = "", name: str = "", **more: str) -> list["Element"]:
        """Return everything showing below it that fits.

        Args:
            role: Role name.
            name: Exact accessible name.
            more: ``pattern`` (expression searched in the name), ``label``, ``id``, and ``state``
                for one more state that it must have.
        """
        return self._search(_query(role, name, more))

    def find(
        self, role: str = "", name: str = "", *, timeout: float = PATIENCE, **more: str
    ) -> "Element":
        """Return the first thing that fits as soon as there is one (see :meth:`find_all`)."""
        query = _query(role, name, more)
        return wait_for(lambda: self._search(query), f"{query}", timeout, self.dump)[0]

    def gone(
        self, role: str = "", name: str = "", *, timeout: float = PATIENCE, **more: str
    ) -> None:
        """Wait until nothing fits any more (see :meth:`find_all`)."""
        query = _query(role, name, more)
        wait_for(lambda: not self._search(query), f"the end of {query}", timeout, self.dump)

    def wait(
        self, holds: Callable[[Info], bool], what: str, timeout: float = PATIENCE
    ) -> "Element":
        """Wait until something holds for it."""
        wait_for(lambda: holds(self.info()), what, timeout, lambda: f"It is {self.info()}")
        return self

    def click(self, *, button: int = 1, count: int = 1) -> None:
        """Click its middle with the mouse, as soon as it is enabled and has stopped moving."""
        x, y, width, height = self._settled().box
        move = ["xdotool", "mousemove", "--sync", str(x + width // 2), str(y + height // 2)]
        self.driver.desktop.run([*move, "click", "--repeat", str(count), str(button)])

    def scroll_into(self, window: "Element") -> "Element":
        """Turn the wheel over the middle of a window until it is in sight there; returns itself."""
        left, top, width, height = window.info().box
        middle = [str(left + width // 2), str(top + height // 2)]
        for _ in range(_MOST_TURNS):
            _, upper, _, size = self._settled().box
            is_below = upper + size > top + height - _EDGE
            if not is_below and upper >= top + _EDGE:
                return self
            turn = ["click", "5" if is_below else "4"]
            self.driver.desktop.run(["xdotool", "mousemove", "--sync", *middle, *turn])
        raise AssertionError(f"It does not come into sight: {self.info()}")

    def double_click(self) -> None:
        """Click it twice."""
        self.click(count=2)

    def press(self) -> None:
        """Do its first action over the accessibility bus, as assistive software does."""
        self.driver.ask("press", element=self._number)

    def focus(self) -> None:
        """Give it the keyboard."""
        self.driver.ask("focus", element=self._number)
        self.wait(lambda info: "focused" in info.states, "the focus")

    def type(self, text: str, *, enter: bool = False) -> None:
        """Replace its content by typing; what no key of the keyboard gives is put in directly."""
        self.click()
        self.wait(lambda info: "focused" in info.states, "the focus")
        self.driver.key("ctrl+a", "Delete")
        if text.isascii():
            self.driver.type(text)
        else:
            self.driver.ask("set_text", element=self._number, text=text)
        self.wait(lambda info: info.text == text, f"the text {text!r}")
        if enter:
            self.driver.key("Return")

    def choose(self, item: str) -> None:
        """Choose an entry of a combo box by its text."""
        self.click()
        self.wait(lambda info: "expanded" in info.states, "the list to open")
        self.find("list item", item).click()
        self.wait(lambda info: info.name == item, f"the choice of {item!r}")

    def rows(self) -> int:
        """Return the number of rows of a table."""
        return int(self.driver.ask("size", element=self._number)[0])

    def row(self, row: int) -> list[str]:
        """Return the texts of a row of a table."""
        return [str(text) for text in self.driver.ask("row", element=self._number, row=row)]

    def headers(self) -> list[str]:
        """Return the column titles of a table."""
        return [str(text) for text in self.driver.ask("headers", element=self._number)]

    def select_row(self, row: int) -> None:
        """Select a row of a table over the accessibility bus."""
        self.driver.ask("select_row", element=self._number, row=row)

    def write(self, text: str) -> None:
        """Replace the content of a field over the accessibility bus."""
        self.driver.ask("set_text", element=self._number, text=text)
        self.wait(lambda info: info.text == text, f"the text {text!r}")

    def cell(self, row: int, column: int) -> "Element":
        """Return a cell of a table."""
        number = self.driver.ask("cell", element=self._number, row=row, column=column)
        if number is None:
            raise AssertionError(f"There is no cell {row}, {column}")
        return Element(self.driver, number)

    def dump(self) -> str:
        """Return an outline of all that shows below it."""
        return str(self.driver.ask("dump", element=self._number))

    def _search(self, query: dict[str, Any]) -> list["Element"]:
        numbers = self.driver.ask("find", element=self._number, query=query)
        return [Element(self.driver, number) for number in numbers]

    def _settled(self) -> Info:
        """Return its state when it can be clicked and is in the same place twice in a row."""
        seen: list[tuple[int, int, int, int]] = []

        def ask() -> Info | None:
            info = self.info()
            steady = bool(seen) and seen[-1] == info.box and info.box[2] > 0 and info.box[3] > 0
            seen.append(info.box)
            return info if steady and {"showing", "enabled"} <= info.states else None

        return wait_for(ask, "it to be ready for a click", PATIENCE, lambda: f"It is {self.info()}")


def _query(role: str, name: str, more: dict[str, str]) -> dict[str, Any]:
    states = ["showing", *([more["state"]] if "state" in more else [])]
    named = {key: value for key, value in more.items() if key != "state"}
    given = {"role": role, "name": name, **named}
    return {key: value for key, value in given.items() if value} | {"states": states}
