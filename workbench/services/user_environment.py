"""The environment that programs get which Workbench starts for the user."""

import os
import sys
from collections.abc import Mapping

# Variables that tie git to one repository; left over when Workbench is started from a git hook.
_GIT_LOCAL = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_GRAFT_FILE", "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE", "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
    }
)  # fmt: skip
_PATH_LISTS = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "QT_PLUGIN_PATH")
_SINGLE_PATHS = ("PYTHONHOME", "VIRTUAL_ENV", "QT_QPA_PLATFORM_PLUGIN_PATH", "__PYVENV_LAUNCHER__")


def user_environment(source: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the user's environment without what belongs to Workbench's own Python.

    A program must never find Workbench's private packages or interpreter by accident, nor work on
    the repository of the git hook that Workbench was started from.

    Args:
        source: Environment to start from; default is that of this process.
    """
    result = {
        name: value
        for name, value in (os.environ if source is None else source).items()
        if name not in _GIT_LOCAL
    }
    if sys.prefix != sys.base_prefix:
        _strip_private(result, sys.prefix)
    result.pop("__PYVENV_LAUNCHER__", None)
    return result


def _strip_private(environment: dict[str, str], prefix: str) -> None:
    inside = prefix.rstrip(os.sep) + os.sep

    def is_private(path: str) -> bool:
        return path == prefix or path.startswith(inside)

    for name in _SINGLE_PATHS:
        if is_private(environment.get(name, "")):
            del environment[name]
    if "VIRTUAL_ENV" not in environment:
        environment.pop("VIRTUAL_ENV_PROMPT", None)
    for name in _PATH_LISTS:
        parts = environment.get(name, "").split(os.pathsep)
        kept = os.pathsep.join(part for part in parts if not is_private(part))
        if kept:
            environment[name] = kept
        else:
            environment.pop(name, None)
