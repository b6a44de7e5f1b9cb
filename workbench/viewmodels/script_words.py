"""Words about scripts of a project: while they are looked for, and when there are none."""

from workbench.core.run import InterpreterKind
from workbench.viewmodels.states import RunBarState

LOOKING = "Looking for scripts…"
LOOKING_FOR_PYTHON = "Looking for Python…"
NOT_ALL_SEARCHED = "Not all folders were searched"
BROWSE_SCRIPT = "Browse for a script…"
NO_SCRIPT = (
    "No script was found in this project. Add a Python, shell, R or Julia file "
    "(.py, .sh, .r, .jl) or a program to its folder."
)


_CHOOSE = (
    "Choose a script above and select Run. Workbench saves a snapshot of the project folder first."
)
_PREPARE = (
    "Select Run, or prepare the environment first: a .venv with the packages that this project "
    "asks for."
)
_ADD = "Add a .py, .sh, .r or .jl file, or a program, to the project folder. It then appears above."


def empty_list_words(state: RunBarState) -> tuple[str, str]:
    """Return title and text of the Run List while the project has no runs."""
    if state.looking and not state.scripts:
        return "No runs yet", LOOKING
    if state.known and not state.scripts:
        return "No script to run yet", _ADD
    if without_environment(state):
        return "No runs yet", _PREPARE
    return "No runs yet", _CHOOSE


def without_environment(state: RunBarState) -> bool:
    """Whether the script would run with a Python that is no environment of its own."""
    shared = (InterpreterKind.SYSTEM, InterpreterKind.PYENV)
    return any(
        chosen.path == state.interpreter and chosen.kind in shared for chosen in state.interpreters
    )
