"""What the log tells of: every event by its name, what it means, and whether something went well or not.

No event carries data of a person. One that isn't here is logged all the same, with the disposition `unknown`: a test
sees that there is none.
"""

from enum import StrEnum


class Disposition(StrEnum):
    """How something went."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    """Neither: it begins, or it is a fact."""
    UNKNOWN = "unknown"


_S, _F, _N = Disposition.SUCCESS, Disposition.FAILURE, Disposition.NEUTRAL

EVENTS: dict[str, tuple[Disposition, str]] = {
    "access.admitted": (_S, "A technician was let in by a card."),
    "access.admitted_by_grant": (_S, "A technician was let in on the operations centre's word."),
    "access.device_error": (_F, "A card or the pad failed while a technician was to be let in."),
    "access.not_set_up": (_F, "The files of the technicians' access can't be used."),
    "access.refused": (_F, "A technician wasn't let in; `code` says why."),
    "camera.process_broken": (_F, "The camera's process sends nonsense."),
    "camera.process_ended": (_F, "The camera's process ended by itself."),
    "camera.state": (_N, "The camera came, went, or changed."),
    "card_reader.close_hung": (_F, "A card couldn't be given back in time."),
    "card_reader.failed": (_F, "The card service reported a failure."),
    "card_reader.hung": (_F, "A card gave no answer in time."),
    "card_reader.media": (_N, "A card came or went, or the reader did."),
    "card_reader.service_lost": (_F, "The card service went away."),
    "certificate.not_printed": (_F, "A certificate wasn't printed on A4, or nobody knows."),
    "certificate.not_set": (_F, "A certificate couldn't be set in type."),
    "clock.jumped": (_N, "The clock was set by `seconds`, while the program ran."),
    "condition.cleared": (_S, "A condition stands no more; see docs/conditions.md."),
    "condition.raised": (_F, "A condition stands; see docs/conditions.md."),
    "console.action": (_N, "Somebody asked for an action at the maintenance console."),
    "console.connected": (_N, "Somebody connected to the console's socket."),
    "console.disk_not_measured": (_F, "The room on the disk can't be measured."),
    "console.fault": (_F, "An action of the console's failed by a mistake of the program."),
    "console.left": (_N, "Somebody left the console's socket."),
    "console.left_alone": (_N, "The console at the screen was left alone, and closed."),
    "console.no_socket": (_F, "The console's socket can't be opened."),
    "console.not_accepted": (_F, "A connection to the console's socket failed."),
    "console.peers_hidden": (_F, "The kiosk can't see who connects (PrivateUsers): nobody has a role."),
    "console.too_many": (_F, "Too many are connected to the console's socket."),
    "document_printer.not_printed": (_F, "The A4 printer's queue didn't print a document."),
    "document_printer.printed": (_S, "The A4 printer's queue printed a document."),
    "face.failed": (_F, "The process that compares faces doesn't work."),
    "face.process_ended": (_F, "The process that compares faces ended by itself."),
    "id_reader.not_read": (_F, "An ID card wasn't read."),
    "id_reader.read": (_S, "An ID card was read."),
    "id_reader.state": (_N, "The ID card reader came, went, or changed."),
    "journal.broken": (_F, "The journal was altered."),
    "journal.contradiction": (_F, "The journal isn't the one that the server knows."),
    "device.unknown_fault": (_F, "A driver raised an error that no condition is known of; `where` says where."),
    "device.not_allowed": (_F, "The program may not use a device or a file that the settings name; `why` says more."),
    "kiosk.boot": (_N, "Why this run began, whether the clock jumped meanwhile, and what recovery found."),
    "kiosk.started": (_S, "The program serves."),
    "operation.begun": (_N, "An operation was written down and begins."),
    "operation.ended": (_N, "An operation ended; `outcome` says how."),
    "operation.recovered": (_N, "An operation that was cut off has an outcome."),
    "operation.settled": (_S, "A card showed what became of an operation."),
    "outbox.delivered": (_S, "A message reached the server."),
    "outbox.not_delivered": (_F, "A message didn't reach the server, or was refused."),
    "pin_pad.check_failed": (_F, "The PIN pad doesn't answer."),
    "pin_pad.connected": (_S, "The PIN pad answers."),
    "pin_pad.entry_unanswered": (_F, "The PIN pad never ended an entry."),
    "pin_pad.frame_broken": (_F, "A frame of the PIN pad's arrived damaged."),
    "pin_pad.frame_refused": (_F, "The PIN pad refused a frame."),
    "pin_pad.gone": (_F, "The PIN pad's port vanished."),
    "pin_pad.no_session_end": (_N, "The PIN pad didn't say that its session ended."),
    "pin_pad.not_quiet": (_F, "The PIN pad doesn't become quiet."),
    "pin_pad.refused": (_F, "The PIN pad won't take a PIN; `code` says why where it gives one."),
    "pin_pad.unexpected_reply": (_F, "The PIN pad answered something else than it was asked."),
    "receipt.failed": (_F, "A slip wasn't printed, or nobody knows."),
    "receipt.printed": (_N, "A slip was to be printed; `what` says what became of it."),
    "receipt_printer.glyph_missing": (_F, "A character can't be printed."),
    "receipt_printer.not_printed": (_F, "The printer didn't print."),
    "receipt_printer.printed": (_S, "The printer printed."),
    "receipt_printer.status": (_N, "The printer came, went, or changed."),
    "recovery.stopped": (_F, "Recovery isn't tried again by itself."),
    "self_test": (_N, "A device was tested; `result` says how."),
    "settings.applied_run": (_N, "The settings that were applied at the console are in force."),
    "settings.file_changed": (_N, "The bureau's file was changed: settings made over the old one don't count."),
    "settings.not_confirmed": (_F, "Settings on trial weren't confirmed: the old ones come back."),
    "settings.not_usable": (_F, "Settings that were applied can't be used."),
    "settings.trial_failed": (_F, "The run with settings on trial ended: the old ones are back."),
    "settings.trial_runs": (_N, "Settings are on trial."),
    "sound_card.not_watched": (_F, "The kernel has no watch left for the sound card: it is looked at now and then."),
    "storage.failed": (_F, "The journal can't be written or read."),
    "uplink.conditions_not_sent": (_F, "A change of conditions didn't reach the server; the next heartbeat tells it."),
    "uplink.heartbeat_failed": (_F, "The server doesn't answer a heartbeat."),
    "uplink.staff_call_failed": (_F, "A call for staff didn't reach the server."),
    "visit.central_error": (_F, "A visit ended since the server didn't answer, or refused."),
    "visit.device_error": (_F, "A visit ended since a device failed."),
    "visit.ending": (_N, "A visit is ended by exit, silence or a card that left."),
    "visit.fault": (_F, "A visit ended by a mistake of the program; `where` says where."),
    "visit.refused": (_N, "A citizen was told that something can't be done; `code` says what."),
    "visit.result": (_S, "A service came to its end."),
    "visit.service": (_N, "A service begins."),
}
"""By name; the disposition, and what it means."""


def disposition(event: str) -> Disposition:
    """How what `event` tells of went."""
    return EVENTS[event][0] if event in EVENTS else Disposition.UNKNOWN
