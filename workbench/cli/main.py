"""``wb``: the command line."""

import argparse
import sys
from collections.abc import Sequence

import workbench


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command.

    Args:
        arguments: Command line without the program's name; that of the process by default.

    Returns:
        The exit code of the process.
    """
    parser = argparse.ArgumentParser(prog="wb", description="Command line of Workbench.")
    parser.add_argument("--version", action="version", version=f"wb {workbench.__version__}")
    parser.parse_args(arguments)
    parser.print_help()
    return 0


if __name__ == "__main__":
    sys.exit(main())
