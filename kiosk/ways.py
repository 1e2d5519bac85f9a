"""Which ways of proving who somebody is are open at this machine now, and what they take. Pure, and imports little:
the home page asks.
"""

from collections.abc import Callable, Collection, Iterable, Sequence, Set

from kiosk.settings import Settings
from kiosk.text import T, Text
from kiosk.uplink.contract.policy import Evidence, Way

ORDER: tuple[Evidence, ...] = ("card_pin", "id_card", "e_card", "face", "one_time_code")
"""In which proofs of one way are asked for: a photo or a phone is somebody's who was named before."""


def takes(kind: Evidence, settings: Settings, closes: Callable[[str], bool]) -> bool:
    """Whether this machine can take such a proof now.

    Args:
        kind: The proof.
        settings: What this machine has.
        closes: Whether a condition takes something away.
    """
    match kind:
        case "card_pin":
            return not closes("pin")
        case "id_card":
            return settings.id_reader.port is not None and not closes("id_card")
        case "face":
            return settings.face.enabled and not closes("face")
        case "e_card":
            return not closes("e_card")
        case "one_time_code":
            return True


def open_ways(ways: Iterable[Way], settings: Settings, closes: Callable[[str], bool]) -> tuple[Way, ...]:
    """Those of `ways` that this machine can take now."""
    return tuple(way for way in ways if all(takes(kind, settings, closes) for kind in way))


def next_kinds(ways: Collection[Way], shown: Set[Evidence]) -> tuple[Evidence, ...]:
    """What can be shown next: of each way the first proof that hasn't been. Ways on which less was shown wait.

    Args:
        ways: Those that are open still; none is shown wholly.
        shown: What has been.
    """
    most = max((len(shown & set(way)) for way in ways), default=0)
    firsts = {
        next(kind for kind in ORDER if kind in way and kind not in shown)
        for way in ways
        if len(shown & set(way)) == most
    }
    return tuple(kind for kind in ORDER if kind in firsts)


_THINGS: dict[Evidence, Text] = {
    "card_pin": T("社保卡"),
    "id_card": T("身份证"),
    "e_card": T("手机里的电子社保卡"),
    "one_time_code": T("手机"),
}
"""What somebody has to have with them for a proof; a face always is there."""


def what_to_bring(ways: Iterable[Way]) -> Text:
    """What somebody has to have with them for any one of `ways`, in words that stand within a sentence.

    Args:
        ways: One at least. A way that takes more than another is left out: who has that much has enough for the other.
    """
    needed = {frozenset(kind for kind in _THINGS if kind in way) for way in ways}
    needed = {things - {"one_time_code"} if "e_card" in things else things for things in needed}
    least = [things for things in needed if not any(fewer < things for fewer in needed)]
    ordered = sorted(least, key=lambda things: [kind not in things for kind in _THINGS])
    *before, last = map(_all_of, ordered)
    return T("{first}，或者{last}", first=_listed(before), last=last) if before else last


def _all_of(things: Set[Evidence]) -> Text:
    *before, last = (name for kind, name in _THINGS.items() if kind in things)
    return T("{first}和{last}", first=_listed(before), last=last) if before else last


def _listed(several: Sequence[Text]) -> Text:
    first, *rest = several
    return T("{first}、{rest}", first=first, rest=_listed(rest)) if rest else first
