"""From a clone to a running application or test suite, with nothing but Python and this folder.

Standard library only: this runs before anything is installed.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from environment import ROOT, Environment, prepare, tell
from node_parts import NODE_PARTS, ensure_openid_provider
from system_parts import (
    DESKTOP_PARTS,
    GIT_PARTS,
    TEST_PARTS,
    SetupError,
    ensure_qt_libraries,
)

_DISPLAY_VARIABLES = ("DISPLAY", "WAYLAND_DISPLAY")
_NO_DISPLAY = """\
There is no display to open a window on (DISPLAY and WAYLAND_DISPLAY are not set).

    python3 packaging/run.py --demo

goes through the application on a display of its own and leaves pictures of it.
"""


def run(arguments: list[str]) -> int:
    """Open the application, or its demonstration; return the exit code."""
    try:
        if arguments[:1] == ["--demo"]:
            return _demo(arguments[1:])
        environment = prepare(("run",), GIT_PARTS)
        ensure_qt_libraries(environment.packages)
        if not has_display() and not _needs_no_display(arguments):
            tell(_NO_DISPLAY)
            return 1
        return _become(environment, ["-I", "-m", "workbench.app.main", *arguments])
    except SetupError as error:
        tell(str(error))
        return 1
    except KeyboardInterrupt:
        return 130


def test(arguments: list[str]) -> int:
    """Run the tests; return the exit code of pytest."""
    try:
        environment = prepare(("run", "test"), (*TEST_PARTS, *NODE_PARTS))
        ensure_qt_libraries(environment.packages)
        ensure_openid_provider(environment)
    except SetupError as error:
        tell(str(error))
        return 1
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.chdir(ROOT)
    # One worker takes all tests that share a group, so that windows do not compete for the display.
    options = ["-n", "2", "--dist", "loadscope"]
    return _become(environment, ["-P", "-m", "pytest", *options, *arguments])


def has_display() -> bool:
    """Whether a window can be opened here, as far as the environment tells."""
    if sys.platform != "linux":
        return True
    # Qt can be told to draw elsewhere; then it needs no display.
    return any(os.environ.get(name) for name in (*_DISPLAY_VARIABLES, "QT_QPA_PLATFORM"))


def _needs_no_display(arguments: list[str]) -> bool:
    return any(argument in ("--version", "-h", "--help") for argument in arguments)


def _demo(arguments: list[str]) -> int:
    if sys.platform != "linux":
        tell("The demonstration needs Linux: it drives a window on a display of its own.")
        return 1
    if len(arguments) > 1 or any(argument.startswith("-") for argument in arguments):
        tell("Usage: python3 packaging/run.py --demo [FOLDER]")
        return 2
    # The sample project trains a model, so its packages are needed too: they are in the test set.
    environment = prepare(("run", "test"), (*GIT_PARTS, *DESKTOP_PARTS))
    ensure_qt_libraries(environment.packages)
    script = Path(__file__).with_name("demo.py")
    return _become(environment, [str(script), *arguments])


def _become(environment: Environment, arguments: list[str]) -> NoReturn:
    """Go on as the environment's Python."""
    command = [str(environment.python), *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if sys.platform == "win32":
        sys.exit(subprocess.run(command, check=False).returncode)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted
