"""Find out whether a file is a Python."""

from pathlib import Path

from workbench.core.errors import WorkbenchError
from workbench.core.run import Interpreter
from workbench.services.interpreters import describe_interpreter


def check_interpreter(path: Path) -> Interpreter:
    """Return the Python that a file starts, after running it once for its version.

    Raises:
        WorkbenchError: If it does not start a Python.
    """
    found = describe_interpreter(path)
    if found.problem:
        raise WorkbenchError(
            f"{path.name} isn't a Python",
            f"{found.problem} The Python of this project wasn't changed.",
            hint="Choose the file that starts Python, for example bin/python in the folder of "
            "an environment.",
        )
    return found
