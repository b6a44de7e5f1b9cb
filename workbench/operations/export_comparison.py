"""Save a comparison as a file for other programs."""

from pathlib import Path

from workbench.core.comparison import Comparison
from workbench.core.comparison_text import FORMATS
from workbench.core.errors import WorkbenchError
from workbench.services.safe_files import os_error_reason, write_atomically


def export_comparison(
    comparison: Comparison, target: Path, *, only_differences: bool = False
) -> None:
    """Write a comparison as CSV, JSON or Markdown, as the ending of the name says (else CSV).

    Args:
        comparison: What to write.
        target: The file; it gets the whole text or stays as it is.
        only_differences: Whether to leave out what is the same.

    Raises:
        WorkbenchError: If it can't be written.
    """
    text = FORMATS.get(target.suffix.lower().lstrip("."), FORMATS["csv"])
    data = text(comparison, only_differences=only_differences).encode()
    try:
        write_atomically(target, data)
    except OSError as error:
        raise WorkbenchError(
            f"{target.name} wasn't saved",
            f"{error.filename or target} can't be used because {os_error_reason(error)}. "
            "What was there before is unchanged.",
            hint="Choose another folder, or try again.",
            details=str(error),
            retry=True,
        ) from error
