"""What the bench page says of operations."""

import re

import pytest

from kiosk.uplink.contract import OperationKind
from simulator.child import CHECKOUT

WORDS = (CHECKOUT / "simulator" / "bench" / "page" / "words.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", OperationKind)
def test_every_kind_of_operation_has_a_name(kind: OperationKind) -> None:
    """In both languages."""
    assert len(re.findall(rf'\bkind_{kind.value}: "', WORDS)) == 2
