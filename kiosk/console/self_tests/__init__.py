"""Self-tests, one file a device: each tries the real thing, and asks for a hand where it needs one."""

from kiosk.console.self_tests import (
    camera,
    card_reader,
    conditions,
    document_printer,
    id_reader,
    pin_pad,
    receipt_printer,
    screen,
    voice,
)
from kiosk.console.self_tests.bench import SelfTest

SELF_TESTS: dict[str, SelfTest] = {
    test.device: test
    for test in (
        *conditions.TESTS,
        id_reader.TEST,
        document_printer.TEST,
        card_reader.TEST,
        pin_pad.TEST,
        receipt_printer.TEST,
        camera.TEST,
        screen.TEST,
        voice.TEST,
    )
}
"""All of them, by device, in the order in which the full test goes: first what needs no hand."""
