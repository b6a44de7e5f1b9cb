"""Entry point of the supervisor; also works as a plain file with ``python -I -S``.

With arguments it looks after the run that they name; without it waits for its order.
"""

import sys


def _start() -> int:
    if not __package__:
        # Isolated from everything installed: only this package's own folder is added, at the end.
        sys.path.append(__file__.rpartition("workbench")[0] or ".")
    if len(sys.argv) > 1:
        from workbench.runner.supervisor import main  # noqa: PLC0415 - needs the path set above

        return main(sys.argv[1:])
    from workbench.runner.order import take_order  # noqa: PLC0415 - needs the path set above

    order = take_order(prepare=_prepare)
    if order is None:
        return 0
    beginning = None
    if order.held is not None:
        from workbench.runner.early import Beginning  # noqa: PLC0415 - needs the path set above

        beginning = Beginning()
        try:
            beginning.wait(order)
        except OSError as error:
            order.held.drop()
            return error.errno or 1
    from workbench.runner.supervisor import follow  # noqa: PLC0415 - takes long

    return follow(order, beginning)


def _prepare() -> None:
    import workbench.runner.early  # noqa: PLC0415 - needed when there is an order
    import workbench.runner.supervisor  # noqa: F401, PLC0415 - the same


if __name__ == "__main__":
    sys.exit(_start())
