"""Who somebody is, proven to the central server. The one place where evidence is asked for.

A service names the ways that the bureau takes (`[evidence]` in policy.toml); the citizen goes one of them, proof by
proof, and chooses where there is a choice. Each proof is shown to the server, which judges it and answers with an id;
the operation's intent names these ids, and the server decides whether they are enough. `proving` is the loop; each
kind of proof has a file of its own.
"""

from kiosk.steps.identity.holder import identify_holder
from kiosk.steps.identity.proving import Identified, identify, prove_identity, refuse_unless_offered

__all__ = ["Identified", "identify", "identify_holder", "prove_identity", "refuse_unless_offered"]
