"""``workbench``: the window."""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import workbench


def main(arguments: Sequence[str] | None = None) -> int:
    """Start the window, or hand over to the one that is open.

    Args:
        arguments: Command line without the program's name; that of the process by default.

    Returns:
        The exit code of the process.
    """
    options = _parse(arguments)
    # What is made at start stays: looking for garbage in it takes time and finds nothing.
    gc.disable()
    # Qt takes its time to load: not before the command line is known to be good.
    from workbench.app.window_process import run_window  # noqa: PLC0415

    return run_window(options.folder, debug=options.debug)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="workbench",
        description="Run experiment scripts, keep a snapshot for each run, restore any of them.",
    )
    parser.add_argument("folder", nargs="?", type=_folder, help="project folder to open")
    parser.add_argument("--debug", action="store_true", help="write a detailed log")
    parser.add_argument("--version", action="version", version=f"Workbench {workbench.__version__}")
    return parser.parse_args(arguments)


def _folder(text: str) -> Path:
    # Those of Path fail for an unknown ~user and for what may not be looked at.
    folder = Path(os.path.expanduser(text)).absolute()  # noqa: PTH111
    if not os.path.isdir(folder):  # noqa: PTH112
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return folder


if __name__ == "__main__":
    sys.exit(main())
