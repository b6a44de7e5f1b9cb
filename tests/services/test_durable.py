"""What was written to a history repository is made durable while others write there too."""

from pathlib import Path

from workbench.services.git.durable import make_durable


def test_files_that_are_gone_again_hold_nobody_up(tmp_path: Path) -> None:
    pack = tmp_path / "objects" / "pack"
    loose = tmp_path / "objects" / "ab"
    for folder in (pack, loose):
        folder.mkdir(parents=True)
        # Listed, but no longer there when it is looked at: like a temporary file of somebody else.
        (folder / "tmp_gone").symlink_to("nowhere")
        (folder / "kept").write_bytes(b"kept")
    make_durable(tmp_path, 0)
    assert (pack / "kept").read_bytes() == b"kept"
