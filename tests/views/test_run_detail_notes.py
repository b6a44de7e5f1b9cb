"""What Run Detail says about the outputs of a run, and about one that can't be followed."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from tests.run_samples import make_run
from tests.views import run_detail_samples as sample
from tests.views.run_detail_driver import labels, open_page
from workbench.core.run import RunStatus
from workbench.operations.run_ending import message_of
from workbench.views.run_detail.page import RunDetailPage

NOTES = (
    "2 output files may come from #4, which ran at the same time.",
    "a wasn't saved: no access.",
)


@pytest.fixture
def page(qtbot: QtBot) -> RunDetailPage:
    return open_page(qtbot)


def test_notes_about_the_outputs_stand_over_them(page: RunDetailPage) -> None:
    page.show_tab("outputs")
    assert page.outputs.notes.isHidden()
    run = replace(sample.state().run, status=RunStatus.COMPLETED, message=message_of("", NOTES))
    page.render(replace(sample.state(), run=run))
    assert page.outputs.notes.isVisible()
    assert "\n".join(NOTES) in labels(page.outputs)
    assert page.outputs.list.isVisible()
    page.render(replace(sample.state(), run=run, outputs=()))
    assert "\n".join(NOTES) in labels(page.outputs.empty)
    page.render(sample.state())
    assert page.outputs.notes.isHidden()
    assert page.outputs._notes_frame.isHidden()


def test_a_failed_run_tells_its_reason_apart_from_its_notes(page: RunDetailPage) -> None:
    run = make_run(127, RunStatus.FAILED, seconds=72)
    run = replace(run, message=message_of("ValueError: no data", NOTES))
    page.render(replace(sample.state(), run=run))
    assert "ValueError: no data" in labels(page.banner)
    page.show_tab("outputs")
    assert "\n".join(NOTES) in labels(page.outputs)


def test_a_run_that_cannot_be_followed_says_so(page: RunDetailPage) -> None:
    run = make_run(127, RunStatus.RUNNING)
    page.render(replace(sample.state(), run=run))
    assert page.banner.isHidden()
    page.render(replace(sample.state(), run=replace(run, message="Its folder can't be read.")))
    assert page.banner.isVisible()
    assert "Its folder can't be read." in labels(page.banner)
