"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Nothing here asserts a time: the machine may be busy.
settings.register_profile("kith", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("kith")


def missing(reason: str) -> None:
    """Skip with the reason; on CI a thing that is missing is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"On CI this must be there: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real directories and gazetteers, which are never committed (licences differ)."""
    named = os.environ.get("KITH_SHARED_DATA")
    if not named:
        missing("KITH_SHARED_DATA is not set, so the tests on real directories are left out")
    folder = Path(str(named))
    if not folder.is_dir():
        missing(f"the folder named by KITH_SHARED_DATA is not there: {folder}")
    return folder
