"""A line in memory behaves like a port: bytes in order, an end that is seen, and nothing after it."""

import pytest
import trio
import trio.testing

from simulator.wire import Wire


async def test_bytes_go_both_ways() -> None:
    """The device takes what it has room for; the driver what it asks for."""
    stirred: list[int] = []
    wire = Wire(lambda: stirred.append(1))
    await wire.send_all(b"12345")
    assert stirred
    assert (wire.take(2), wire.take(), wire.take()) == (b"12", b"345", b"")
    wire.say(b"678")
    wire.say(b"")
    assert [await wire.receive_some(1), await wire.receive_some()] == [b"6", b"78"]


async def test_the_driver_waits_until_something_is_said(autojump_clock: trio.testing.MockClock) -> None:
    """Without anything to read it gives way."""
    wire, heard = Wire(lambda: None), []
    async with trio.open_nursery() as nursery:

        async def listen() -> None:
            heard.append(await wire.receive_some())

        nursery.start_soon(listen)
        await trio.sleep(1)
        assert heard == []
        wire.say(b"at last")
    assert heard == [b"at last"]


async def test_the_device_hangs_up() -> None:
    """What was said before may still be read, then the end; nothing more is sent."""
    wire = Wire(lambda: None)
    wire.say(b"last words")
    wire.hang_up()
    wire.say(b"nobody hears this")
    assert not wire.alive
    assert [await wire.receive_some(), await wire.receive_some(), await wire.receive_some()] == [
        b"last words",
        b"",
        b"",
    ]
    with pytest.raises(trio.BrokenResourceError):
        await wire.send_all(b"?")


async def test_the_driver_closes_its_end(autojump_clock: trio.testing.MockClock) -> None:
    """The device is told and may take what was sent; whoever still listens or sends is told, too."""
    stirred: list[int] = []
    wire = Wire(lambda: stirred.append(1))
    await wire.send_all(b"before")
    async with trio.open_nursery() as nursery:

        async def listen() -> None:
            with pytest.raises(trio.ClosedResourceError):
                await wire.receive_some()

        nursery.start_soon(listen)
        await trio.sleep(1)
        await wire.aclose()
    assert (len(stirred), wire.alive, wire.take()) == (2, False, b"before")
    with pytest.raises(trio.ClosedResourceError):
        await wire.send_all(b"after")
