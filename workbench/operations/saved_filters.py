"""Saved filters of the Run List: what the user named, kept with the project's records."""

from workbench.core.saved_filter import (
    Filters,
    SavedFilter,
    checked_name,
    renamed_filter,
    with_filter,
    without_filter,
)
from workbench.operations.project_context import ProjectContext
from workbench.services.saved_filters import read_filters, write_filters


def list_filters(context: ProjectContext) -> Filters:
    """Return the saved filters of a project, by name.

    Raises:
        WorkbenchError: If they can't be read.
    """
    return read_filters(context.paths.filters)


def save_filter(context: ProjectContext, wanted: SavedFilter) -> Filters:
    """Keep a filter, in place of one of the same name, and return all of them.

    Raises:
        WorkbenchError: If it can't be written.
    """
    return _keep(context, with_filter(list_filters(context), wanted))


def rename_filter(context: ProjectContext, name: str, new: str) -> Filters:
    """Give a filter another name, and return all of them.

    Raises:
        InvalidInputError: If another filter has that name.
        WorkbenchError: If it can't be written.
    """
    known = list_filters(context)
    return _keep(context, renamed_filter(known, name, checked_name(new, known, name)))


def delete_filter(context: ProjectContext, name: str) -> Filters:
    """Forget a filter, and return those that are left.

    Raises:
        WorkbenchError: If it can't be written.
    """
    return _keep(context, without_filter(list_filters(context), name))


def _keep(context: ProjectContext, filters: Filters) -> Filters:
    write_filters(context.paths.filters, filters)
    return filters
