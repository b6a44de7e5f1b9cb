"""The arrangement of the Run List outlives a session, for each project on its own."""

from pathlib import Path

from workbench.app.list_layouts import ListLayouts
from workbench.viewmodels.list_layout import ListLayout


def test_each_project_has_its_own(tmp_path: Path) -> None:
    path = tmp_path / "lists.ini"
    mine = ListLayout(
        {"metric:loss, val/é": False}, ("run", "metric:loss, val/é"), {"run": 80}, False
    )
    first = ListLayouts(path)
    first.keep("11111111-aaaa", mine)
    del first
    again = ListLayouts(path)
    assert again.read("11111111-aaaa") == mine
    assert again.read("22222222-bbbb") == ListLayout()


def test_a_broken_file_means_the_usual_arrangement(tmp_path: Path) -> None:
    path = tmp_path / "lists.ini"
    path.write_bytes(b"\xff\x00[runs\nnonsense")
    assert ListLayouts(path).read("11111111-aaaa") == ListLayout()
