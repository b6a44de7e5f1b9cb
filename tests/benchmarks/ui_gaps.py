"""The window under load: how long its thread was busy without a break.

A first snapshot of 10,000 files, a log of 100,000 lines and 10,000 earlier runs, in the real window
on a private X server.
"""

import re
import tempfile
from pathlib import Path

from tests.e2e.application import WORKBENCH, started
from tests.e2e.desktop import Desktop
from tests.e2e.load import go_through, make_load, read_log
from tests.e2e.story import Story

_LONGEST = re.compile(r"longest UI gap (\d+) ms, busiest (\d+) ms")
_TOLD = ("UI gap", "UI thread busy", "first paint", ": started", "opened project")


def main() -> None:
    """Go through the load once and print every second with a pause above 16 ms."""
    with tempfile.TemporaryDirectory() as root:
        home, folder = Path(root, "home"), Path(root, "large")
        make_load(home, folder)
        command = (*WORKBENCH, "--debug", str(folder))
        with Desktop() as desktop, started(desktop, home, command) as application:
            story = Story(application)
            go_through(story, folder)
            story.quit()
        lines = read_log(home)
        for line in lines:
            if any(words in line for words in _TOLD):
                print(line)
        found = _LONGEST.findall("\n".join(lines))
        if not found:
            raise RuntimeError("The window did not say how long its pauses were.")
        print(f"longest UI gap {found[-1][0]} ms, most processor time in one {found[-1][1]} ms")


if __name__ == "__main__":
    main()
