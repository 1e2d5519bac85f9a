"""Who is at the other end of a Unix socket: SO_PEERCRED and SO_PEERGROUPS of unix(7), as the kernel knows them."""

import grp
import os
import pwd
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.console.roles import Caller, Face, Role

_SO_PEERGROUPS = 59
"""Linux 4.13, asm-generic/socket.h; Python has no name for it."""
_CREDENTIALS = struct.Struct("3i")
_MOST_GROUPS = 256
"""Python asks the kernel for 1024 bytes at most; a user of more groups isn't let in."""


@dataclass(frozen=True, slots=True)
class Peer:
    """Its process's user, and every group that it is in."""

    uid: int
    groups: frozenset[int]


def peer_of(connection: socket.socket) -> Peer:
    """Who connected, as they were then.

    Raises:
        OSError: It is no Unix socket.
    """
    _, uid, gid = _CREDENTIALS.unpack(
        connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size),
    )
    raw = connection.getsockopt(socket.SOL_SOCKET, _SO_PEERGROUPS, 4 * _MOST_GROUPS)
    return Peer(uid, frozenset({gid, *struct.unpack(f"{len(raw) // 4}I", raw)}))


def caller_of(peer: Peer, groups: Mapping[Role, str], *, own_uid: int | None = None) -> Caller:
    """What `peer` may be here: its groups say so. The kiosk's own user has no role, whatever groups it is in.

    Args:
        peer: Who it is.
        groups: The group of each role; one that this computer doesn't have gives the role to nobody.
        own_uid: The kiosk's user; None: that of this process.
    """
    own = os.getuid() if own_uid is None else own_uid
    roles = frozenset() if peer.uid == own else frozenset(r for r, name in groups.items() if _gid(name) in peer.groups)
    return Caller(who=_name(peer.uid), roles=roles, face=Face.SOCKET)


def peers_are_visible() -> bool:
    """Whether this process sees other users as who they are: not in a user namespace of its own (PrivateUsers=)."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        return any(int(count) >= 2**32 - 1 for _, _, count in map(str.split, file))


def _gid(name: str) -> int | None:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return None


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid-{uid}"
