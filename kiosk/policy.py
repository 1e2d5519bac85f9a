"""The bureau's file of regional rules, as it lies on this machine: `config/policy.toml`."""

from pathlib import Path

from kiosk.uplink.contract.policy import Policies
from kiosk.uplink.contract.policy_file import PolicyFaults, read_policies


class PolicyError(Exception):
    """The file can't be used. One line a fault: file, line, key, what was expected; never the value."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def load_policies(path: Path) -> Policies:
    """Read and check `path`.

    Raises:
        PolicyError: It can't be read, isn't TOML, or says what no region can.
    """
    try:
        return read_policies(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PolicyError([f"{path}: can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise PolicyError([f"{path}: is not UTF-8 text"]) from None
    except PolicyFaults as error:
        raise PolicyError([f"{path}:{fault}" for fault in error.faults]) from None
