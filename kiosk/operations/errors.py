"""Why a change doesn't begin, or can't be told to the end."""

from kiosk.conditions import Condition
from kiosk.uplink.errors import CentralError


class ChangesClosed(Exception):
    """This machine changes nothing now; nothing was sent to the card or asked of the server.

    Args:
        conditions: Those that close changes.
    """

    def __init__(self, conditions: tuple[Condition, ...]) -> None:
        super().__init__(", ".join(condition.id for condition in conditions))
        self.conditions = conditions


class OperationRefused(CentralError):
    """The server judged the operation and said no (`problem`); nothing was sent to the card."""


class OutcomeUnknown(Exception):
    """What became of the operation can't be told now: not a success, and not undone either. Never begun again."""


class StorageError(Exception):
    """Nothing was written: the machine's storage failed."""


class StorageFull(StorageError):
    """No room left on the disk."""


class StorageDamaged(StorageError):
    """The file is no database of this program, or its pages are malformed. It is left as it is."""


class StorageBusy(StorageError):
    """Another process has the database open: the machine itself, most likely."""


class AlreadySent(Exception):
    """A command that may have been applied must not be sent again: an error of this program."""


class BrokenChain(Exception):
    """The journal was altered.

    Args:
        boot: Of the first record that doesn't follow from the one before.
        sequence: Its place within the boot.
        what: What is wrong with it.
    """

    def __init__(self, boot: int, sequence: int, what: str) -> None:
        super().__init__(f"journal record {boot}.{sequence}: {what}")
        self.boot = boot
        self.sequence = sequence
