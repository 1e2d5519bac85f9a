"""Proofs at the devices that say by themselves how they are, or are asked for it."""

from collections.abc import Iterator

from proof import Bench, row

from kiosk import conditions

_AT_ONCE = "the device, at once"
_BY_ITSELF = "by itself: "


@row(
    conditions.READER_GONE,
    "the reader's cable is pulled",
    told="PC/SC, at once",
    mended=_BY_ITSELF + "the cable is back",
)
def card_reader_gone(bench: Bench) -> Iterator[None]:
    bench("card_reader", "unplug")
    yield
    bench("card_reader", "plug")


@row(conditions.CARD_SERVICE_DOWN, "pcscd is killed", told="PC/SC, at once", mended=_BY_ITSELF + "pcscd runs again")
def card_service_down(bench: Bench) -> Iterator[None]:
    bench.machine.pcscd.kill()
    yield
    bench.machine.pcscd.start()


@row(conditions.PAPER_LOW, "the roll is near its end", told=_AT_ONCE, mended=_BY_ITSELF + "a new roll")
def paper_low(bench: Bench) -> Iterator[None]:
    bench("receipt_printer", "paper", level="low")
    yield
    bench("receipt_printer", "paper", level="full")


@row(conditions.PAPER_OUT, "the roll ends", told=_AT_ONCE, mended=_BY_ITSELF + "a new roll")
def paper_out(bench: Bench) -> Iterator[None]:
    bench("receipt_printer", "paper", level="out")
    yield
    bench("receipt_printer", "paper", level="full")


@row(conditions.COVER_OPEN, "the cover is opened", told=_AT_ONCE, mended=_BY_ITSELF + "it is closed")
def cover_open(bench: Bench) -> Iterator[None]:
    bench("receipt_printer", "cover", position="open")
    yield
    bench("receipt_printer", "cover", position="closed")


@row(
    conditions.PRINTER_OFFLINE,
    "the button on its panel is pressed",
    told=_AT_ONCE,
    mended=_BY_ITSELF + "it is pressed again",
)
def printer_offline(bench: Bench) -> Iterator[None]:
    bench("receipt_printer", "offline", on=True)
    yield
    bench("receipt_printer", "offline", on=False)


@row(conditions.PRINTER_FAULT, "its cutter jams", told=_AT_ONCE, mended=_BY_ITSELF + "what jams it is taken out")
def printer_fault(bench: Bench) -> Iterator[None]:
    bench("receipt_printer", "fail", how="cutter")
    yield
    bench("receipt_printer", "mend")


@row(
    conditions.PRINTER_SILENT,
    "it is switched off, and its cable is put in anew",
    told="nobody, until it is asked: each status has 2 s",
    mended=_BY_ITSELF + "it is switched on",
    shown=10.0,
)
def printer_silent(bench: Bench) -> Iterator[None]:
    bench("receipt_printer", "power", to="off")
    bench("receipt_printer", "unplug")
    bench("receipt_printer", "plug")
    yield
    bench("receipt_printer", "power", to="on")


@row(conditions.PRINTER_GONE, "its cable is pulled", told="its port, at once", mended=_BY_ITSELF + "the cable is back")
def printer_gone(bench: Bench) -> Iterator[None]:
    bench("receipt_printer", "unplug")
    yield
    bench("receipt_printer", "plug")


@row(conditions.PIN_PAD_GONE, "its cable is pulled", told="its port, at once", mended=_BY_ITSELF + "the cable is back")
def pin_pad_gone(bench: Bench) -> Iterator[None]:
    bench("pin_pad", "unplug")
    yield
    bench("pin_pad", "plug")


@row(
    conditions.ID_READER_GONE, "its cable is pulled", told="its port, at once", mended=_BY_ITSELF + "the cable is back"
)
def id_reader_gone(bench: Bench) -> Iterator[None]:
    bench("id_reader", "unplug")
    yield
    bench("id_reader", "plug")


