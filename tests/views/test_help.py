"""The guide: opened by F1, searched, complete, and true about keys and pictures."""

import re
import tomllib
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workbench.core.parts import PACKAGES, parts
from workbench.core.resources import resource_path
from workbench.core.settings import ThemeMode
from workbench.viewmodels.help_topics import contents, read_topics, topic_of
from workbench.views.commands import COMMANDS
from workbench.views.help.page import HelpPage
from workbench.views.help.shortcuts import shortcuts_topic
from workbench.views.main_window import MainWindow
from workbench.views.theme.theme import theme

ROOT = Path(__file__).resolve().parents[2]
GUIDE = read_topics(resource_path("help"))
KEYS = re.compile(r"\b(?:(?:Ctrl|Alt|Shift)\+)+(?:[A-Za-z0-9]+|[=\-]|,(?=\)))|\bF\d{1,2}\b")
# Said in words, or Qt's own in lists and dialogs.
ELSEWHERE = {"Ctrl+Return", "Shift+F10", "Shift+Tab", "Ctrl+Enter", "Ctrl+C"}


@pytest.fixture
def page(qtbot: QtBot, window: MainWindow) -> HelpPage:
    QTest.keyClick(window, Qt.Key.Key_F1)
    found = window.stack.currentWidget()
    assert isinstance(found, HelpPage)
    return found


def rows(page: HelpPage) -> list[str]:
    return [page.list.item(row).text().strip() for row in range(page.list.count())]


def test_f1_opens_the_guide_and_back_leaves_it(
    qtbot: QtBot, window: MainWindow, page: HelpPage
) -> None:
    assert window.page == "help"
    assert not window.run_bar.isVisible()
    assert page.text.toPlainText().startswith("First steps")
    assert page.list.hasFocus()
    QTest.keyClick(page.list, Qt.Key.Key_Escape)
    assert window.page == "runs"
    window.commands["shortcuts"].trigger()
    assert page.text.toPlainText().startswith("Keyboard shortcuts")
    qtbot.waitUntil(window.commands["back"].isEnabled)
    window.commands["back"].trigger()
    assert window.page == "runs"


def test_the_guide_has_a_chapter_for_everything(page: HelpPage) -> None:
    titles = [topic.title for topic in GUIDE]
    assert titles == [
        "First steps", "Projects", "Runs", "Metrics", "Restore and undo", "Comparing runs",
        "What is left out", "Troubleshooting", "The command line `wb`",
    ]  # fmt: skip
    assert {*titles[:-1], "The command line wb", "Keyboard shortcuts"} <= set(rows(page))
    for topic in GUIDE:
        assert len([heading for heading, _text in topic.sections if heading]) >= 3, topic.title


def test_searching_finds_sections_by_their_text(qtbot: QtBot, page: HelpPage) -> None:
    QTest.keyClicks(page.search.line, "safety snapshot")
    qtbot.waitUntil(lambda: "Metrics" not in rows(page))
    assert "Put the folder back" in rows(page)
    assert "safety snapshot" in page.text.toPlainText()
    page.search.line.setText("no such words in it")
    qtbot.waitUntil(lambda: page.list.count() == 0)
    QTest.keyClick(page.search.line, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: "Metrics" in rows(page))


def test_a_section_is_scrolled_to(qtbot: QtBot, page: HelpPage) -> None:
    page.show_topic("runs", "Cancel a run")
    qtbot.waitUntil(lambda: page.text.verticalScrollBar().value() > 200)
    page.show_topic("runs")
    assert page.text.verticalScrollBar().value() == 0
    page.text.anchorClicked.emit(QUrl("5-restore.md"))
    assert page.text.toPlainText().startswith("Restore and undo")


def test_another_theme_and_zoom_reach_the_text(page: HelpPage) -> None:
    page.show_topic("left-out")
    theme().set_mode(ThemeMode.DARK)
    theme().set_zoom(150)
    assert page.text.document().defaultFont().pixelSize() == theme().px(13)
    assert page.text.toPlainText().startswith("What is left out")


def test_every_command_with_keys_is_in_the_list_of_shortcuts() -> None:
    text = shortcuts_topic().text
    for command in COMMANDS:
        for keys in (*command.keys, *command.hint):
            native = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            assert native in text, command.id


def test_keys_in_the_guide_are_those_of_the_commands() -> None:
    known = {keys for command in COMMANDS for keys in (*command.keys, *command.hint)} | ELSEWHERE
    for topic in GUIDE:
        for keys in KEYS.findall(topic.text):
            assert keys in known, f"{keys} in {topic.title}"


def test_pictures_are_used_there_and_small() -> None:
    folder = resource_path("help", "pictures")
    shown = {
        name
        for topic in GUIDE
        for name in re.findall(r"!\[[^\]]+\]\(pictures/([^)]+)\)", topic.text)
    }
    assert shown == {path.name for path in folder.iterdir()}
    for path in folder.iterdir():
        assert path.stat().st_size < 100_000, path.name


def test_a_heading_in_code_is_no_section() -> None:
    topic = topic_of("odd", "# Odd\n\n```\n## no heading\n# none\n```\n\n## One\n\ntext\n")
    assert [heading for heading, _text in topic.sections] == ["", "One"]
    assert [entry.title for entry in contents([topic])] == ["Odd", "One"]
    assert contents([topic], "TEXT one")[1].section == "One"
    assert contents([topic], "nowhere") == []


def test_the_packages_named_in_about_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = {re.split(r"[<>=~!;\[ ]", name)[0] for name in project["dependencies"]}
    assert set(PACKAGES) == asked
    found = list(parts())
    assert {part.name for part in found} >= {"Inter", "Lucide", "msal", "shiboken6"}
    assert all(part.licence and part.text() for part in found)
