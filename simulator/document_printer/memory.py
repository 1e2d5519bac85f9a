"""The queue behind in-memory streams, for runs under a faked clock: no process, no port.

queue = Queue()
wire = MemoryQueue(queue, nursery)
stream = await wire.connect()   # The host's end; one for each question.
"""

import trio
from trio.testing import memory_stream_pair

from simulator.document_printer.model import Queue
from simulator.document_printer.web import serve_one


class MemoryQueue:
    """Hands out the host's end of a wire to `queue`.

    Args:
        queue: The model.
        nursery: Where each question is answered.

    Attributes:
        plugged: Whether anybody is there.
        loses: After how many answers the wire breaks before the next one; None: never.
    """

    def __init__(self, queue: Queue, nursery: trio.Nursery) -> None:
        self.queue = queue
        self.plugged = True
        self.loses: int | None = None
        self._nursery = nursery

    async def connect(self) -> trio.abc.Stream:
        """The host opens a stream.

        Raises:
            ConnectionRefusedError: Nobody is there.
        """
        await trio.lowlevel.checkpoint()
        if not self.plugged:
            raise ConnectionRefusedError("nobody is there")
        host, far = memory_stream_pair()
        silent = self.loses == 0
        if self.loses:
            self.loses -= 1
        self._nursery.start_soon(serve_one, self.queue, far, silent)
        return host
