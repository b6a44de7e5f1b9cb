"""Save a comparison as a file for other programs."""

from pathlib import Path

from workbench.core.comparison import Comparison
from workbench.core.comparison_text import FORMATS
from workbench.operations.export import save_bytes


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
    words = text(comparison, only_differences=only_differences)
    # A path on Linux may hold bytes that are no text.
    save_bytes(words.encode("utf-8", "surrogateescape"), target)
