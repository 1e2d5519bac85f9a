import datetime
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import trio
from issuer import software_keys
from kiosk_under_test import KioskUnderTest
from pydantic import HttpUrl

from central import personas as central_personas
from central.authority import Authority
from central.database import open_in_memory
from central.registry import Registry
from central.settings import STAND_IN, STRICT, EvidencePolicy
from kiosk.settings import IdentitySettings, Settings, load
from simulator.card_reader.personas import as_json


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shipped = load(Path(__file__).parents[2] / "config" / "kiosk.toml")
    storage = shipped.storage.model_copy(update={"directory": tmp_path})
    central = shipped.central.model_copy(update={"url": HttpUrl("https://central")})
    return shipped.model_copy(update={"storage": storage, "central": central})


@pytest.fixture
async def kiosk(settings: Settings, tmp_path: Path, nursery: trio.Nursery) -> AsyncIterator[KioskUnderTest]:
    """A machine and a server as they are shipped: what needs an identity isn't offered."""
    under_test = KioskUnderTest(settings, _registry(tmp_path, STRICT), nursery)
    nursery.start_soon(under_test.run)
    yield under_test
    under_test.close()


@pytest.fixture
async def stand(settings: Settings, tmp_path: Path, nursery: trio.Nursery) -> AsyncIterator[KioskUnderTest]:
    """A machine and a server that take what virtual hardware can show as evidence, with the issuer's authority."""
    identity = IdentitySettings(enable=("card_pin",), unlock=("e_card",), reset_pin=("e_card",), loss=("e_card",))
    settings = settings.model_copy(update={"identity": identity})
    under_test = KioskUnderTest(settings, _registry(tmp_path, STAND_IN), nursery)
    nursery.start_soon(under_test.run)
    yield under_test
    under_test.close()


def _registry(tmp_path: Path, policy: EvidencePolicy) -> Registry:
    people = tmp_path / "people.json"
    people.write_text(as_json(), encoding="utf-8")
    registry = Registry(
        open_in_memory(),
        now=lambda: datetime.datetime.now(datetime.UTC),
        policy=policy,
        authority=Authority(software_keys()),
    )
    central_personas.seed(registry, people)
    return registry
