"""What needs no hand: whether anything stands against a part of the machine that watches itself."""

from kiosk.console.self_tests.bench import Bench, Found, SelfTest, failed, passed
from kiosk.text import T, Text

_FINE = T("正常")


def _watched(device: str, icon: str, title: Text, parts: tuple[str, ...]) -> SelfTest:
    """The test of what `parts`, by which the conditions' names begin, are about."""

    async def run(bench: Bench) -> Found:
        standing = [condition for condition, _ in bench.machine.board.standing() if condition.device in parts]
        return failed(standing[0].title) if standing else passed(_FINE)

    return SelfTest(device=device, icon=icon, title=title, hand=False, run=run)


TESTS = (
    _watched("network", "network", T("网络"), ("central",)),
    _watched("storage", "storage", T("存储"), ("storage", "journal", "operations")),
)
