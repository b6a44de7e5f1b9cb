"""Lets the user choose one of all runs of a project."""

from collections.abc import Callable, Sequence

from workbench.core.run import Run
from workbench.views.main_window import MainWindow
from workbench.views.shell.palette import Entry, Palette


def pick_run(
    window: MainWindow,
    runs: Sequence[Run],
    title: str,
    name: str,
    picked: Callable[[str], object],
) -> None:
    """Open a list with a filter.

    Args:
        window: The window.
        runs: The runs to choose from, oldest first.
        title: Title of the list.
        name: What is chosen, in words.
        picked: Takes the id of the chosen run.
    """
    entries = [
        Entry("run", run.id, f"#{run.number} {run.script_name}", run.arguments_text)
        for run in reversed(runs)
    ]
    hint = "Type the number, script or arguments of a run"
    palette = Palette(window, entries, title=title, name=name, hint=hint)
    palette.chosen.connect(lambda _kind, run_id: picked(run_id))
    palette.open()
    palette.place(window)
