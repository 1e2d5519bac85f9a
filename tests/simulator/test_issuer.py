from pathlib import Path

from central.authority import SoftwareKeys
from simulator.card_reader.card import KEY_PUK, TEST_MASTER_KEYS
from simulator.issuer import base_key
from simulator.pin_pad.key_store import KeyStore


def test_server_cards_and_pads_share_their_keys(tmp_path: Path) -> None:
    """The server reads the file, and derives the key that a pad of the fleet was given."""
    path = tmp_path / "issuer-keys"
    fleet_key = base_key(path)
    keys = SoftwareKeys.load(path)
    assert keys.base_key == fleet_key == base_key(path)
    assert set(keys.puk.values()) == {TEST_MASTER_KEYS[KEY_PUK]}
    ipek, ksn = KeyStore(tmp_path / "pad", fleet_key).load()
    assert keys.pad_key(ksn) == ipek


def test_a_pad_keeps_its_key_and_counts_on(tmp_path: Path) -> None:
    """Across restarts; a pad of another fleet gets a new one."""
    store = KeyStore(tmp_path, bytes(16))
    ipek, ksn = store.load()
    used = ksn[:-1] + b"\x05"
    store.save(used)
    assert KeyStore(tmp_path).load() == KeyStore(tmp_path, bytes(16)).load() == (ipek, used)
    fresh, serial = KeyStore(tmp_path, b"another key here").load()
    assert fresh != ipek
    assert serial[-1] == 0
