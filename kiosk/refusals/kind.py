"""What a refusal is: what happened, whether anything was changed, why, and what to do instead.

`{window}` and `{hotline}` stand for the machine's own, `{formal_ends}` for how a formal loss ends in its region;
further names come with the exception. In `here`, `{bring}` is what the service that helps takes in this region, where
it asks who somebody is.
"""

from dataclasses import dataclass

from kiosk.pages import Actions, Answer, Button, Chosen, Sign, Tile, WayOut
from kiosk.text import Argument, T, Text

_WHY = T("为什么")
WHAT_HAPPENED = T("怎么了")
"""The heading where nobody refused anything."""

NOTHING_CHANGED = T("什么都没有改，请放心。")
CARD_FINE = T("卡没有坏，也没有扣留，请放心。")
ASK_WINDOW = WayOut(title=T("到{window}"), note=T("带上身份证和社保卡"))
TRY_AGAIN = WayOut(title=T("过几分钟再来"), note=T("也可以换一台机器"))
REPLACE_HERE = WayOut(title=T("在这里申请补卡"), note=T("要带{bring}"))
ONCE_MORE = Button(label=T("再来一次"), answer=Answer.AGAIN, icon="next")


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalKind:
    """One entry of the registry. `sign` and `heading` tell a refusal from something that merely happened.

    Each of `ways` is one that somebody may take instead of the others. The hotline is none of them: the page names it
    under them anyway.
    """

    code: str
    title: Text
    reassurance: Text
    why: Text
    ways: tuple[WayOut, ...]
    sign: Sign = Sign.REFUSED
    heading: Text = _WHY
    again: Button | None = None
    """Where trying again right away makes sense."""
    helps: str | None = None
    """The service that gets somebody out of it, by its name; offered on the page where this machine has it."""
    here: WayOut | None = None
    """That service as the first of the ways, where it is offered."""

    def actions(self, way_out: Tile | None = None) -> Actions:
        """The buttons of its page; the note's is the attendant's. Who wants none of it leaves by the footer.

        Args:
            way_out: The service that helps, where this machine offers it now.
        """
        if way_out is not None:
            return Actions(primary=Button(label=way_out.name, answer=Chosen(way_out.service), icon=way_out.icon))
        return Actions(primary=self.again or Button(label=T("知道了"), answer=Answer.FINISH, icon="next"))


class Refused(Exception):
    """The service stops here, and the citizen is told why.

    Args:
        kind: The entry of the registry.
        arguments: What its texts name: counts, dates; never a full name or number.
    """

    def __init__(self, kind: RefusalKind, **arguments: Argument) -> None:
        super().__init__(kind.code)
        self.kind = kind
        self.arguments = arguments
