"""What a bureau sets at its central server: how long things last, how much is enough, how often is too often."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kiosk.uplink.contract import KioskName
from kiosk.uplink.contract.policy import RegionCode


def _holds_a_code(text: str) -> str:
    try:
        if "0000" not in text.format(code="0000", minutes=5):
            raise ValueError("{code} isn't in it")
    except (LookupError, AttributeError):
        raise ValueError("only {code} and {minutes} can be filled in") from None
    return text


def _known(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"no time zone {zone} in this machine's tz database (Debian: tzdata)") from None
    return zone


_Positive = Annotated[int, Field(ge=1)]


_BANKS_EN = {
    "工商银行": "ICBC",
    "农业银行": "Agricultural Bank of China",
    "中国银行": "Bank of China",
    "建设银行": "China Construction Bank",
    "交通银行": "Bank of Communications",
    "邮储银行": "Postal Savings Bank of China",
    "招商银行": "China Merchants Bank",
    "中信银行": "China CITIC Bank",
    "光大银行": "China Everbright Bank",
    "民生银行": "China Minsheng Bank",
    "平安银行": "Ping An Bank",
    "浦发银行": "SPD Bank",
    "兴业银行": "Industrial Bank",
    "北京银行": "Bank of Beijing",
    "上海银行": "Bank of Shanghai",
}
"""As the banks call themselves."""


class Settings(BaseModel):
    """The server's settings, as a TOML file may hold them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_zone: Annotated[str, AfterValidator(_known)] = Field(default="Asia/Shanghai", validate_default=True)
    """Where the bureau is (tz database): its days begin and end there at midnight. China has one zone."""
    policy: Path | None = None
    """The rules of every region (policy.toml), beside this file or with its whole path; None: as shipped."""
    region: RegionCode = "default"
    """Whose rules hold at a kiosk that `regions` doesn't name."""
    regions: dict[KioskName, RegionCode] = Field(default_factory=dict)
    """Whose rules hold at each kiosk."""
    outlets: Path | None = None
    """The outlets (outlets.toml), beside this file or with its whole path; None: there are none to tell of."""
    e_card_code_seconds: _Positive = 60
    """How long an e-card code lives."""
    evidence_seconds: _Positive = 900
    """How long evidence may be used after it was shown: as long as somebody slow needs for new PINs."""
    refused_id_cards_per_kiosk_and_hour: _Positive = 60
    """Each says whether a number and a name go together: this bounds what a stolen secret can find out."""
    face_threshold: Annotated[float, Field(gt=0, lt=4)] = 0.40
    """The largest distance between two faces' vectors that is taken for one person; see docs/identity.md."""
    face_sharpness: Annotated[float, Field(ge=0)] = 25.0
    """The least sharpness (variance of the Laplacian) of a picture that may count."""
    face_liveness: Literal["required", "noted"] = "noted"
    """Whether someone must have done as they were asked. A hint and no more: it stops a photograph, not a film."""
    face_check_seconds: _Positive = 180
    """How long a check may take from the photo to its result."""
    face_checks_per_person_and_day: _Positive = 5
    face_checks_per_kiosk_and_hour: _Positive = 60
    """Each hands out a photo: this bounds how many a stolen secret is worth."""
    one_time_code_digits: Annotated[int, Field(ge=4, le=8)] = 6
    one_time_code_seconds: _Positive = 300
    """How long a code lives."""
    one_time_code_tries: _Positive = 5
    """Wrong ones that spend a code."""
    one_time_code_again_seconds: _Positive = 60
    """Between two texts to one person."""
    one_time_codes_per_person_and_day: _Positive = 5
    one_time_codes_per_kiosk_and_hour: _Positive = 60
    one_time_code_text: Annotated[str, AfterValidator(_holds_a_code)] = (
        "【社保卡自助机】验证码{code}，{minutes}分钟内有效，只在自助机上输入。任何人向您索要都是诈骗；"
        "我们不会发链接说社保卡“过期”“停用”，请勿点开。"
    )
    """What is sent. Mobile operators want the sender in front, as it is registered with them."""
    authority_seconds: Annotated[int, Field(ge=1, le=120)] = 120
    """How long the issuer's answer to a challenge is good for."""
    authorisations_per_operation: _Positive = 8
    """Authentications and commands, together; so are the next two."""
    authorisations_per_card_and_day: _Positive = 16
    authorisations_per_kiosk_and_hour: _Positive = 120
    late_days: _Positive = 90
    """A kiosk's report of an operation that was opened longer ago changes nothing."""
    overdue_days: _Positive = 30
    """An open operation whose card nobody saw for so long goes on the list of cases."""
    application_draft_seconds: _Positive = 900
    """How long the server remembers what somebody has entered and not yet confirmed."""
    phone_pattern: str = "1[0-9]{10}"
    """What a mobile number looks like (regular expression, matched whole); operators go on giving out new ranges."""
    text_sender: str = "【社保卡自助机】"
    """In front of a confirming text, as it is registered with the mobile operators."""
    certificates_per_person_and_day: _Positive = 10
    certificate_days: _Positive = 90
    """How long a certificate's code is answered."""
    held_by: str = "市社会保险事业管理中心"
    """经办机构: whom to ask for what isn't on record here."""
    held_by_en: str = "Municipal social insurance centre"
    banks_en: dict[str, str] = Field(default_factory=lambda: dict(_BANKS_EN))
    """What English pages call each bank, by its name in the cards' records; one that isn't named stays in Chinese."""
    medical_code_pattern: str = "[0-9]{28}"
    """What a medical-insurance code looks like (regular expression, matched whole). Not published: each bureau sets
    what its own look like."""

    @property
    def zone(self) -> ZoneInfo:
        """The time zone, loaded (and kept by `zoneinfo` itself)."""
        return ZoneInfo(self.time_zone)

    @property
    def medical_code(self) -> re.Pattern[str]:
        """The pattern, compiled (and kept by `re` itself)."""
        return re.compile(self.medical_code_pattern)


def load(file: Path) -> Settings:
    """The settings in a TOML file; what it doesn't name stays as shipped.

    Raises:
        ValueError: It is no TOML, or not of these settings.
    """
    return Settings.model_validate(tomllib.loads(file.read_text()))
