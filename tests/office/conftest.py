"""The two databases in which everything that keeps or reads records must behave alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from player.office.records.database import open_database
from tests.kit.postgres import Cluster, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    with running_postgres() as cluster:
        yield cluster


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.live)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'records.db'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.create()


@pytest.fixture
def database(url: str) -> Iterator[Engine]:
    """An empty database of records, in each of the two."""
    engine = open_database(url, make=True)
    yield engine
    engine.dispose()
