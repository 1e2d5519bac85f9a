"""What an answered question is: words for the screen and for a slip, and the law behind it. No I/O, no page."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from kiosk.text import T, Text
from kiosk.uplink.contract.policy import RegionPolicy


@dataclass(frozen=True, slots=True)
class About:
    """A heading, and its sign."""

    name: Text
    icon: str


class Subject(Enum):
    """Under which heading a question stands."""

    CARD = About(T("用卡补卡"), "card")
    PASSWORDS = About(T("密码手机"), "phone")
    BANK = About(T("银行功能"), "activate")
    INSURANCE = About(T("参保待遇"), "record")
    RULES = About(T("规定网点"), "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """A legal basis.

    Attributes:
        name: The law, and its article where there is one.
        says: What it says, in a citizen's words.
    """

    name: Text
    says: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One heading, and what stands under it.

    Attributes:
        points: A sentence or two each.
        when: In which regions it is true; None: in all.
    """

    heading: Text
    points: tuple[Text, ...]
    when: Callable[[RegionPolicy], bool] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do that only makes sense in some regions; a bare text does in all."""

    text: Text
    when: Callable[[RegionPolicy], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something that people ask, and its answer.

    Texts may name what a region or a bureau sets, such as `{deadline_days}` or `{window}` (`kiosk.questions.facts`).

    Attributes:
        name: By which pages and refusals lead to it.
        label: What it is about, as it stands in the list; 8 Han characters at most.
        title: The question, 14 Han characters at most.
        answer: The answer in one sentence.
        parts: The answer at length.
        steps: What to do, as the slip numbers it.
        laws: Where it is written.
        here: The services that do it at this machine, the likeliest first.
    """

    name: str
    subject: Subject
    icon: str
    label: Text
    title: Text
    answer: Text
    parts: tuple[Part, ...]
    steps: tuple[Text | Step, ...]
    laws: tuple[Law, ...] = ()
    here: tuple[str, ...] = ()

    def steps_for(self, policy: RegionPolicy) -> tuple[Text, ...]:
        """What to do in a region."""
        return tuple(
            step.text if isinstance(step, Step) else step
            for step in self.steps
            if not isinstance(step, Step) or step.when(policy)
        )

    def parts_for(self, policy: RegionPolicy) -> tuple[Part, ...]:
        """What is true in a region."""
        return tuple(part for part in self.parts if part.when is None or part.when(policy))
