"""Who may speak."""

from central.database import open_in_memory
from central.registry import Registry


def test_a_secret_belongs_to_one_kiosk() -> None:
    registry = Registry(open_in_memory())
    one, two = registry.admit("kiosk-1"), registry.admit("kiosk-2")
    assert (registry.kiosk_of(one), registry.kiosk_of(two)) == ("kiosk-1", "kiosk-2")
    for wrong in ("", "kiosk-1", "kiosk-1.", one + "x", one.replace("1.", "2."), "nobody.x", "\0", "ü.ÿ"):
        assert registry.kiosk_of(wrong) is None
    assert registry.admit("kiosk-1") != one
    assert registry.kiosk_of(one) is None, "a new secret ends the old one"
