"""A built wheel holds everything: installed into an empty environment it answers, and shows a page."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
PAGE = """
from directory import create_app
from directory.database import opened
with opened(create_app()) as app:
    client = app.test_client()
    for path in ("/", "/match", "/static/kith.css"):
        answer = client.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        answer.close()
print("pages answer")
"""


def run(*command: object, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    built = run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, cwd=folder
    )
    assert built.returncode == 0, built.stdout + built.stderr
    [path] = folder.glob("*.whl")
    return path


@pytest.mark.wheel
def test_a_wheel_holds_templates_static_files_migrations_and_vocabularies(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    for wanted in (
        "directory/templates/base.html",
        "directory/static/kith.css",
        "directory/migrations/env.py",
        "directory/examples/demo_town.csv",
        "matching/vocabulary/facts.toml",
        "importers/mappings/warm_spaces.toml",
    ):
        assert wanted in names
    assert any(name.startswith("directory/migrations/versions/0001") for name in names)
    assert not any(name.startswith(("tests/", "bench/")) for name in names)


@pytest.mark.wheel
def test_a_wheel_installed_into_an_empty_environment_runs(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    installed = run(
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "-c",
        CONSTRAINTS,
        wheel,
        cwd=tmp_path,
    )
    if (
        installed.returncode
        and "No matching distribution" in installed.stderr
        and os.environ.get("CI") != "true"
    ):
        pytest.skip("the packages that Kith needs cannot be fetched: this machine is offline")
    assert installed.returncode == 0, installed.stderr
    environ = {"KITH_DATA": str(tmp_path / "data"), "PYTHONPATH": ""}
    told = run(tmp_path / "env" / "bin" / "kith", "--help", cwd=tmp_path, **environ)
    assert (told.returncode, "match" in told.stdout) == (0, True), told.stderr
    shown = run(python, "-W", "error::ResourceWarning", "-c", PAGE, cwd=tmp_path, **environ)
    assert "pages answer" in shown.stdout, shown.stderr
    demo = run(tmp_path / "env" / "bin" / "kith", "demo", cwd=tmp_path, **environ)
    assert (demo.returncode, "The Chuckle Thread" in demo.stdout) == (0, True), demo.stderr
