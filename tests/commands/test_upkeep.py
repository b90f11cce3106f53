"""check, reindex, export, backup, restore, gazetteer, demo, serve: and what each says when it cannot."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool


def test_check_is_content_with_a_fresh_import(kith: Any, town: Path) -> None:
    kith("import", town)
    ran = kith("check")
    assert (ran.exit_code, "3 listings" in ran.err) == (0, True)


def test_the_index_is_a_cache_and_is_made_anew_when_it_is_gone_or_broken(
    kith: Any, town: Path, tmp_path: Path
) -> None:
    kith("import", town)
    shutil.rmtree(tmp_path / "data" / "index")
    assert kith("search", "comedy", "--json").json()["total"] == 3
    for path in (tmp_path / "data" / "index").rglob("*.seg"):
        path.write_bytes(b"broken")
    assert kith("search", "comedy", "--json").json()["total"] == 3
    assert kith("check").exit_code == 0


def test_check_reports_a_table_that_is_not_as_it_should_be(kith: Any, town: Path, tmp_path: Path) -> None:
    kith("import", town)
    with closing(sqlite3.connect(tmp_path / "data" / "kith.db")) as database:
        database.execute("ALTER TABLE service ADD COLUMN surprise TEXT")
    ran = kith("check")
    assert (ran.exit_code, "surprise" in ran.err) == (1, True)


def test_a_database_that_is_no_database_is_one_sentence(kith: Any, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kith.db").write_bytes(
        b"this is not a database, but it is long enough to look at" * 20
    )
    ran = kith("check")
    assert (ran.exit_code, "database" in ran.err) == (2, True)
    assert "Traceback" not in ran.err


def test_what_is_exported_for_the_public_holds_nothing_for_staff_and_comes_back_the_same(
    kith: Any, town: Path, tmp_path: Path
) -> None:
    kith("import", town)
    public, staff = tmp_path / "public.csv", tmp_path / "staff.csv"
    kith("export", "sheet", public)
    kith("export", "sheet", staff, "--as", "staff")
    assert "Side door" not in public.read_text("utf-8-sig")
    assert "Mina" not in public.read_text("utf-8-sig")
    assert "Side door" in staff.read_text("utf-8-sig")
    again = kith("import", staff, "--source", "town", "--dry-run", "--json").json()["counts"]
    assert (again["created"], again["amended"], again["unchanged"]) == (0, 0, 3)


def test_a_backup_brings_everything_back(kith: Any, town: Path, tmp_path: Path) -> None:
    kith("import", town)
    assert kith("backup", tmp_path / "b.zip").exit_code == 0
    assert kith("restore", tmp_path / "b.zip").exit_code == 2
    restored = tmp_path / "again"
    assert kith("restore", tmp_path / "b.zip", "--data", restored).exit_code == 0
    assert kith("search", "comedy", "--data", restored, "--json").json()["total"] == 3
    assert kith("check", "--data", restored).exit_code == 0


def test_a_backup_holds_the_files_that_wait_to_be_imported(kith: Any, town: Path, tmp_path: Path) -> None:
    kith("import", town)
    sent = Path("uploads", "0b9f6c1e-3f0e-4b7e-9f3c-2f4d1f0f9a11")
    for name in ("upload.json", "file/town.csv", "problems.csv"):
        (tmp_path / "data" / sent / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "data" / sent / name).write_text(f"the {name}", "utf-8")
    kith("backup", tmp_path / "b.zip")
    assert kith("restore", tmp_path / "b.zip", "--data", tmp_path / "again").exit_code == 0
    for name in ("upload.json", "file/town.csv", "problems.csv"):
        assert (tmp_path / "again" / sent / name).read_text("utf-8") == f"the {name}"


def test_a_database_that_lies_outside_the_data_folder_is_in_the_backup(
    kith: Any, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KITH_DATABASE_URL", f"sqlite:///{tmp_path / 'far.db'}")
    kith("import", town)
    assert kith("backup", tmp_path / "b.zip").exit_code == 0
    assert kith("restore", tmp_path / "b.zip").exit_code == 2
    monkeypatch.delenv("KITH_DATABASE_URL")
    assert kith("restore", tmp_path / "b.zip", "--data", tmp_path / "again").exit_code == 0
    assert kith("search", "comedy", "--data", tmp_path / "again", "--json").json()["total"] == 3


def test_a_backup_that_somebody_tampered_with_writes_nowhere_else(
    kith: Any, town: Path, tmp_path: Path
) -> None:
    kith("import", town)
    kith("backup", tmp_path / "b.zip")
    inside = "uploads/0b9f6c1e-3f0e-4b7e-9f3c-2f4d1f0f9a11/file"
    with zipfile.ZipFile(tmp_path / "b.zip", "a") as archive:
        for name in ("../evil", f"{inside}/../../../../evil", f"{inside}/..", "evil"):
            archive.writestr(name, "x")
    again = tmp_path / "far" / "again"
    assert kith("restore", tmp_path / "b.zip", "--data", again).exit_code == 0
    assert not list(tmp_path.rglob("*evil*"))


def test_what_a_killed_server_left_is_not_played_into_a_restored_database(
    kith: Any, town: Path, tmp_path: Path
) -> None:
    kith("import", town)
    kith("backup", tmp_path / "b.zip")
    kill = """if True:
        import os, sqlite3, sys
        link = sqlite3.connect(sys.argv[1])
        link.execute("UPDATE service SET name = 'of the old one'")
        link.commit()
        os.kill(os.getpid(), 9)
    """
    old = tmp_path / "data" / "kith.db"
    subprocess.run([sys.executable, "-c", kill, str(old)], check=False)
    old.rename(tmp_path / "old.db")
    ran = kith("restore", tmp_path / "b.zip")
    assert (ran.exit_code, "kith.db-wal" in ran.err) == (2, True)
    (tmp_path / "data" / "kith.db-wal").rename(tmp_path / "old.db-wal")
    assert kith("restore", tmp_path / "b.zip").exit_code == 0
    assert kith("search", "comedy", "--json").json()["total"] == 3


def test_a_backup_that_breaks_off_half_way_leaves_a_folder_to_try_again(
    kith: Any, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kith("import", town)
    kith("backup", tmp_path / "b.zip")

    def full(_source: object, target: Any) -> None:
        target.write(b"SQLite")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("directory.backups.shutil.copyfileobj", full)
        ran = kith("restore", tmp_path / "b.zip", "--data", tmp_path / "again")
        assert (ran.exit_code, "No space" in ran.err) == (2, True)
    assert kith("restore", tmp_path / "b.zip", "--data", tmp_path / "again").exit_code == 0


def test_a_gazetteer_that_is_none_is_said_so(kith: Any, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("alpha,beta\n1,2\n", "utf-8")
    ran = kith("gazetteer", "load", tmp_path / "x.csv")
    assert (ran.exit_code, "headings" in ran.err) == (2, True)


def test_the_demo_loads_once_and_prints_simons_matches(kith: Any) -> None:
    first = kith("demo")
    assert first.exit_code == 0
    assert "The Chuckle Thread" in first.out
    again = kith("demo")
    assert again.out == first.out
    assert kith("check").exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc, where nobody may make a folder")
def test_a_folder_that_is_read_only_is_one_sentence(kith: Any) -> None:
    ran = kith("search", "x", "--data", "/proc/kith-data")
    assert (ran.exit_code, "cannot write" in ran.err) == (2, True)


@pytest.fixture
def left_open() -> Iterator[set[int]]:
    """The connections that SQLAlchemy has opened and not closed."""
    found: set[int] = set()

    def opened(_connection: object, record: object) -> None:
        found.add(id(record))

    def closed(_connection: object, record: object) -> None:
        found.discard(id(record))

    event.listen(Pool, "connect", opened)
    event.listen(Pool, "close", closed)
    yield found
    event.remove(Pool, "connect", opened)
    event.remove(Pool, "close", closed)


def test_a_command_closes_the_database_however_it_ends(
    kith: Any, town: Path, tmp_path: Path, left_open: set[int]
) -> None:
    for words, code in (
        (("import", town), 0),
        (("search", "comedy"), 0),
        (("backup", tmp_path / "b.zip"), 0),
        (("import", tmp_path / "nothing.csv"), 2),
    ):
        assert (kith(*words).exit_code, left_open) == (code, set()), words
    with closing(sqlite3.connect(tmp_path / "data" / "kith.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    ran = kith("check")
    assert (ran.exit_code, "newer Kith" in ran.err, left_open) == (2, True, set())


def test_a_data_folder_that_is_a_file_is_one_sentence(kith: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    ran = kith("search", "x", "--data", tmp_path / "file")
    assert (ran.exit_code, "cannot write" in ran.err) == (2, True)


def test_several_that_start_at_once_in_a_new_folder_all_come_up(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from directory.cli import main; main()", "check"]
    environ = {**os.environ, "KITH_DATA": str(tmp_path / "data")}
    started = [subprocess.Popen(command, env=environ, stderr=subprocess.PIPE) for _ in range(3)]
    said = [process.communicate(timeout=120)[1].decode() for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said


def test_a_bad_setting_is_named(kith: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KITH_TODAY", "yesterday")
    ran = kith("check")
    assert (ran.exit_code, "KITH_TODAY" in ran.err) == (2, True)


def test_a_port_in_use_is_one_sentence(kith: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = kith("serve", "--port", taken.getsockname()[1])
    assert ran.exit_code == 2
    assert "is in use" in ran.err


def test_the_site_is_served(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from directory.cli import main; main()", "serve", "--port", str(port)]
    environ = {**os.environ, "KITH_DATA": str(tmp_path / "data")}
    with subprocess.Popen(command, env=environ, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            assert f"http://127.0.0.1:{port}/" in server.stderr.readline()
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20) as answer:
                assert answer.status == 200
            server.send_signal(signal.SIGTERM)
            assert server.wait(timeout=20) == 0
        finally:
            server.kill()
