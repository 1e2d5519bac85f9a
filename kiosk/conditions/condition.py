"""What a condition is: something wrong with the machine, by a name, with what it costs and what to do about it."""

from dataclasses import dataclass
from enum import Enum

from kiosk.text import T, Text


class Clears(Enum):
    """What makes a condition go away."""

    ITSELF = "itself"
    """It goes when the device, the disk or the server says so."""
    CONSOLE = "console"
    """Somebody at the maintenance console says that it was seen to."""
    RESTART = "restart"
    """It goes with the next start after the remedy."""
    BUREAU = "bureau"
    """It goes when the bureau has done its part at the central server."""


class Urgency(Enum):
    """When somebody has to come."""

    NOW = "now"
    SOON = "soon"


EFFECTS = {
    "service": T("停下来，一项也不办"),
    "card": T("要插社保卡的都办不了"),
    "pin": T("要输密码的都办不了"),
    "enciphered_pin": T("不能重设密码"),
    "receipt": T("打不了凭条，可以扫码保存"),
    "a4": T("打不了 A4 证明，改打凭条"),
    "id_card": T("不能刷身份证"),
    "e_card": T("不能扫电子社保卡"),
    "face": T("不能刷脸"),
    "voice": T("不能听机器读页面"),
    "tones": T("忘了拿卡，没有声音提醒"),
    "central": T("要联网的都办不了"),
    "change": T("只能查，不能办"),
    "rules": T("页面上说的规则可能不对，有的业务到最后才说不能办"),
}
"""What each thing that a condition closes means for a citizen."""
_NO_EFFECT = T("市民照常办，感觉不到")


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One entry of the registry.

    Attributes:
        id: Stable name: device and what is wrong.
        title: What is wrong, for a list.
        cause: What happened, for a technician.
        remedy: What a technician does about it.
        closes: What the machine can't do meanwhile, with spaces between: the keys of `EFFECTS`. `enciphered_pin` is for
            the server alone, `change` is whatever changes a card or its record, `rules` is saying surely what holds
            here (all is offered nevertheless: the server judges), `service` is everything.
        urgency: When somebody has to come.
        cleared_by: What makes it go away.
    """

    id: str
    title: Text
    cause: Text
    remedy: Text
    closes: str
    urgency: Urgency = Urgency.NOW
    cleared_by: Clears = Clears.ITSELF

    @property
    def effect(self) -> Text:
        """What a citizen notices."""
        effects = [EFFECTS[what] for what in self.closes.split()]
        if not effects:
            return _NO_EFFECT
        effect = effects[0]
        for further in effects[1:]:
            effect = T("{one}；{other}", one=effect, other=further)
        return effect

    @property
    def device(self) -> str:
        """Which part of the machine it is about."""
        return self.id.partition(".")[0]