@row(
    conditions.ID_READER_SILENT,
    "it loses its power",
    told="the self-test, which asks it: three times 1 s",
    mended=_BY_ITSELF + "it has power again",
)
def id_reader_silent(bench: Bench) -> Iterator[None]:
    bench("id_reader", "fail", how="silence", once=False)
    bench.asks("self_test", device="id_reader")
    yield
    bench("id_reader", "mend")


@row(
    conditions.ID_READER_FAULT,
    "its security module fails",
    told="the self-test, which asks it",
    mended=_BY_ITSELF + "the module works",
)
def id_reader_fault(bench: Bench) -> Iterator[None]:
    bench("id_reader", "fail", how="no_module", once=False)
    bench.asks("self_test", device="id_reader")
    yield
    bench("id_reader", "mend")


@row(
    conditions.ID_READER_NOISY,
    "every answer of its comes with a wrong check byte",
    told="the self-test, which asks it",
    mended=_BY_ITSELF + "answers come whole",
)
def id_reader_noisy(bench: Bench) -> Iterator[None]:
    bench("id_reader", "fail", how="wrong_check", once=False)
    bench.asks("self_test", device="id_reader")
    yield
    bench("id_reader", "mend")


@row(
    conditions.DOCUMENT_QUEUE_AWAY,
    "nobody listens at the queue's port any more",
    told="the self-test, which asks it",
    mended=_BY_ITSELF + "the queue listens again; it is asked every 15 s",
    gone=20.0,
)
def document_queue_away(bench: Bench) -> Iterator[None]:
    bench("document_printer", "unplug")
    bench.asks("self_test", device="document_printer")
    yield
    bench("document_printer", "plug")


@row(
    conditions.DOCUMENT_QUEUE_STOPPED,
    "the queue says that the tray is empty",
    told="the self-test, which asks it",
    mended=_BY_ITSELF + "there is paper; it is asked every 15 s",
    gone=20.0,
)
def document_queue_stopped(bench: Bench) -> Iterator[None]:
    bench("document_printer", "broken", reasons=["media-empty-error"])
    bench.asks("self_test", device="document_printer")
    yield
    bench("document_printer", "mend")


@row(
    conditions.CAMERA_GONE,
    "its cable is pulled",
    told="the self-test, which waits 6 s for a picture",
    mended=_BY_ITSELF + "the cable is back; it is looked at every minute",
    gone=75.0,
)
def camera_gone(bench: Bench) -> Iterator[None]:
    bench("camera", "fail", how="unplug")
    bench.asks("self_test", device="camera")
    yield
    bench("camera", "mend")


@row(
    conditions.LOUDSPEAKER_GONE,
    "the sound card is pulled",
    told="the kernel's folder of sound devices, at once",
    mended=_BY_ITSELF + "the card is back",
)
def loudspeaker_gone(bench: Bench) -> Iterator[None]:
    bench.machine.loudspeaker.unplug()
    yield
    bench.machine.loudspeaker.plug()


@row(
    conditions.LOUDSPEAKER_FAULT,
    "the sound card is there and can't be opened",
    told="the self-test, which sounds the tones",
    mended=_BY_ITSELF + "it can be opened; that is tried every 30 s",
    gone=45.0,
)
def loudspeaker_fault(bench: Bench) -> Iterator[None]:
    bench.machine.loudspeaker.fail()
    bench.asks("self_test", device="voice")
    yield
    bench.machine.loudspeaker.plug()


@row(
    conditions.VOICE_NOT_INSTALLED,
    "the program that reads aloud is not the one that the settings name",
    told="the start, which looks for it",
    mended="with the next start: the settings name it",
)
def voice_not_installed(bench: Bench) -> Iterator[None]:
    wishes = bench.machine.wishes
    bench.restart(changes={**(wishes.changes or {}), "voice": {"command": ["no-such-program"]}})
    yield
    bench.machine.configure(wishes)
