"""Which interpreters are believed to stop at their gate."""

from pathlib import Path

import pytest

from workbench.runner.known_gates import is_known, note


@pytest.mark.parametrize("line", ["import mine.boot\n", "/a/folder\n"])
def test_only_lines_that_run_something_keep_an_interpreter_unknown(
    tmp_path: Path, line: str
) -> None:
    gates, site, project = tmp_path / "gates.json", tmp_path / "site", tmp_path / "project"
    site.mkdir()
    project.mkdir()
    (site / "mine.pth").write_text(line)
    note(gates, "python", [str(site)], project)
    assert is_known(gates, "python") is not line.startswith("import")
    (site / "mine.pth").write_text(f"{line}# changed in place\n")
    assert not is_known(gates, "python")


def test_modules_of_the_project_keep_an_interpreter_unknown(tmp_path: Path) -> None:
    gates, project = tmp_path / "gates.json", tmp_path / "project"
    site = project / ".venv" / "lib" / "site-packages"
    site.mkdir(parents=True)
    (project / ".venv" / "pyvenv.cfg").touch()
    note(gates, "python", [str(site)], project)
    assert is_known(gates, "python")
    note(gates, "python", [str(site), str(project)], project)
    assert not is_known(gates, "python")
