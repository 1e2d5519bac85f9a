"""Sends the texts that wait: a loop beside the server, asleep while none does."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import OperationalError

from central import texts
from central.registry import Registry
from central.sms import SmsGateway

_log = structlog.get_logger()

LOOK_AGAIN = timedelta(minutes=5)
"""A text that another process queued wakes nobody here."""


async def deliver(registry: Registry) -> None:
    """Send what waits, for ever; a slow gateway holds nobody up, nor does a database that is busy end it."""
    if registry.sms is None:
        return
    queued = asyncio.Event()
    registry.text_queued = queued.set
    while True:
        queued.clear()
        try:
            wait = await _deliver_due(registry, registry.sms)
        except OperationalError as error:
            _log.error("central.texts_held_up", error=type(error.orig).__name__)
            wait = texts.FIRST_PAUSE
        with suppress(TimeoutError):  # Something is due then, or it is time to look.
            await asyncio.wait_for(queued.wait(), max(wait.total_seconds(), 0))


async def _deliver_due(registry: Registry, gateway: SmsGateway) -> timedelta:
    """Send what is due; how long to wait for the next."""
    with registry.transaction() as transaction:
        claimed = texts.claim(transaction)
    for text in claimed:
        taken = await asyncio.to_thread(texts.offer, gateway, text)
        with registry.transaction() as transaction:
            texts.settle(transaction, text, taken=taken)
    with registry.transaction() as transaction:
        due = texts.next_due(transaction)
    return LOOK_AGAIN if due is None else min(due - registry.now(), LOOK_AGAIN)


def deliver_now(registry: Registry) -> int:
    """Send what is due, once; how many the gateway took. For runs without a loop."""
    if registry.sms is None:
        return 0
    with registry.transaction() as transaction:
        claimed = texts.claim(transaction)
    sent = 0
    for text in claimed:
        taken = texts.offer(registry.sms, text)
        sent += taken
        with registry.transaction() as transaction:
            texts.settle(transaction, text, taken=taken)
    return sent
