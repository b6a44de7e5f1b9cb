"""Runs: status, durations, and what was typed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.run_samples import NOW, make_run
from workbench.core.errors import CanceledError, WorkbenchError
from workbench.core.progress import CancelToken
from workbench.core.restore import ChangeKind, FileChange, RestorePlan
from workbench.core.run import RunStatus, UserRepository, split_arguments


def test_only_three_kinds_of_status_are_active() -> None:
    active = {status for status in RunStatus if status.is_active}
    assert active == {RunStatus.PREPARING, RunStatus.QUEUED, RunStatus.RUNNING}
    assert RunStatus.PREPARING.label == "Saving snapshot"
    assert RunStatus.INTERRUPTED.label == "Interrupted"


def test_durations() -> None:
    run = replace(make_run(1), started=NOW, ended=NOW + timedelta(seconds=90))
    assert run.duration(NOW + timedelta(days=1)) == 90
    assert replace(run, ended=None).duration(NOW + timedelta(seconds=5)) == 5
    assert replace(run, started=None).duration(NOW) is None
    # The clock of the computer may be set back while a run runs.
    assert replace(run, ended=NOW - timedelta(seconds=5)).duration(NOW) == 0


def test_words_of_a_request() -> None:
    run = make_run(1, script="jobs/train.py", arguments=("--name", "two words", "--lr", "3e-4"))
    assert run.script_name == "train.py"
    assert run.arguments_text == "--name 'two words' --lr 3e-4"


@given(st.lists(st.text(st.characters(exclude_characters="\0"), max_size=12), max_size=6))
def test_arguments_survive_being_shown_and_typed_again(arguments: list[str]) -> None:
    run = make_run(1, arguments=tuple(arguments))
    assert split_arguments(run.arguments_text) == tuple(arguments)


def test_an_open_quote_is_refused() -> None:
    with pytest.raises(ValueError, match="quotation"):
        split_arguments("--name 'two words")


def test_a_repository_with_changes_is_dirty() -> None:
    assert not UserRepository("master", "abc").dirty
    assert UserRepository("master", "abc", 3).dirty


def test_a_plan_counts_what_is_not_committed() -> None:
    changes = tuple(
        FileChange(path, ChangeKind.MODIFIED, None, None, uncommitted=path != "a")
        for path in ("a", "b", "c")
    )
    assert RestorePlan("id", "run", 1, "commit", changes, (), 0, 0).uncommitted == 2


def test_a_canceled_token_stops_at_the_next_check() -> None:
    token = CancelToken()
    token.check()
    token.cancel()
    assert token.canceled
    with pytest.raises(CanceledError) as caught:
        token.check("Restore")
    assert caught.value.text == "Restore was canceled. Nothing was changed."


def test_an_error_reads_as_one_sentence_in_logs() -> None:
    error = WorkbenchError("Not saved", "The disk is full.", hint="Free some space.", retry=True)
    assert str(error) == "Not saved: The disk is full."
    assert str(WorkbenchError("Not saved")) == "Not saved"
    assert (error.hint, error.retry, error.details) == ("Free some space.", True, "")
