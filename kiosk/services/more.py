"""More services (更多业务): the menu of everything that the home page has no room for."""

from kiosk.home import menu
from kiosk.pages import Chosen
from kiosk.visit import Visit


async def more(visit: Visit) -> Chosen:
    """Have one of them chosen."""
    machine = visit.machine
    answer = await visit.ask(menu(machine.settings, machine.board.closes))
    if not isinstance(answer, Chosen):
        visit.go_home()
    return answer
