"""What a bureau sets for one machine: `kiosk.toml`, read once and checked before anything starts."""

import datetime
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, ValidationError

from kiosk.policy import PolicyError, load_policies
from kiosk.uplink.contract.policy import Policies, RegionCode, RegionPolicy, UnknownRegion


class Section(BaseModel):
    """One table of the file. Unknown keys are errors, and no message repeats a value."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class MachineSettings(Section):
    """[machine]: which machine this is and who helps beside it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")
    number: int = Field(ge=1, le=9999)
    place: str = Field(min_length=1, max_length=24)
    place_en: str = Field(min_length=1, max_length=48)
    window: str = Field(min_length=1, max_length=24)
    window_en: str = Field(min_length=1, max_length=48)
    hotline: str = Field(pattern=r"^[0-9-]{5,16}$")


class CentralSettings(Section):
    """[central]: the server that this machine reports to."""

    url: HttpUrl
    ca_file: Path
    secret_file: Path
    connect_seconds: float = Field(gt=0, le=30)
    read_seconds: float = Field(gt=0, le=60)
    heartbeat_seconds: float = Field(ge=10, le=3600)

    @property
    def deadline_seconds(self) -> float:
        """How long a question may take in all: an idempotent one tries three times to connect."""
        return 3 * self.connect_seconds + self.read_seconds


class CardReaderSettings(Section):
    """[card_reader]: which PC/SC reader, by a part of its name; empty takes the first."""

    name: str
    command_seconds: float = Field(gt=0, le=60)


class PinPadSettings(Section):
    """[pin_pad]: how a PIN gets to the card, and whether there is a separate pad: `port`.

    Where the card reader takes the PIN, such a pad serves resets alone, and no key of it is needed here.
    """

    path: Literal["pad", "reader"]
    port: Path | None = None
    baud: int = Field(default=9600, ge=300, le=115200)
    parity: Literal["none", "even", "odd"] = "none"
    key_file: Path | None = None
    entry_seconds: int = Field(ge=30, le=270, multiple_of=30)


class ReceiptPrinterSettings(Section):
    """[receipt_printer]: the ESC/POS printer."""

    port: Path
    baud: int = Field(default=115200, ge=300, le=921600)
    flow_control: bool = False
    completion: Literal["process_id", "status"] = "process_id"
    slips_a_roll: int = Field(default=500, ge=10, le=10000)


class DocumentPrinterSettings(Section):
    """[document_printer]: the CUPS queue of an A4 printer, by its address; without one there is none.

    CUPS runs on this machine: certificates are in clear on the way to it.
    """

    queue: str | None = Field(
        default=None, pattern=r"^ipp://(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?(/[A-Za-z0-9._-]+)+$"
    )


class CertificateSettings(Section):
    """[certificates]: where anybody checks whether a certificate is genuine."""

    verify_url: HttpUrl
    """The server's page, which asks for the code; a code put behind it is looked up at once."""

    def address_of(self, code: str) -> str:
        """Where whoever gets the certificate of this code sees whether it is genuine."""
        return f"{str(self.verify_url).rstrip('/')}/{code}"


class CameraSettings(Section):
    """[camera]: a device path, or the address of a stream."""

    source: str = Field(min_length=1)


class IdReaderSettings(Section):
    """[id_reader]: the reader of resident ID cards (SAM-V); without a port there is none."""

    port: Path | None = None
    baud: int = Field(default=115200, ge=9600, le=115200)


class FaceSettings(Section):
    """[face]: whether faces are compared here, and which text people agree to before."""

    enabled: bool
    consent_version: str = Field(pattern=r"^[0-9A-Za-z.-]{1,20}$")


class PinSettings(Section):
    """[pin]: whether a PIN is asked for where it need not be."""

    ask_for_status: bool


class PolicySettings(Section):
    """[policy]: the file of regional rules, and which region's hold here."""

    file: Path
    """Beside `kiosk.toml`, or with its whole path."""
    region: RegionCode


class VisitSettings(Section):
    """[visit]: how long the machine waits for people."""

    idle_seconds: float = Field(ge=10, le=600)
    idle_seconds_unhurried: float = Field(ge=10, le=600)
    still_there_seconds: int = Field(ge=5, le=120)
    success_seconds: float = Field(ge=10, le=300)
    take_card_seconds: float = Field(ge=5, le=300)


class ScreenSettings(Section):
    """[screen]: the display."""

    width: int = Field(ge=480, le=7680)
    height: int = Field(ge=480, le=7680)
    fullscreen: bool
    language: Literal["zh", "en"]


class VoiceSettings(Section):
    """[voice]: the program that reads pages aloud; an empty command for a machine without a loudspeaker."""

    command: tuple[str, ...]
    devices: Path = Path("/dev/snd")
    """The folder of the computer's sound devices."""


class StorageSettings(Section):
    """[storage]: where this machine keeps its journal."""

    directory: Path


class ConsoleSettings(Section):
    """[console]: who may be at the maintenance console, by groups of this computer's; one that isn't there has nobody.

    Who connects is in `group` and in that of their role. The kiosk's own user never has a role.
    """

    socket: Path = Path("/run/kiosk/console.socket")
    group: str | None = None
    operators: str = "kiosk-operator"
    technicians: str = "kiosk-technician"
    engineers: str = "kiosk-engineer"
    auditors: str = "kiosk-auditor"
    export_key: str | None = Field(default=None, pattern=r"^age1[a-z0-9]{58}$")


