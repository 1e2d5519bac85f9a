import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from pydantic import HttpUrl

from central import personas as central_personas
from central.database import open_in_memory
from central.registry import Registry
from kiosk.settings import Settings, load
from simulator.card_reader.personas import as_json


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shipped = load(Path(__file__).parents[2] / "config" / "kiosk.toml")
    storage = shipped.storage.model_copy(update={"directory": tmp_path})
    central = shipped.central.model_copy(update={"url": HttpUrl("https://central")})
    return shipped.model_copy(update={"storage": storage, "central": central})


@pytest.fixture
async def kiosk(settings: Settings, tmp_path: Path, nursery: trio.Nursery) -> AsyncIterator[KioskUnderTest]:
    people = tmp_path / "people.json"
    people.write_text(as_json(), encoding="utf-8")
    registry = Registry(open_in_memory(), now=lambda: datetime.datetime.now(datetime.UTC))
    central_personas.seed(registry, people)
    under_test = KioskUnderTest(settings, registry, nursery)
    nursery.start_soon(under_test.run)
    yield under_test
    under_test.close()
