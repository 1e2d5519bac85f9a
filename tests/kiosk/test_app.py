"""What the kiosk frees is nowhere afterwards."""

import subprocess
import sys

import evidence

CHILD = """
import secrets, sys
from kiosk import app
if sys.argv[1] == "as in service":
    app._set_allocator()
word = secrets.token_bytes(16)
large = [word * count for count in (70, 500, 2_000, 15_000, 30_000)]
if sys.argv[2] == "held":
    kept = large
del large
print(word.hex(), flush=True)
sys.stdin.read()
"""
"""Makes blocks of 1 to 480 kB of one word again and again."""


def found(allocator: str, blocks: str) -> bool:
    """Whether a process has any of its blocks in memory."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, allocator, blocks], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        word = bytes.fromhex(child.stdout.readline())
        # So long: what copies it has some of it in the processor's wide registers, and those are saved on the stack.
        return any(60 * word in data for _, data in evidence.memory(child.pid))


def test_what_is_freed_is_overwritten() -> None:
    """Left to itself the allocator keeps it, which is why the kiosk tells it not to."""
    assert found("as in service", "held")
    assert found("as it is", "freed")
    assert not found("as in service", "freed")
