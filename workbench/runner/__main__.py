"""Entry point of the supervisor; also works as a plain file with ``python -I -S``."""

import sys


def _start() -> int:
    if not __package__:
        # Isolated from everything installed: only this package's own folder is added, at the end.
        sys.path.append(__file__.rpartition("workbench")[0] or ".")
    from workbench.runner.supervisor import main  # noqa: PLC0415 - needs the path set above

    return main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(_start())
