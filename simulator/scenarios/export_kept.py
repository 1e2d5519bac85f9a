"""A technician has the diagnostics kept in the machine; the bureau's key opens them, and no name is in them."""

import io
import json
import tarfile

from pyrage import decrypt, x25519  # type: ignore[import-untyped]

from simulator.card_reader.personas import personas
from simulator.scenarios import pages, staff
from simulator.scenarios.citizen import Citizen

EXPECTS = "opened by the bureau"
EXPECTS_ON_READER = "sent to the terminal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    machine = citizen.machine
    citizen.sees(pages.HOME)
    if citizen.types_on_reader:
        return staff.sent_to_terminal(citizen)
    staff.enters(citizen)
    citizen.sees(pages.BOARD)
    citizen.touches("检查和维护")
    citizen.sees(pages.CARE)
    citizen.touches("下一页")
    citizen.touches("存下来")
    citizen.sees(pages.EXPORT_KEPT)
    citizen.touches("返回")
    staff.leaves(citizen)
    files = sorted((machine.folder / "storage" / "exports").glob("*.age"))
    if not files:
        return "not kept", "there is no file in the machine"
    key = x25519.Identity.from_str(machine.export_key.read_text(encoding="utf-8"))
    with tarfile.open(fileobj=io.BytesIO(decrypt(files[-1].read_bytes(), [key]))) as tar:
        content = {name: tar.extractfile(name).read().decode() for name in tar.getnames()}  # type: ignore[union-attr]
    if json.loads(content["board.json"])["machine"] != machine.name:
        return "another machine's", "the board in it isn't this machine's"
    all_of_it = "".join(content.values())
    known = [(who.id, who.server_record) for who in personas() if who.server_record is not None]
    personal = ("name", "social_security_number")
    named = [id_ for id_, record in known if any(record[key] in all_of_it for key in personal)]
    if named:
        return "names in it", " ".join(named)
    return "opened by the bureau", f"{len(content)} files, and nobody is named in them"
