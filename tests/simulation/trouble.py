"""What goes wrong around a station, and what is mended again."""

import datetime
import random
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import trio
from comparing import FACE_FAULTS
from network import NETWORK_FAULTS
from slot import CARD_FAULTS

from drivers.camera.protocol import CameraState
from drivers.card_reader.slot import MediaState
from simulator.id_reader.faults import KINDS as ID_READER_FAULTS
from simulator.pin_pad.faults import KINDS, Fault

if TYPE_CHECKING:
    from citizen import Citizen
    from station import Station

MINUTE = 60
MUTATION_FAULTS = (*CARD_FAULTS, "power_cut", "power_cut", "error_after", "disk")
"""Those more often by which alone a wrong outcome shows."""
JUMPS = (MINUTE, 60 * MINUTE, 1440 * MINUTE, 20 * 365 * 1440 * MINUTE)
"""Whole minutes: a clock that is wrong by these changes what it shows, and never when it next shows a new minute."""

Act = Callable[[], Awaitable[None] | None]


class Trouble:
    """Breaks one thing after another at a station.

    Args:
        station: Where.
        citizen: Who stands there: loses what they were typing when the machine starts again.
        amount: How much goes wrong, 0 to 1.
        clock: Where the clock's jumps come from: their own, so that a run with none of them differs in nothing else.
    """

    def __init__(self, station: "Station", citizen: "Citizen", *, amount: float, clock: random.Random | None) -> None:
        self.station = station
        self.citizen = citizen
        self.amount = amount
        self.rng = station.world.rng
        self._clock = clock

    def choices(self) -> list[tuple[float, Act]]:
        """What may happen now, and how likely."""
        in_slot = self.station.slot.media.state in (MediaState.PRESENT, MediaState.MUTE)
        acts: tuple[tuple[float, Act], ...] = (
            (3 if in_slot else 0.5, self.card_fault),
            (1, self.pad_fault),
            (1, self.printer_fault),
            (1.2, self.network_fault),
            (0.4, self.camera_fault),
            (0.6, self.id_reader_fault),
            (0.4, self.face_fault),
            (0.15, self.texts_away),
            (0.5, self.reader_fault),
            (0.4, self.disk_fault),
            (0.25, self.restart),
            (0.35, self.power_cut),
        )
        mending = 4 * self.amount**0.5
        return [(self.amount * weight, act) for weight, act in acts] + [(mending, self.mend_something)]

    async def act(self) -> None:
        """One thing."""
        choices = self.choices()
        _, act = self.rng.choices(choices, [weight for weight, _ in choices])[0]
        self.station.note(f"trouble {act.__name__}")
        result = act()
        if result is not None:
            await result

    def tick(self) -> None:
        """Now and then the wall clock is set, up to twenty years either way."""
        if self._clock is not None and self._clock.random() < 0.03 * self.amount:
            self.station.wrong_by = datetime.timedelta(seconds=self._clock.choice(JUMPS) * self._clock.choice((-1, 1)))
            self.station.world.fault("clock jump", None)

    def card_fault(self) -> None:
        """At one of the next commands, or at the next that changes the card."""
        if self.rng.random() < 0.5:
            self.station.slot.fail_at_mutation(self.rng.choice(MUTATION_FAULTS))
        else:
            self.station.slot.fail(self.rng.randrange(25), self.rng.choice(CARD_FAULTS))

    def pad_fault(self) -> None:
        """Noise, silence, lost acknowledgements, lost power, a pulled cable."""
        how = self.rng.choice((*KINDS, "unplug"))
        at = "now" if how in ("power_lost", "unplug") else self.rng.choice(("Z62", "72", "71", "any"))
        self.station.fault(f"pad {how}")
        if how == "unplug":
            self.station.pad.unplug()
        else:
            self.station.pad._push(self.station.pad_model.fail(Fault(how, at=at), trio.current_time()))

    def printer_fault(self) -> None:
        """Before a slip or in its middle."""
        printer, paper, lines = self.station.printer, self.station.paper, self.rng.randrange(12)
        strikes: dict[str, Callable[[], None]] = {
            "paper out": lambda: printer.set_paper("out"),
            "paper low": lambda: printer.set_paper("low"),
            "cover open": lambda: printer.set_cover(is_open=True),
            "no power": lambda: printer.set_power(False),
            "offline": lambda: printer.set_offline(True),
            "cutter": lambda: printer.set_error("cutter"),
            "noise": lambda: printer.noise(b"\x00\xff\x37\x22"),
            "unplugged": paper.unplug,
        }
        how = self.rng.choice(tuple(strikes))
        self.station.fault(f"printer {how}")
        if self.rng.random() < 0.5:
            printer.arm(strikes[how], after_lines=lines)
        else:
            strikes[how]()
        paper.nudge()

    def network_fault(self) -> None:
        """Cut, slow, failing, lying, losing, doubling, late."""
        how = self.rng.choice(NETWORK_FAULTS)
        self.station.fault(f"network {how}")
        self.station.line.break_(how)

    def camera_fault(self) -> None:
        """Unplugged."""
        self.station.fault("camera unplugged")
        self.station.eye.become(CameraState.NO_DEVICE)

    def id_reader_fault(self) -> None:
        """A bad line, a card that doesn't read, a module that fails, a pulled cable."""
        how = self.rng.choice(tuple(ID_READER_FAULTS))
        self.station.fault(f"ID card reader {how}")
        if how == "unplug":
            self.station.plate.unplug()
        else:
            lasting = how not in ("lifted", "asleep") and self.rng.random() < 0.2
            self.station.plate.fail(how, self.rng.choice(("find", "select", "read", "any")), once=not lasting)

    def face_fault(self) -> None:
        """The comparing process doesn't start or load, or ends; the camera freezes; the photo is of no use."""
        how = self.rng.choice(FACE_FAULTS)
        self.station.fault(f"face {how}")
        self.station.mirror.fault = how

    def texts_away(self) -> None:
        """Nobody gets a text."""
        self.station.fault("texts away")
        self.station.world.phones.away = True

    async def reader_fault(self) -> None:
        """The reader or its service away, and mostly back, with the same card or another."""
        self.station.fault("reader gone")
        slot, card = self.station.slot, self.station.slot.card
        state = slot.media.state
        slot.lose(self.rng.choice((MediaState.NO_DEVICE, MediaState.SERVICE_DOWN)))
        if card is not None:
            card.power_off()
        await trio.sleep(self.rng.choice((0.0, 0.5, 20.0)))
        if self.rng.random() < 0.3:
            self._back()
        elif state in (MediaState.PRESENT, MediaState.NOT_PRESENT):
            slot.lose(state)

    def _back(self) -> None:
        slot = self.station.slot
        if slot.card is None:
            slot.lose(MediaState.NOT_PRESENT)
        else:
            slot.insert(slot.card)

    def disk_fault(self) -> None:
        """Full, or failing to write or to sync."""
        how = self.rng.choice(("full", "full", "write", "sync"))
        self.station.fault(f"disk {how}")
        self.station.disk.break_(how)

    async def restart(self) -> None:
        """The service manager restarts the program."""
        self.station.fault("restart")
        await self.station.stop()
        await self._again()

    async def power_cut(self) -> None:
        """The machine loses its power, wherever it is."""
        self.station.fault("power cut")
        await self.station.lose_power()
        if self.rng.random() < 0.3:
            await trio.sleep(self.rng.choice((30.0, 30.0, 30.0, 3600.0)))
        await self._again()

    async def _again(self) -> None:
        self.citizen.start_again()
        await self.station.boot()

    def mend_something(self) -> None:
        """One thing is well again."""
        station = self.station

        def mend_reader() -> None:
            if station.slot.media.state in (MediaState.NO_DEVICE, MediaState.SERVICE_DOWN):
                self._back()

        def mend_disk() -> None:
            station.disk.mend()

        mends = (
            station.mend_printer,
            station.mend_pad,
            mend_reader,
            mend_disk,
            station.line.mend,
            station.line.mend,
            station.slot.mend,
            station.mend_identity,
        )
        self.rng.choice(mends)()
