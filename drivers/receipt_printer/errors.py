"""What can go wrong while printing, each told apart. The outcome says whether anything can have been printed."""

from drivers.errors import DeviceError, Outcome
from drivers.receipt_printer.protocol import Device, Fault, Paper, Status


class PrinterError(DeviceError):
    """The document was not printed, or nobody can tell whether it was (`outcome`)."""


class PaperOut(PrinterError):
    """The roll is at its end, or ended during the job."""


class CoverOpen(PrinterError):
    """The cover is open, or was opened during the job."""


class PrinterFault(PrinterError):
    """A mechanical error, a blocked cutter, or worse: `fault` says which."""

    def __init__(self, what: str, *, outcome: Outcome, fault: Fault) -> None:
        super().__init__(what, outcome=outcome)
        self.fault = fault


class PrinterOffline(PrinterError):
    """The printer answers and takes no job: a button, a hot head, or bytes that it doesn't accept."""


class PrinterSilent(PrinterError):
    """The port is there and the printer does not answer: without power, most likely."""


class PrinterGone(PrinterError):
    """The port isn't there, or vanished."""


class PrintUnconfirmed(PrinterError):
    """The printer is well and never said that the job is done; it may have been off for a moment."""


def error_of(status: Status, outcome: Outcome) -> PrinterError:
    """Why a printer can't print, the cause before its effects: an open cover also lifts the paper sensor."""
    if status.device is Device.NO_DEVICE:
        return PrinterGone("the printer's port isn't there", outcome=outcome)
    if status.device is Device.POWER_OFF:
        return PrinterSilent("the printer doesn't answer", outcome=outcome)
    if status.cover_open:
        return CoverOpen("the printer's cover is open", outcome=outcome)
    if status.paper is Paper.OUT:
        return PaperOut("the printer is out of paper", outcome=outcome)
    if status.stopped:
        return PrinterFault(f"the printer reports a fault: {status.fault.value}", outcome=outcome, fault=status.fault)
    if not status.ready:
        return PrinterOffline("the printer is off line", outcome=outcome)
    return PrintUnconfirmed("the printer never confirmed the job", outcome=outcome)
