"""The shipped settings as a machine has them: with files that are there, and a folder of its own."""

from pathlib import Path
from shutil import copy

SHIPPED = Path(__file__).parents[2] / "config"


def settings_file(folder: Path) -> tuple[Path, Path]:
    """The file, with its rules beside it in `folder`, and the folder that it names for the journal."""
    for name in ("ca", "secret", "key"):
        (folder / name).touch(mode=0o600)
    copy(SHIPPED / "policy.toml", folder)
    state = folder / "state"  # Not beside the settings: the rules that they name lie there.
    state.mkdir()
    text = (SHIPPED / "kiosk.toml").read_text(encoding="utf-8")
    for shipped, here in (
        ("/etc/kiosk/central-ca.pem", folder / "ca"),
        ("/run/credentials/kiosk.service/secrets_central-secret", folder / "secret"),
        ("/run/credentials/kiosk.service/secrets_pin-pad-key", folder / "key"),
        ("/var/lib/kiosk", state),
    ):
        text = text.replace(f'"{shipped}"', f'"{here}"')
    config = folder / "kiosk.toml"
    config.write_text(text, encoding="utf-8")
    return config, state
