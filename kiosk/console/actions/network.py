"""The network, tested from the cable up to the server."""

from kiosk.console.action import Action, Call, Message, Nothing, Record
from kiosk.console.network import Layer, NetworkTest
from kiosk.text import T


class NetworkResult(Message):
    """What came of each layer, from the cable up."""

    passed: bool
    layers: tuple[Layer, ...]


async def _test(call: Call, _: Nothing) -> NetworkResult:
    machine = call.console.machine
    test = NetworkTest(machine.settings.central, machine.operations.central, machine.settings.machine.name)
    layers = await test.run(call.say)
    return NetworkResult(passed=all(layer.result == "passed" for layer in layers), layers=layers)


ACTIONS = (
    Action(
        name="network",
        title=T("测试网络"),
        arguments=Nothing,
        result=NetworkResult,
        run=_test,
        record=Record.AS_IT_CAN,
    ),
)