class AccessSettings(Section):
    """[access]: how technicians prove at the machine itself who they are; without an authority nobody can."""

    technicians_ca: Path | None = None
    centre_key: Path | None = None


class LogSettings(Section):
    """[log]: what goes to standard error, and so to the system's journal."""

    level: Literal["debug", "info", "warning", "error"]


class Settings(Section):
    """The whole file."""

    machine: MachineSettings
    central: CentralSettings
    card_reader: CardReaderSettings
    pin_pad: PinPadSettings
    receipt_printer: ReceiptPrinterSettings
    document_printer: DocumentPrinterSettings = DocumentPrinterSettings()
    certificates: CertificateSettings
    camera: CameraSettings
    id_reader: IdReaderSettings
    face: FaceSettings
    pin: PinSettings
    policy_source: PolicySettings = Field(validation_alias="policy")
    policies: Policies = Field(default_factory=Policies, validation_alias="(policies)")
    """What that file says."""
    policy: RegionPolicy = Field(default_factory=RegionPolicy, validation_alias="(policy)")
    """What is so in this machine's region, today."""
    policy_since: datetime.date = Field(default=datetime.date.min, validation_alias="(policy_since)")
    visit: VisitSettings
    screen: ScreenSettings
    voice: VoiceSettings
    storage: StorageSettings
    console: ConsoleSettings = ConsoleSettings()
    access: AccessSettings = AccessSettings()
    log: LogSettings

    def policy_on(self, day: datetime.date) -> RegionPolicy:
        """What is so in this machine's region on a day.

        Raises:
            UnknownRegion: The policy says nothing of this machine's region.
        """
        return self.on(day).policy

    def on(self, day: datetime.date) -> "Settings":
        """These settings with the policy of another day, if it is another.

        Raises:
            UnknownRegion: The policy says nothing of this machine's region.
        """
        region = self.policy_source.region
        since = self.policies.since(region, day)
        if since == self.policy_since:
            return self
        return self.model_copy(update={"policy": self.policies.of(region, day), "policy_since": since})

    def written(self) -> dict[str, Any]:
        """What the file itself says, by its own keys, as JSON has it: without the rules that it names."""
        tables = self.model_dump(mode="json", exclude={"policies", "policy", "policy_since"})
        return tables | {"policy": tables.pop("policy_source")}


class SettingsError(Exception):
    """The configuration can't be used. One line a fault: file, key, what was expected; never the value."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def load(path: Path) -> Settings:
    """Read and check `path`.

    Raises:
        SettingsError: It can't be read, isn't TOML, or a key is missing, unknown or out of range.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError([f"{path}: can't be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{path}: is not UTF-8 text"]) from None
    return parse(text, path, path.parent)


def parse(text: str, path: Path, folder: Path) -> Settings:
    """Check the text of a settings file, and the rules that it names.

    Args:
        text: TOML.
        path: What its faults are told of.
        folder: Of the bureau's file: where the rules lie that it names.

    Raises:
        SettingsError: It isn't TOML, or a key is missing, unknown or out of range; or the rules can't be used.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"{path}: is not TOML: {error}"]) from None
    try:
        settings = Settings.model_validate(content)
    except ValidationError as error:
        raise SettingsError(explain(path, error)) from None
    settings = _with_policy(path, folder, settings)
    missing = [key for key in ("port", "key_file") if getattr(settings.pin_pad, key) is None]
    if settings.pin_pad.path == "pad" and missing:
        raise SettingsError([f'{path}: pin_pad.{key}: needed where path is "pad"' for key in missing])
    return settings


def _with_policy(path: Path, folder: Path, settings: Settings) -> Settings:
    file = folder / settings.policy_source.file
    try:
        policies = load_policies(file)
        return settings.model_copy(update={"policies": policies}).on(datetime.date.today())
    except PolicyError as error:
        raise SettingsError(error.lines) from None
    except UnknownRegion:
        raise SettingsError([f"{path}: policy.region: must be a region of {file}"]) from None


def check_files(path: Path, settings: Settings) -> None:
    """See that the files which `path` names can be used on this machine; `run` does so before it opens anything.

    Raises:
        SettingsError: One isn't there, or a secret can be read by others.
    """
    files = [("central.ca_file", settings.central.ca_file), ("central.secret_file", settings.central.secret_file)]
    if settings.pin_pad.path == "pad" and settings.pin_pad.key_file is not None:
        files.append(("pin_pad.key_file", settings.pin_pad.key_file))
    faults = [(key, _fault_of(file, secret=key != "central.ca_file")) for key, file in files]
    if lines := [f"{path}: {key}: {fault}" for key, fault in faults if fault]:
        raise SettingsError(lines)


def _fault_of(file: Path, *, secret: bool) -> str | None:
    try:
        with file.open("rb"):
            mode = file.stat().st_mode
    except OSError as error:
        return f"{file} can't be read: {error.strerror}"
    if secret and mode & 0o077:
        return f"{file} can be read by others; its mode must be 0600 or 0400"
    return None


def explain(path: Path, error: ValidationError) -> list[str]:
    """`kiosk.toml: pin_pad.entry_seconds: Input should be a multiple of 30`, one line a fault."""
    return [f"{path}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)]
