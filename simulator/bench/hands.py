"""What the bench page may do to the virtual hardware, and what it sees of it."""

import asyncio
import base64
from collections import defaultdict
from pathlib import Path
from typing import Any

from simulator.card_reader.personas import personas
from simulator.control import Control, ControlError
from simulator.stand import Stand, renewal

_ALLOWED = {
    "card_reader": {"insert", "pull", "swap", "flip", "key", "plug", "unplug", "fail", "mend"},
    "pin_pad": {"key", "plug", "unplug", "fail", "mend"},
    "receipt_printer": {"paper", "cover", "offline", "power", "plug", "unplug", "tear_off", "slow", "fail", "mend"},
    "camera": {"turn", "hide", "fail", "mend"},
    "id_reader": {"place", "lift", "plug", "unplug", "fail", "mend"},
    "central": {"fault", "sms"},
}
_LATEST = 6
"""How many operations the page shows."""
_CODES = {"right": "issue_code", "expired": "issue_code", "medical": "medical_code", "foreign": "foreign_code"}


class Hands:
    """Works the devices of `stand` without keeping the page waiting. One request at a time for each device."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._machine = stand.first
        self._turn: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._controls: dict[str, Control] = {}
        self._faces = {persona.id: persona.face for persona in personas() if persona.face is not None}
        self.worked = asyncio.Event()
        """Set whenever something was done, so that whoever shows the devices looks again."""
        self.started = asyncio.Event()
        """Set when somebody has started the kiosk."""

    async def do(self, device: str, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """Do one thing.

        Raises:
            ControlError: It isn't allowed, or the device refused.
        """
        try:
            match device, verb:
                case "camera", "show":
                    return await self._show_code(**arguments)
                case "camera", "stand":
                    return await self._stand_there(**arguments)
                case "pcscd", "kill":
                    await asyncio.to_thread(self._machine.pcscd.kill)
                case "pcscd", "start":
                    await asyncio.to_thread(self._machine.pcscd.start)
                case "loudspeaker", "plug":
                    self._machine.loudspeaker.plug()
                case "loudspeaker", "unplug":
                    self._machine.loudspeaker.unplug()
                case "kiosk", "start":
                    await asyncio.to_thread(self._machine.start_kiosk)
                    self.started.set()
                case "card_reader", "reset_card":
                    return await self._renew(**arguments)
                case _ if verb in _ALLOWED.get(device, ()):
                    return await self._ask(device, verb, **arguments)
                case _:
                    raise ControlError(f"{device} can't be told to {verb}")
            return {}
        finally:
            self.worked.set()

    async def see(self) -> dict[str, Any]:
        """The state of everything, as the page shows it."""
        names = ("card_reader", "pin_pad", "receipt_printer", "camera", "id_reader", "central")
        answers = await asyncio.gather(*(self._state(name) for name in names))
        seen: dict[str, Any] = dict(zip(names, answers, strict=True))
        if seen["card_reader"] is not None:
            seen["cards"] = (await self._ask("card_reader", "cards"))["cards"]
        if seen["id_reader"] is not None:
            seen["id_cards"] = (await self._ask("id_reader", "cards"))["cards"]
        seen["faces"] = list(self._faces)
        if seen["central"] is not None:
            seen["central"] |= await self._ask("central", "overview", latest=_LATEST)
        seen["pcscd"] = self._machine.pcscd.pid is not None
        seen["loudspeaker"] = self._machine.loudspeaker.state()
        seen["kiosk"] = self._machine.on
        return seen

    def close(self) -> None:
        """Hang up."""
        for control in self._controls.values():
            control.close()

    async def paper(self) -> bytes:
        """The printer's roll so far, as a PNG."""
        return base64.b64decode((await self._ask("receipt_printer", "picture", of="roll"))["png"])

    async def camera(self) -> bytes:
        """What the camera sees, as a JPEG."""
        return base64.b64decode((await self._ask("camera", "picture"))["jpeg"])

    async def _renew(self, card: str) -> dict[str, Any]:
        answer = await self._ask("card_reader", "reset_card", card=card)
        if (renewed := renewal(card)) is not None:
            await self._ask("central", "renew", **renewed)
        return answer

    async def _show_code(self, person: str, kind: str, variant: str = "plain") -> dict[str, Any]:
        # The code goes from the server to the phone; the page never gets it.
        if kind not in _CODES:
            raise ControlError(f"no such kind of code; there are {', '.join(_CODES)}")
        who = {"person": person} if _CODES[kind] == "issue_code" else {}
        code = (await self._ask("central", _CODES[kind], **who))["code"]
        if kind == "expired":
            await self._ask("central", "expire_codes")
        return await self._ask("camera", "show", code=code, variant=variant)

    async def _stand_there(self, person: str, way: str = "plain") -> dict[str, Any]:
        if person not in self._faces:
            raise ControlError("there is no picture of this person")
        return await self._ask("camera", "stand", face=self._faces[person], way=way)

    async def _state(self, device: str) -> dict[str, Any] | None:
        try:
            return await self._ask(device, "state")
        except (ControlError, OSError):
            return None  # It has ended; the page says so.

    async def _ask(self, device: str, verb: str, **arguments: Any) -> dict[str, Any]:
        async with self._turn[device]:
            return await asyncio.to_thread(self._ask_now, device, verb, arguments)

    def _socket(self, device: str) -> Path:
        return self._stand.central_socket if device == "central" else self._machine.socket(device)

    def _ask_now(self, device: str, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        # Connections of its own: the stand's belong to whoever runs it.
        if device not in self._controls:
            self._controls[device] = Control(self._socket(device))
        return self._controls[device](verb, **arguments)
