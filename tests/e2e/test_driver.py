"""The driver itself, on a window that has one of each kind of control."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.application import Application
from tests.e2e.conftest import Start

SAMPLE = (sys.executable, str(Path(__file__).with_name("sample_window.py")))


@pytest.fixture
def sample(start: Start) -> Iterator[Application]:
    with start(SAMPLE) as application:
        yield application


def test_a_window_is_used_and_closed_from_outside(sample: Application) -> None:
    window = sample.root.find("frame", "Sample")

    window.find("check box", "Check").click()
    window.find("label", "Check True")
    window.find("check box", "Check").press()
    window.find("label", "Check False")

    table = window.find("table", "Rows")
    assert table.rows() == 100_000
    assert table.headers() == ["First", "Second"]
    assert table.row(99_999) == ["99999/0", "99999/1"]
    table.cell(1, 1).click()
    window.find("label", "Cell 1/1")
    assert "selected" in table.cell(1, 1).info().states

    window.find("button", "Ask").click()
    dialog = sample.root.find("dialog", "New thing")
    dialog.find("text", "Name:").type("Öl & co")
    dialog.find("combo box", label="Kind:").choose("large")
    dialog.find("button", "OK").click()
    sample.root.gone("dialog")
    window.find("label", "Öl & co large")

    window.find("menu item", "File").click()
    window.find("menu item", "Quit").click()
    assert sample.wait_until_closed() == 0


def test_what_is_not_there_is_reported_with_what_is(sample: Application) -> None:
    window = sample.root.find("frame", "Sample")
    with pytest.raises(AssertionError, match="'Ask'"):
        window.find("button", "No such button", timeout=0.2)


def test_a_failure_leaves_a_picture_an_outline_and_the_log(
    start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("E2E_EVIDENCE", str(tmp_path))

    def fail() -> None:
        with start(SAMPLE) as application:
            application.root.find("frame", "Sample")
            raise AssertionError("something went wrong")

    with pytest.raises(AssertionError, match="something went wrong"):
        fail()

    evidence = tmp_path / "test_a_failure_leaves_a_picture_an_outline_and_the_log"
    assert (evidence / "screen.png").read_bytes().startswith(b"\x89PNG")
    assert "button 'Ask'" in (evidence / "outline.txt").read_text(encoding="utf-8")
    assert (evidence / "log.txt").exists()


def test_a_program_that_ends_at_once_is_reported_with_its_words(start: Start) -> None:
    program = (sys.executable, "-c", "import sys; sys.exit('no window today')")
    with pytest.raises(AssertionError, match="ended with code 1") as caught, start(program):
        pass
    assert "no window today" in "".join(caught.value.__notes__)
