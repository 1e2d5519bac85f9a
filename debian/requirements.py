"""Prints the part of requirements.lock that a real machine needs: no bench, no tests. For the tree's environment."""

import re
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent


def needed(asked: list[str]) -> set[str]:
    """The names of everything that `asked` leads to, as it is installed here."""
    found: set[str] = set()
    waiting = [Requirement(line) for line in asked]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
            continue
        if name not in PINNED:  # dlib's source, in whose place dlib-bin is pinned (script/lock).
            continue
        found.add(name)
        for line in requires(name) or []:
            further = Requirement(line)
            wanted = {"", *requirement.extras}
            if further.marker is None or any(further.marker.evaluate({"extra": extra}) for extra in wanted):
                further.marker = None
                waiting.append(further)
    return found


PINNED = dict(re.findall(r"^([a-z0-9-]+)(==.*(?:\n    .*)*)", (ROOT / "requirements.lock").read_text(), re.MULTILINE))

if __name__ == "__main__":
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for name in sorted(needed(project["dependencies"])):
        print(name + PINNED[name])
