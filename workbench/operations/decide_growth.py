"""Decide what a snapshot does with a lot of new content, once or for good."""

import logging
from collections.abc import Callable
from dataclasses import replace

from workbench.core.errors import WorkbenchError
from workbench.core.growth import Growth, GrowthChoice, growth_of
from workbench.core.progress import CancelToken
from workbench.core.snapshot_choices import SnapshotChoices
from workbench.operations.change_rules import RuleChange, leave_out
from workbench.operations.project_context import ProjectContext
from workbench.operations.take_snapshot import walk_request
from workbench.services.folder.survey import survey_folder
from workbench.services.safe_files import os_error_reason
from workbench.services.snapshot_choices import read_snapshot_choices, write_snapshot_choices

_log = logging.getLogger(__name__)


def snapshot_growth(context: ProjectContext, cancel: CancelToken) -> Growth | None:
    """Return what a snapshot would add, ``None`` if that is not worth a question.

    A file of the same size as in the newest snapshot counts as stored.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: If the newest snapshot can't be read.
        OSError: If the folder can't be read.
    """
    found = survey_folder(
        context.project.folder,
        walk_request(context),
        built_in=snapshot_choices(context).built_in_rules,
        on_files=lambda _number: None,
        cancel=cancel,
    )
    stored = context.history.tree_entries(context.history.tip())
    sizes = {path: entry.size for path, entry in stored.items()}
    return growth_of(
        [(path, size) for path, size in found.sizes.items() if sizes.get(path) != size]
    )


def snapshot_choices(context: ProjectContext) -> SnapshotChoices:
    """Return what was decided for this project."""
    return read_snapshot_choices(context.paths.root)


def choose_growth(context: ProjectContext, choice: GrowthChoice) -> None:
    """Decide what is done with a lot of new content from now on.

    Raises:
        WorkbenchError: If it can't be kept.
    """
    _keep(context, replace(snapshot_choices(context), growth=choice))


def choose_built_in_rules(context: ProjectContext, *, on: bool) -> None:
    """Decide whether the built-in rules hold from now on.

    Raises:
        WorkbenchError: If it can't be kept.
    """
    _keep(context, replace(snapshot_choices(context), built_in_rules=on))


def _keep(context: ProjectContext, choices: SnapshotChoices) -> None:
    try:
        write_snapshot_choices(context.paths.root, choices)
    except OSError as error:
        raise WorkbenchError(
            "The choice wasn't kept",
            f"It can't be written, because {os_error_reason(error)}. All is as it was.",
            details=str(error),
        ) from error


def leave_growth_out(context: ProjectContext, growth: Growth) -> tuple[RuleChange, ...]:
    """Add a line to the ignore file for everything that adds most.

    What can't be left out, because another rule keeps it in, is stored.

    Raises:
        WorkbenchError: If the ignore file can't be written at all.
    """
    changes = []
    failed: WorkbenchError | None = None
    for path, _size in growth.items:
        try:
            changes.append(leave_out(context, path))
        except WorkbenchError as error:
            _log.warning("%s stays in snapshots: %s", path, error)
            failed = error
    if failed is not None and not changes:
        raise failed
    return tuple(changes)


def decide_growth(
    context: ProjectContext, cancel: CancelToken, on_growth: Callable[[Growth], None]
) -> None:
    """Do with a lot of new content what was decided for the project.

    Args:
        context: The project.
        cancel: Stops looking at the folder.
        on_growth: Called if nothing was decided.

    Raises:
        CanceledError: If canceled.
        WorkbenchError: What ``on_growth`` raises, or if the ignore file can't be written.
        OSError: If the folder can't be read.
    """
    growth = snapshot_growth(context, cancel)
    if growth is None:
        return
    match snapshot_choices(context).growth:
        case GrowthChoice.LEAVE_OUT:
            leave_growth_out(context, growth)
        case GrowthChoice.STORE:
            _log.info("the snapshot stores %s", growth.words)
        case GrowthChoice.ASK:
            _log.warning("the snapshot adds a lot: %s", growth.words)
            on_growth(growth)
