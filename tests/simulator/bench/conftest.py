import threading
from collections.abc import Iterator

import pytest

from simulator.bench.server import Bench
from simulator.stand import Stand
from simulator.x_screen import XScreen


@pytest.fixture(scope="module")
def bench(shared_stand: Stand) -> Iterator[Bench]:
    """The bench page, served as `./script/run` does."""
    with XScreen(shared_stand.first.display) as screen:
        bench = Bench(shared_stand, screen, 0, print)
        thread = threading.Thread(target=bench.run)
        thread.start()
        try:
            yield bench
        finally:
            bench.stop()
            thread.join()
