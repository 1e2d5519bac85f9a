import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from issuer import Pad, PoweredCard, software_keys

from central.authority import Keys, SoftwareKeys

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")


@pytest.fixture
def software() -> SoftwareKeys:
    return software_keys()


@pytest.fixture
def pad() -> Pad:
    return Pad()


@pytest.fixture(params=["normal", "sm4"])
def card(request: pytest.FixtureRequest) -> PoweredCard:
    """One of each algorithm."""
    return PoweredCard(request.param)


@pytest.fixture(scope="session")
def user_pin_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real SoftHSM2 token named `empty` without keys; the file holds its user's PIN."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)  # The library reads it when it is first loaded.
    for label in ("full", "empty"):
        command = ["softhsm2-util", "--init-token", "--free", "--label", label, "--pin", "8273", "--so-pin", "9182"]
        subprocess.run(command, check=True, capture_output=True)
    file = folder / "pin"
    file.write_text("8273\n")
    file.chmod(0o600)
    return file


@pytest.fixture(scope="session")
def full_token(user_pin_file: Path) -> Path:
    """The token `full` has the issuer's 3DES keys."""
    from central.authority.token import put_keys

    put_keys(MODULE, "full", user_pin_file, software_keys())
    return user_pin_file


@pytest.fixture
def token(full_token: Path) -> Iterator[Keys]:
    """3DES in the token, SM4 in software."""
    from central.authority.token import TokenKeys

    keys = TokenKeys(MODULE, "full", full_token, sm4=software_keys())
    yield keys
    keys.close()


@pytest.fixture(params=["software", "token"])
def keys(request: pytest.FixtureRequest) -> Keys:
    """Both who may hold them."""
    held: Keys = request.getfixturevalue(request.param)
    return held
