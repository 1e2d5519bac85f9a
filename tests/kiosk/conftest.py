import datetime
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

import pytest
import trio
from issuer import software_keys
from kiosk_under_test import PHOTO, KioskUnderTest
from pydantic import HttpUrl
from regions import in_region
from sqlalchemy import update
from sqlalchemy.orm import Session

from central import outlets as central_outlets
from central import personas as central_personas
from central.authority import Authority
from central.database import open_in_memory
from central.registry import Registry
from central.sms import VirtualPhones
from central.tables import Person
from kiosk.settings import Settings, load
from simulator.card_reader.personas import as_json


@cache
def _shipped() -> Settings:
    return load(Path(__file__).parents[2] / "config" / "kiosk.toml")


@pytest.fixture
def region() -> str:
    """Where the machine stands; a test may name another (`regions.BOTH`)."""
    return "default"


@pytest.fixture
def settings(tmp_path: Path, region: str) -> Settings:
    shipped = _shipped()
    storage = shipped.storage.model_copy(update={"directory": tmp_path})
    central = shipped.central.model_copy(update={"url": HttpUrl("https://central")})
    return in_region(shipped.model_copy(update={"storage": storage, "central": central}), region)


@pytest.fixture
async def kiosk(settings: Settings, tmp_path: Path, nursery: trio.Nursery) -> AsyncIterator[KioskUnderTest]:
    """A machine and a server as they are shipped, with people who have a phone and a photo on record."""
    under_test = KioskUnderTest(settings, _registry(tmp_path, settings), nursery)
    nursery.start_soon(under_test.run)
    yield under_test
    under_test.close()


@pytest.fixture
def make_registry(tmp_path: Path, settings: Settings) -> Callable[[], Registry]:
    """Makes the server, for a machine that is built within another trio run."""
    return lambda: _registry(tmp_path, settings)


@pytest.fixture
def stand(kiosk: KioskUnderTest) -> KioskUnderTest:
    """The same."""
    return kiosk


def _registry(tmp_path: Path, settings: Settings) -> Registry:
    people = tmp_path / "people.json"
    people.write_text(as_json(), encoding="utf-8")
    began, since = datetime.datetime.now(datetime.UTC), trio.current_time()
    registry = Registry(
        open_in_memory(),
        now=lambda: began + datetime.timedelta(seconds=trio.current_time() - since),
        policy_of=lambda kiosk, day: settings.policies.of(settings.policy_source.region, day),
        authority=Authority(software_keys()),
        sms=VirtualPhones(),
        outlets=central_outlets.load(Path(__file__).parents[2] / "config" / "outlets.toml"),
    )
    central_personas.seed(registry, people)
    with Session(registry.engine) as session, session.begin():
        session.execute(update(Person).values(photo=PHOTO))
    return registry
