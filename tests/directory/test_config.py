from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from directory.config import Settings, current_settings
from directory.errors import CannotStart


def test_with_nothing_set_everything_lives_in_one_folder() -> None:
    settings = Settings.load(environ={})
    assert settings.data_dir == Path.cwd() / "kith-data"
    assert settings.database_url == f"sqlite:///{Path.cwd() / 'kith-data' / 'kith.db'}"
    assert (settings.online_geocoder, settings.tiles_url, settings.language) == (False, None, "en-GB")
    assert settings.today() == date.today()


def test_the_option_wins_over_the_environment(tmp_path: Path) -> None:
    environ = {"KITH_DATA": str(tmp_path / "other")}
    assert Settings.load(environ=environ).data_dir == tmp_path / "other"
    assert Settings.load(tmp_path / "data", environ).data_dir == tmp_path / "data"


@pytest.mark.parametrize("scheme", ["postgres://", "postgresql://", "postgresql+psycopg://"])
def test_every_way_to_write_postgresql_means_the_same(scheme: str) -> None:
    environ = {"KITH_DATABASE_URL": f"{scheme}ama:p%40ss@db/kith"}
    assert Settings.load(environ=environ).database_url == "postgresql+psycopg://ama:p%40ss@db/kith"


def test_the_day_can_be_set() -> None:
    assert Settings.load(environ={"KITH_TODAY": "2026-11-22"}).today() == date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KITH_TODAY", "22/11/2026"),
        ("KITH_DATABASE_URL", "mysql://db/kith"),
        ("KITH_DATABASE_URL", "nonsense"),
        ("KITH_SECRET_KEY", "short"),
        ("KITH_TILES_URL", "https://tiles.example.org/"),
        ("KITH_TILES_URL", "javascript:{z}{x}{y}"),
        ("KITH_ONLINE_GEOCODER", "perhaps"),
        ("KITH_LANGUAGE", "English"),
        ("KITH_SITE_URL", "kith.example.org"),
        ("KITH_SITE_URL", "https://kith.example.org/somewhere"),
        ("KITH_PROXIES", "many"),
        ("KITH_MAIL_URL", "mail.example.org"),
        ("KITH_MAIL_URL", "smtp://mail.example.org:many"),
        ("KITH_MAIL_URL", "smtp://mail.example.org"),
        ("KITH_MAIL_FROM", "Kith"),
        ("KITH_SESSION_HOURS", "0"),
        ("KITH_SESSION_HOURS", "nan"),
        ("KITH_SECOND_FACTOR_KEY", "short"),
    ],
)
def test_a_bad_value_is_one_sentence_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(CannotStart, match=name) as refused:
        Settings.load(environ={name: value})
    assert refused.value.message.endswith(".") and "\n" not in refused.value.message


def test_a_secret_or_a_password_is_never_in_the_message() -> None:
    for name, value in (("KITH_SECRET_KEY", "hunter2"), ("KITH_DATABASE_URL", "mysql://ama:hunter2@db/kith")):
        with pytest.raises(CannotStart) as refused:
            Settings.load(environ={name: value})
        assert "hunter2" not in refused.value.message


@pytest.mark.parametrize(
    ("said", "meant"), [("on", True), ("1", True), ("No", False), ("off", False), ("", False)]
)
def test_a_switch_is_on_or_off(said: str, meant: bool) -> None:
    assert Settings.load(environ={"KITH_ONLINE_GEOCODER": said}).online_geocoder is meant


def test_the_data_folder_is_made_when_it_is_needed(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path / "a" / "b", {})
    assert not settings.data_dir.exists()
    assert settings.make_data_dir().is_dir()
    assert list(settings.data_dir.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("I am no folder")
    with pytest.raises(CannotStart, match="cannot write to its data folder"):
        Settings.load(tmp_path / "file", {}).make_data_dir()


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has /proc, where nobody may write, root neither"
)
def test_a_folder_that_nobody_may_write_to_is_said_plainly() -> None:
    with pytest.raises(CannotStart, match="cannot write"):
        Settings.load("/proc/kith-data", {}).make_data_dir()


def test_the_app_knows_its_settings(app: object) -> None:
    assert current_settings().today() == date(2026, 11, 22)


def test_a_data_folder_that_we_make_is_for_our_own_user_alone_and_one_that_is_there_is_left_as_it_is(
    tmp_path: Path,
) -> None:
    made = Settings.load(tmp_path / "new" / "kith", {}).make_data_dir()
    assert made.stat().st_mode & 0o777 == 0o700
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o750)
    Settings.load(shared, {}).make_data_dir()
    assert shared.stat().st_mode & 0o777 == 0o750
