"""One HTTP request to the queue, answered over a stream."""

import h11
import trio

from simulator.document_printer.model import Queue


async def serve_one(queue: Queue, stream: trio.abc.Stream, silent: bool = False) -> None:
    """Answer one question and hang up.

    Args:
        queue: Who answers.
        stream: The far end.
        silent: Take the question, and hang up without an answer.
    """
    connection = h11.Connection(h11.SERVER)
    question = b""
    async with stream:
        while not isinstance(event := connection.next_event(), h11.EndOfMessage):
            if event is h11.NEED_DATA:
                connection.receive_data(bytes(await stream.receive_some()))
            elif isinstance(event, h11.Data):
                question += event.data
            elif isinstance(event, h11.ConnectionClosed):
                return
        body = queue.answer(question)
        if silent:
            return
        headers = [("Content-Type", "application/ipp"), ("Content-Length", str(len(body))), ("Connection", "close")]
        for part in (h11.Response(status_code=200, headers=headers), h11.Data(data=body), h11.EndOfMessage()):
            if sent := connection.send(part):
                await stream.send_all(sent)
