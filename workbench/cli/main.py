"""``wb``: the command line."""

import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper

from workbench.cli.program import Program
from workbench.services.core_dumps import forbid_core_dumps


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command.

    Args:
        arguments: Command line without the program's name; that of the process by default.

    Returns:
        The exit code of the process.
    """
    if sys.stdout is sys.__stdout__ and isinstance(sys.stdout, TextIOWrapper):
        # A name of a file that is not text is written as it is.
        sys.stdout.reconfigure(errors="surrogateescape")
    forbid_core_dumps()
    words = sys.argv[1:] if arguments is None else arguments
    try:
        code = Program().run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the answer has seen enough of it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main())
