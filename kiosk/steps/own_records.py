"""What somebody who has shown who they are wants to know of their own: the question, and whose it is."""

from kiosk.masking import masked_name, masked_number
from kiosk.steps.identity import Identified
from kiosk.text import Masked, T, Text
from kiosk.uplink.contract import CardRecord, PersonalQuestion
from kiosk.visit import Printed, Visit

PRINTED: dict[Printed, Text] = {
    Printed.DONE: T("凭条打好了，请从出纸口取走。"),
    Printed.FAILED: T("凭条没有打出来，屏幕上的内容不变。"),
    Printed.UNKNOWN: T("凭条可能没有打完，请看一下出纸口。"),
}
"""What became of the slip, on a page that stands as it was."""


def question(visit: Visit, shown: Identified) -> PersonalQuestion:
    """Asks for what is theirs, with what they have shown."""
    return PersonalQuestion(kiosk=visit.machine.settings.machine.name, evidence=shown.evidence)


def whose(record: CardRecord) -> Text:
    """Whose it is, masked."""
    name = masked_name(record.name.get_secret_value())
    number = masked_number(record.social_security_number.get_secret_value())
    return T("{name}，{number}", name=name, number=number)


def person(record: CardRecord) -> tuple[tuple[Text, Text | Masked], ...]:
    """Whose it is, on a slip."""
    return (
        (T("姓名"), masked_name(record.name.get_secret_value())),
        (T("社会保障号码"), masked_number(record.social_security_number.get_secret_value())),
    )
