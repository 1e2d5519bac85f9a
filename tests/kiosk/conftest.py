import base64
import datetime
import json
from collections.abc import AsyncIterator, Callable
from functools import cache
from pathlib import Path

import pytest
import trio
from issuer import software_keys
from kiosk_under_test import PHOTO, KioskUnderTest
from on_record import open_with
from pydantic import HttpUrl
from regions import in_region

from central import outlets as central_outlets
from central.authority import Authority
from central.registry import Registry
from central.sms import VirtualPhones
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
async def kiosk(settings: Settings, nursery: trio.Nursery) -> AsyncIterator[KioskUnderTest]:
    """A machine and a server as they are shipped, with people who have a phone and a photo on record."""
    under_test = KioskUnderTest(settings, _registry(settings), nursery)
    nursery.start_soon(under_test.run)
    yield under_test
    under_test.close()


@pytest.fixture
def make_registry(settings: Settings) -> Callable[[], Registry]:
    """Makes the server, for a machine that is built within another trio run."""
    return lambda: _registry(settings)


@pytest.fixture
def stand(kiosk: KioskUnderTest) -> KioskUnderTest:
    """The same."""
    return kiosk


def _registry(settings: Settings) -> Registry:
    began, since = datetime.datetime.now(datetime.UTC), trio.current_time()
    return Registry(
        open_with(_people),
        now=lambda: began + datetime.timedelta(seconds=trio.current_time() - since),
        policy_of=lambda kiosk, day: settings.policies.of(settings.policy_source.region, day),
        authority=Authority(software_keys()),
        sms=VirtualPhones(),
        outlets=_outlets(),
    )


@cache
def _outlets() -> central_outlets.Directory:
    return central_outlets.load(Path(__file__).parents[2] / "config" / "outlets.toml")


def _people() -> str:
    """All with a photo."""
    people = json.loads(as_json())
    for record in (person["server_record"] for person in people if person["server_record"]):
        record["photo"] = base64.b64encode(PHOTO).decode()
    return json.dumps(people)
