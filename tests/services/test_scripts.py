"""What is offered to run."""

import os
from pathlib import Path

import pytest

from workbench.core.run import Script
from workbench.services import scripts
from workbench.services.scripts import FoundScripts, find_scripts, has_script, script_at


def put(folder: Path, *paths: str, text: str = "") -> None:
    for path in paths:
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)


def found(folder: Path) -> list[str]:
    return [script.path for script in find_scripts(folder).scripts]


def test_python_first_then_programs_shell_r_and_julia(tmp_path: Path) -> None:
    put(tmp_path, "run.sh", "fit.R", "fit.jl", "train.py", "notes.md", "data.csv")
    put(tmp_path, "tool", text="#!/bin/sh\n")
    (tmp_path / "tool").chmod(0o755)
    languages = [(script.path, script.language) for script in find_scripts(tmp_path).scripts]
    assert languages == [
        ("train.py", "python"),
        ("tool", "executable"),
        ("run.sh", "shell"),
        ("fit.R", "r"),
        ("fit.jl", "julia"),
    ]


def test_upper_folders_first_then_the_alphabet(tmp_path: Path) -> None:
    put(tmp_path, "zeta.py", "Beta.py", "alpha.py", "code/aaa.py", "code/deep/aaa.py", "b/z.py")
    assert found(tmp_path) == [
        "alpha.py", "Beta.py", "zeta.py", "b/z.py", "code/aaa.py", "code/deep/aaa.py",
    ]  # fmt: skip


def test_what_is_rarely_run_comes_last_and_packages_marks_are_left_out(tmp_path: Path) -> None:
    put(tmp_path, "pkg/__init__.py", "conftest.py", "setup.py", "test_a.py", "tests/helper.py")
    put(tmp_path, "code/train.py", "a_test.py")
    assert found(tmp_path) == [
        "code/train.py", "a_test.py", "conftest.py", "setup.py", "test_a.py", "tests/helper.py",
    ]  # fmt: skip


def test_environments_hidden_folders_and_caches_are_skipped(tmp_path: Path) -> None:
    put(tmp_path, "myenv/pyvenv.cfg", "myenv/lib/a.py", "conda/conda-meta/history", "conda/b.py")
    put(tmp_path, ".venv/c.py", ".git/hooks/d.sh", "node_modules/e.py", "__pycache__/f.py")
    put(tmp_path, "outputs/g.py", ".hidden.py", "src/outputs/kept.py")
    assert found(tmp_path) == ["src/outputs/kept.py"]


def test_a_file_without_permission_or_head_is_no_program(tmp_path: Path) -> None:
    put(tmp_path, "plain", text="#!/bin/sh\n")
    put(tmp_path, "data.bin", "lib.so", text="\x7fELF")
    (tmp_path / "data.bin").write_text("just data")
    for name in ("data.bin", "lib.so"):
        (tmp_path / name).chmod(0o755)
    (tmp_path / "program").write_bytes(b"\x7fELF\x02")
    (tmp_path / "program").chmod(0o755)
    assert found(tmp_path) == ["program"]


def test_links_to_files_count_and_circles_of_folders_end(tmp_path: Path) -> None:
    put(tmp_path, "real.py")
    (tmp_path / "link.py").symlink_to("real.py")
    (tmp_path / "gone.py").symlink_to("nowhere")
    (tmp_path / "circle").symlink_to(".", target_is_directory=True)
    assert found(tmp_path) == ["link.py", "real.py"]


def test_a_big_folder_of_data_hides_no_script(tmp_path: Path) -> None:
    put(tmp_path, "src/train.py", "zz.py")
    (tmp_path / "data").mkdir()
    for number in range(21_000):
        os.mknod(tmp_path / f"data/{number}.png")
    assert find_scripts(tmp_path) == FoundScripts(
        (Script("zz.py", "python"), Script("src/train.py", "python"))
    )


def test_in_one_folder_only_so_much_is_read_and_that_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scripts, "MAX_IN_FOLDER", 30)
    put(tmp_path, "zz.py", "src/train.py", *(f"big/{number:03}.py" for number in range(100)))
    result = find_scripts(tmp_path)
    names = [script.path for script in result.scripts]
    assert (names[0], "src/train.py" in names, len(names)) == ("zz.py", True, 32)
    assert not result.complete


@pytest.mark.parametrize(("limit", "value"), [("MAX_ENTRIES", 20), ("MAX_SECONDS", -1.0)])
def test_a_search_that_ends_early_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    put(tmp_path, *(f"f{number:03}/a.py" for number in range(100)))
    assert find_scripts(tmp_path).complete
    monkeypatch.setattr(scripts, limit, value)
    result = find_scripts(tmp_path)
    assert len(result.scripts) < 20
    assert not result.complete


def test_folders_too_many_or_too_deep_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = "/".join("d" * (scripts.MAX_DEPTH + 2))
    put(tmp_path / "other", f"{deep}/too_deep.py")
    assert find_scripts(tmp_path / "other") == FoundScripts((), complete=False)
    monkeypatch.setattr(scripts, "MAX_SUBFOLDERS", 2)
    put(tmp_path / "wide", "b/b.py", "c/c.py", "a/a.py")
    assert [script.path for script in find_scripts(tmp_path / "wide").scripts] == [
        "a/a.py",
        "b/b.py",
    ]


def test_the_script_chosen_before_is_found_wherever_it_is(tmp_path: Path) -> None:
    deep = "/".join("d" * (scripts.MAX_DEPTH + 2))
    put(tmp_path, f"{deep}/mine.py", "outputs/made.py", "notes.txt")
    for path in (f"{deep}/mine.py", "outputs/made.py"):
        assert find_scripts(tmp_path, known=path).scripts == (Script(path, "python"),)
    for path in (
        "gone.py",
        "notes.txt",
        "",
        "../x.py",
        str(tmp_path / "outputs/made.py"),
        "a\0.py",
    ):
        assert find_scripts(tmp_path, known=path).scripts == ()
        assert script_at(tmp_path, path) is None


def test_whether_there_is_any(tmp_path: Path) -> None:
    put(tmp_path, "notes.txt")
    assert not has_script(tmp_path)
    put(tmp_path, "src/train.py")
    assert has_script(tmp_path)


def test_a_missing_folder_has_no_scripts(tmp_path: Path) -> None:
    assert find_scripts(tmp_path / "missing") == FoundScripts()
