"""Prints as JSON which packages this interpreter can import. Python 3.6 and newer."""

# ruff: noqa: INP001
import json
import platform
import sys
from pathlib import Path


def _declared() -> "dict[str, str]":
    from importlib import metadata  # noqa: PLC0415 - Python 3.8 and newer

    found: dict[str, str] = {}
    for package in metadata.distributions():
        name = package.metadata["Name"]
        # The first one on the path is the one that is imported.
        if name and name not in found:
            found[str(name)] = str(package.version)
    return found


def _from_names() -> "dict[str, str]":
    found: dict[str, str] = {}
    for folder in sys.path:
        for suffix in ("dist-info", "egg-info"):
            for entry in sorted(Path(folder).glob("*-*." + suffix)):
                name, version = entry.stem.split("-")[:2]
                found.setdefault(name.replace("_", "-"), version)
    return found


def main() -> None:
    """Print one line."""
    # Not this file's own folder: the script does not have it either.
    del sys.path[0]
    try:
        packages = _declared()
    except (ImportError, OSError, LookupError, ValueError, TypeError):
        packages = _from_names()
    answer = {
        "python": platform.python_version(),
        "interpreter": sys.executable,
        "packages": sorted(packages.items(), key=lambda item: (item[0].lower(), item[0])),
    }
    # On a line that can be told from what others print.
    sys.stdout.write("\nworkbench-packages " + json.dumps(answer) + "\n")


main()
