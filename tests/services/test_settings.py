"""Settings: unknown keys are kept, a broken file is never lost."""

from pathlib import Path

import pytest

from workbench.core.errors import WorkbenchError
from workbench.core.settings import LoadedSettings, Settings, ThemeMode
from workbench.services.settings import SettingsFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def test_without_a_file_there_are_defaults_and_no_file_is_made(path: Path) -> None:
    assert SettingsFile(path).load() == LoadedSettings(Settings())
    assert not path.parent.exists()


def test_what_was_saved_is_loaded(path: Path) -> None:
    settings = Settings(ThemeMode.DARK, 1.25, "/data/projects", "research", "/data/last")
    SettingsFile(path).save(settings)
    assert SettingsFile(path).load() == LoadedSettings(settings)


def test_comments_and_unknown_keys_are_kept(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('# mine\nzoom = 1.5  # big\nfuture = { a = 1 }\n\n[other]\nkey = "x"\n')
    settings = SettingsFile(path).load().settings
    assert settings == Settings(zoom=1.5)
    SettingsFile(path).save(Settings(ThemeMode.LIGHT, 1.1))
    text = path.read_text()
    assert "# mine" in text
    assert "# big" in text
    assert "future = { a = 1 }" in text
    assert '[other]\nkey = "x"' in text
    assert SettingsFile(path).load() == LoadedSettings(Settings(ThemeMode.LIGHT, 1.1))


def test_going_back_to_a_default_is_stored(path: Path) -> None:
    SettingsFile(path).save(Settings(zoom=2.0))
    SettingsFile(path).save(Settings())
    assert SettingsFile(path).load().settings.zoom == 1.0


def test_a_broken_file_is_kept_aside_each_time(path: Path) -> None:
    path.parent.mkdir()
    for number, name in ((1, "settings.toml.broken"), (2, "settings.toml.broken-2")):
        path.write_text(f"zoom = = {number}")
        loaded = SettingsFile(path).load()
        assert loaded.settings == Settings()
        assert name in loaded.warning
        assert (path.parent / name).read_text() == f"zoom = = {number}"
    assert SettingsFile(path).load() == LoadedSettings(Settings())


def test_saving_over_a_broken_file_keeps_it_aside(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe")
    SettingsFile(path).save(Settings(zoom=1.5))
    assert (path.parent / "settings.toml.broken").read_bytes() == b"\xff\xfe"
    assert SettingsFile(path).load().settings.zoom == 1.5


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('theme = "pink"', "theme"),
        ("theme = [1]", "theme"),
        ("zoom = 9", "zoom"),
        ("zoom = nan", "zoom"),
        ("zoom = true", "zoom"),
        ("projects_folder = 3", "projects_folder"),
        ("last_folder = []", "last_folder"),
    ],
)
def test_one_bad_value_costs_only_that_value(path: Path, line: str, key: str) -> None:
    path.parent.mkdir()
    path.write_text(f'workspace = "mine"\n{line}\n')
    loaded = SettingsFile(path).load()
    assert loaded.settings == Settings(workspace="mine")
    assert key in loaded.warning


def test_a_folder_in_the_way_is_told_and_does_not_stop_the_start(path: Path) -> None:
    path.mkdir(parents=True)
    assert SettingsFile(path).load().warning
    with pytest.raises(WorkbenchError) as caught:
        SettingsFile(path).save(Settings())
    assert caught.value.retry
