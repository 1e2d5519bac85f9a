"""`kiosk check` opens what the settings name, and says of each file whether it is good, or what to do."""

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyrage import x25519  # type: ignore[import-untyped]

from kiosk.console.named_files import Finding, look
from kiosk.settings import Settings, load

SHIPPED = Path(__file__).parents[3] / "config" / "kiosk.toml"
NOW = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)
CANARY = "c4n4ry-0f-4-s3cr3t"
KEY = "6AC292FAA1315B4D858AB3A3D7D5933A"


def certificate(*, authority: bool = True, begins: int = -1, ends: int = 100) -> bytes:
    """One of its own making; `begins` and `ends` in days from now."""
    key = Ed25519PrivateKey.generate()
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "nobody's authority")])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(NOW + datetime.timedelta(days=begins))
        .not_valid_after(NOW + datetime.timedelta(days=ends))
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    return made.sign(key, None).public_bytes(Encoding.PEM)


def public_key() -> bytes:
    """The operations centre's."""
    return Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


class Named:
    """A machine's settings, and good files for all that they can name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("ca", certificate(), 0o644)
        self.write("central-secret", CANARY.encode(), 0o600)
        self.write("pad-key", f"ipek={KEY}\nksn=FFFF9876543210E00000\n".encode(), 0o600)
        self.write("technicians", certificate(), 0o644)
        self.write("centre", public_key(), 0o644)
        shipped = load(SHIPPED)
        access = {"technicians_ca": folder / "technicians", "centre_key": folder / "centre"}
        export_key = str(x25519.Identity.generate().to_public())
        self.settings: Settings = shipped.model_copy(
            update={
                "central": shipped.central.model_copy(update={"ca_file": folder / "ca"}),
                "pin_pad": shipped.pin_pad.model_copy(update={"key_file": folder / "pad-key"}),
                "access": shipped.access.model_copy(update=access),
                "console": shipped.console.model_copy(update={"export_key": export_key}),
                "voice": shipped.voice.model_copy(update={"command": ("sh",)}),
            }
        )

    def write(self, name: str, content: bytes, mode: int) -> None:
        self.path(name).write_bytes(content)
        self.path(name).chmod(mode)

    def path(self, name: str) -> Path:
        return self.folder / name

    def look(self) -> list[Finding]:
        return list(look(SHIPPED, self.settings, NOW, secrets=self.folder))


@pytest.fixture
def named(tmp_path: Path) -> Named:
    """All in order."""
    return Named(tmp_path)


def test_all_is_good(named: Named) -> None:
    """The server's secret is found where the service manager takes it from: the service doesn't run yet."""
    found = named.look()
    assert [each.key for each in found if not each.good] == []
    assert [each.key for each in found] == [
        "policy.file",
        "central.ca_file",
        "central.secret_file",
        "pin_pad.key_file",
        "access.technicians_ca",
        "access.centre_key",
        "console.export_key",
        "voice.command",
    ]
    assert found[1].words == f"{named.path('ca')}: good until 2026-09-09"
    assert found[2].words == f"{named.path('central-secret')}: good"


FAULTS: list[tuple[str, Callable[[Named], object], str]] = [
    ("central.ca_file", lambda at: at.path("ca").unlink(), "can't be read: No such file or directory"),
    ("central.ca_file", lambda at: at.write("ca", b"", 0o644), "holds no certificate in PEM"),
    ("central.ca_file", lambda at: at.write("ca", certificate(ends=-2, begins=-9), 0o644), "ended on 2026-05-30"),
    ("central.ca_file", lambda at: at.write("ca", certificate(begins=3), 0o644), "begins on 2026-06-04, by this"),
    ("central.secret_file", lambda at: at.path("central-secret").unlink(), "can't be read: No such file"),
    ("central.secret_file", lambda at: at.path("central-secret").chmod(0o640), "can be read by others"),
    ("central.secret_file", lambda at: at.write("central-secret", b" \n", 0o600), "holds no secret"),
    ("central.secret_file", lambda at: at.write("central-secret", CANARY.encode() + b" \xe9", 0o600), "holds no"),
    ("pin_pad.key_file", lambda at: at.path("pad-key").unlink(), "can't be read: No such file or directory"),
    ("pin_pad.key_file", lambda at: at.path("pad-key").chmod(0o604), "can be read by others"),
    ("pin_pad.key_file", lambda at: at.write("pad-key", f"ipek={KEY[2:]}\n".encode(), 0o600), "expected the lines"),
    ("access.technicians_ca", lambda at: at.write("technicians", public_key(), 0o644), "no certificate that may sign"),
    (
        "access.technicians_ca",
        lambda at: at.write("technicians", certificate(authority=False), 0o644),
        "no certificate that may sign",
    ),
    (
        "access.technicians_ca",
        lambda at: at.write("technicians", certificate(begins=-9, ends=-1), 0o644),
        "ended on 2026-05-31",
    ),
    ("access.centre_key", lambda at: at.write("centre", certificate(), 0o644), "no Ed25519 public key"),
    ("access.centre_key", lambda at: at.path("centre").unlink(), "can't be read"),
]


@pytest.mark.parametrize(("key", "harm", "said"), FAULTS, ids=lambda each: each if isinstance(each, str) else "")
def test_a_fault_is_told_with_its_remedy(named: Named, key: str, harm: Callable[[Named], object], said: str) -> None:
    """Of that file alone; what is in it isn't."""
    harm(named)
    [fault] = [each for each in named.look() if not each.good]
    assert fault.key == key
    assert said in fault.words
    assert "; " in fault.words
    assert CANARY not in fault.words
    assert KEY[2:] not in fault.words


def test_a_certificate_that_lasts_beside_one_that_ended_is_enough(named: Named) -> None:
    """While the bureau goes over from one to the other."""
    named.write("ca", certificate(begins=-9, ends=-1) + certificate(ends=40), 0o644)
    assert all(each.good for each in named.look())


def test_a_program_that_is_not_there(named: Named) -> None:
    """And a public key with a slip of the pen: its letters check themselves."""
    command = named.settings.voice.model_copy(update={"command": ("no-such-program", "-x")})
    key = str(named.settings.console.export_key)
    typo = key[:-1] + ("q" if key[-1] != "q" else "p")
    console = named.settings.console.model_copy(update={"export_key": typo})
    named.settings = named.settings.model_copy(update={"voice": command, "console": console})
    faults = {each.key: each.words for each in named.look() if not each.good}
    assert faults.keys() == {"voice.command", "console.export_key"}
    assert faults["voice.command"].startswith("no-such-program: no program that can be run; install it")


def test_what_is_not_named_is_not_looked_at(named: Named) -> None:
    """Where the card reader takes the PIN there is no pad's key; nobody says anything of access."""
    named.settings = named.settings.model_copy(
        update={
            "pin_pad": named.settings.pin_pad.model_copy(update={"path": "reader"}),
            "access": named.settings.access.model_copy(update={"technicians_ca": None, "centre_key": None}),
            "console": named.settings.console.model_copy(update={"export_key": None}),
            "voice": named.settings.voice.model_copy(update={"command": ()}),
        }
    )
    assert [each.key for each in named.look()] == ["policy.file", "central.ca_file", "central.secret_file"]
