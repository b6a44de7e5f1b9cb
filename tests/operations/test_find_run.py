"""Finding the run that somebody means."""

from pathlib import Path

import pytest

from tests.restorable_project import restorable_project
from workbench.core.errors import InvalidInputError, NotFoundError
from workbench.operations.find_run import find_run
from workbench.operations.put_aside_runs import delete_runs


@pytest.mark.parametrize(
    ("text", "number"),
    [
        *(("1", 1), ("#2", 2), ("12", 12), ("sample_3", 3), ("sample_1", 1), ("sample_12", 12)),
        *(("last", 12), ("last~1", 11), ("last~", 11), ("last~~", 10), ("LAST~11", 1)),
    ],
)
def test_a_run_is_found(tmp_path: Path, text: str, number: int) -> None:
    with restorable_project(tmp_path) as project:
        for _ in range(12):
            project.run(snapshot=False)
        assert find_run(project.context, text).number == number


def test_an_id_may_look_like_a_number_only_if_no_run_has_that_number(tmp_path: Path) -> None:
    with restorable_project(tmp_path) as project:
        project.run(snapshot=False)
        for text in ("2", "#0", "last~1", "", "sample_2", "x" * 300, "9" * 300, "%", "sample%"):
            with pytest.raises(NotFoundError):
                find_run(project.context, text)


def test_the_beginning_of_several_ids_is_not_enough(tmp_path: Path) -> None:
    with restorable_project(tmp_path) as project:
        for _ in range(2):
            project.run(snapshot=False)
        with pytest.raises(InvalidInputError) as caught:
            find_run(project.context, "sample")
        assert caught.value.hint == "Two of them are sample_1 and sample_2."


def test_a_deleted_run_is_found_only_to_bring_it_back(tmp_path: Path) -> None:
    with restorable_project(tmp_path) as project:
        runs = [project.run(snapshot=False) for _ in range(2)]
        delete_runs(project.context, runs[1:])
        assert find_run(project.context, "last").number == 1
        for text in ("2", "sample_2"):
            with pytest.raises(NotFoundError, match="Run #2 is deleted"):
                find_run(project.context, text)
            assert find_run(project.context, text, deleted=True).number == 2
