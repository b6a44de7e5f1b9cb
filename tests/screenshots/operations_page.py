"""Pictures of the Operations page with sample data: ``operations_page.py FOLDER``."""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from tests.screenshots.restore_pages import SIZES, shoot, wait
from tests.views.test_operations_page import sample
from workbench.core.settings import ThemeMode
from workbench.viewmodels.operations_state import OperationsState
from workbench.views.operations.page import OperationsPage
from workbench.views.theme.theme import theme


def main(folder: Path) -> None:
    """Draw the page in both themes and sizes."""
    application = QApplication([])
    theme().install(application)
    folder.mkdir(parents=True, exist_ok=True)
    for mode in (ThemeMode.LIGHT, ThemeMode.DARK):
        theme().set_mode(mode)
        for size_name, size in SIZES.items():
            for name, state in (("list", sample()), ("empty", OperationsState("churn", ()))):
                page = OperationsPage()
                page.resize(*size)
                page.show()
                page.render(state)
                wait(200)
                shoot(page, folder / f"operations-{name}-{mode.value}-{size_name}.png")
                page.deleteLater()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
