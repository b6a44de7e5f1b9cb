"""Targets on the Project page: this computer, its Pythons, and targets that only have a file."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.views import sample_states as sample
from workbench.core.run_configuration import ComputeTarget
from workbench.operations.run_settings import readable_compute_targets
from workbench.services.aml_config import write_compute_target
from workbench.viewmodels.states import ProjectPageState
from workbench.viewmodels.target_rows import NOT_AVAILABLE, target_rows
from workbench.views.project_page import ProjectPage

STATE = sample.project_page()
SYSTEM = sample.SYSTEM_PYTHON


@pytest.fixture
def page(qtbot: QtBot) -> ProjectPage:
    """The page of a project, in an active window."""
    page = ProjectPage()
    qtbot.addWidget(page)
    page.resize(1300, 800)
    page.render(STATE)
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    return page


def first(state: ProjectPageState) -> tuple[str, str, str]:
    row = target_rows(state)[0]
    return row.title, row.detail, row.word


def test_this_computer_says_how_it_is() -> None:
    words = "This computer, .venv (Python 3.11.7)"
    assert first(STATE) == ("local", words, "Running #129")
    assert first(replace(STATE, running=(7, 9, 12))) == ("local", words, "Running #7 and 2 more")
    assert first(replace(STATE, running=())) == ("local", words, "Ready")
    broken = replace(sample.PYTHON, problem="It does not start")
    idle = replace(STATE, running=(), interpreter=broken)
    assert first(idle)[2] == "Can't run Python"
    assert target_rows(idle)[0].tip == "It does not start"
    none = replace(STATE, running=(), interpreter=None, interpreters=())
    assert first(none) == ("local", "This computer", "No Python")
    assert first(replace(none, looking=True))[2] == "Looking for Python"


def test_a_target_that_only_has_a_file_is_not_offered() -> None:
    state = replace(
        STATE,
        targets=(
            ComputeTarget("gpu", "remotedocker", address="gpu-vm-weu", username="ada"),
            ComputeTarget("local"),
            ComputeTarget("spark", "cluster"),
        ),
    )
    rows = {row.title: row for row in target_rows(state) if not row.interpreter}
    assert list(rows) == ["local", "gpu", "spark"]
    assert rows["gpu"].detail == "ada@gpu-vm-weu, remotedocker"
    assert rows["spark"].detail == "cluster"
    assert (rows["gpu"].word, rows["gpu"].tip) == ("Not available", NOT_AVAILABLE)
    assert not any(row.can_use for row in rows.values())


def test_another_python_is_used_by_mouse_and_keyboard(qtbot: QtBot, page: ProjectPage) -> None:
    line = page.targets.rows[f"python {SYSTEM.path}"]
    used = page.targets.rows[f"python {sample.PYTHON.path}"]
    assert (used.word.text(), used.use.isVisible()) == ("Used", False)
    assert line.use.accessibleName() == "Use System (Python 3.11.2)"
    with qtbot.waitSignal(page.targets.python_chosen) as chosen:
        QTest.mouseClick(line.use, Qt.MouseButton.LeftButton)
    assert chosen.args == [SYSTEM.path]
    line.use.setFocus(Qt.FocusReason.TabFocusReason)
    with qtbot.waitSignal(page.targets.python_chosen):
        QTest.keyClick(line.use, Qt.Key.Key_Space)

    page.render(replace(STATE, interpreter=SYSTEM))
    assert page.targets.rows[f"python {SYSTEM.path}"] is line
    assert (line.word.text(), line.use.isVisible()) == ("Used", False)
    assert used.use.isVisible()
    page.render(replace(STATE, interpreters=(sample.PYTHON,), targets=()))
    assert list(page.targets.rows) == ["target local", f"python {sample.PYTHON.path}"]


def test_a_damaged_file_is_told_and_hides_no_other(tmp_path: Path, page: ProjectPage) -> None:
    (tmp_path / "aml_config").mkdir()
    write_compute_target(tmp_path, ComputeTarget("gpu", "remote", address="host"))
    (tmp_path / "aml_config" / "bad.compute").write_text("type: [")
    targets, problems = readable_compute_targets(tmp_path)
    assert [target.name for target in targets] == ["gpu"]
    assert len(problems) == 1
    page.render(replace(STATE, targets=tuple(targets), targets_problem=problems[0].title))
    assert page.targets.problem.isVisible()
    assert "target gpu" in page.targets.rows
    page.render(STATE)
    assert not page.targets.problem.isVisible()
