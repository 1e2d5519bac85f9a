"""The body of a request: what is secret in it lies in no buffer but this one, which is overwritten once it is sent."""

import json
import re

from pydantic import BaseModel, SecretStr

_PLACE = re.compile(r'"\\u0000(\d+)\\u0000"')


def write_body(message: BaseModel) -> bytearray:
    """A message as JSON.

    A serializer's own buffers are freed as they are, and up to 1 kB nobody overwrites what is freed: a code could be
    found there until its memory is used again. So secrets are put in last.
    """
    apart: list[SecretStr] = []
    pieces = _PLACE.split(message.model_dump_json(context=apart))
    pieces[1::2] = (json.dumps(apart[int(place)].get_secret_value(), ensure_ascii=False) for place in pieces[1::2])
    parts = [piece.encode() for piece in pieces]
    body = bytearray(sum(map(len, parts)))  # Of this length from the start: one that grows leaves copies behind.
    end = 0
    for part in parts:
        body[end : end + len(part)] = part
        end += len(part)
    return body


def wipe_body(body: bytes | bytearray) -> None:
    """Overwrite what `write_body` wrote. A message that was written down has no secrets, and stays as it is."""
    if isinstance(body, bytearray):
        body[:] = bytes(len(body))
