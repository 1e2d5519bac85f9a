"""Ways to break the product on purpose. Seeds that don't find each of these prove nothing."""

from sabotages import of_changes, of_proofs, of_the_server, of_what_is_seen
from sabotages.sabotage import Sabotage

SABOTAGES: tuple[Sabotage, ...] = (
    *of_changes.SABOTAGES,
    *of_what_is_seen.SABOTAGES,
    *of_the_server.SABOTAGES,
    *of_proofs.SABOTAGES,
)
"""All of them, by where the product is broken."""

__all__ = ["SABOTAGES", "Sabotage"]
