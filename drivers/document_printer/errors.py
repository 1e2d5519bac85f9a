"""What can go wrong while a sheet is printed. The outcome says whether anything can have come out."""

from drivers.errors import DeviceError


class DocumentPrinterError(DeviceError):
    """The document wasn't printed, or nobody can tell whether it was (`outcome`)."""


class QueueAway(DocumentPrinterError):
    """Nothing answers where the queue should be, or it stopped answering."""


class QueueStopped(DocumentPrinterError):
    """The queue answers and prints nothing now: paused, no paper, a jam."""


class JobRefused(DocumentPrinterError):
    """The queue doesn't take this job."""


class JobFailed(DocumentPrinterError):
    """The queue took the job and gave it up, or didn't finish it in time."""
