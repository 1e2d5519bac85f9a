"""Another program that takes the next card for itself and keeps it. Says `waits` once it does."""

import time

from smartcard.scard import (
    SCARD_PROTOCOL_ANY,
    SCARD_S_SUCCESS,
    SCARD_SCOPE_SYSTEM,
    SCARD_SHARE_EXCLUSIVE,
    SCardConnect,
    SCardEstablishContext,
    SCardListReaders,
)

_LOOK_SECONDS = 0.002

_, context = SCardEstablishContext(SCARD_SCOPE_SYSTEM)
_, readers = SCardListReaders(context, [])
print("waits", flush=True)
while SCardConnect(context, readers[0], SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_ANY)[0] != SCARD_S_SUCCESS:
    time.sleep(_LOOK_SECONDS)
print("has it", flush=True)
time.sleep(3600)
