"""Configurations as their files say, and whether a result file is of the one that was asked for."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .files import LaggardError

_OF_NO_ACCOUNT = ("$schema", "name", "trials", "output", "failures")
# laggard reads comments, and json does not.
_TEXT_OR_COMMENT = re.compile(r'("(?:[^"\\]|\\.)*")|//[^\n]*|/\*.*?\*/', re.DOTALL)


def read_object(path: Path) -> dict:
    """The object that a JSON file has, which may have comments. Raises LaggardError."""
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(_TEXT_OR_COMMENT.sub(lambda found: found[1] or " ", text))
    except (OSError, ValueError) as error:
        raise LaggardError(f"cannot read '{path}'", str(error), "mend it") from None
    if not isinstance(content, dict):
        raise LaggardError(f"cannot read '{path}'", "it is not an object", "mend it")
    return content


def configuration(path: Path, changes: dict) -> dict:
    """What a configuration file says, with the values that `changes` sets at JSON pointers."""
    document = read_object(path)
    for pointer, value in changes.items():
        try:
            place = document
            *parents, last = [p.replace("~1", "/").replace("~0", "~") for p in pointer.split("/")[1:]]
            for name in parents:
                place = place[int(name)] if isinstance(place, list) else place.setdefault(name, {})
            place[int(last) if isinstance(place, list) else last] = value
        except (AttributeError, IndexError, TypeError, ValueError):
            raise LaggardError(f"cannot set '{pointer}' in '{path}'", "there is no such place",
                               "mend the pointer in claims.json") from None
    return document


def first_difference(wanted, there, where: str = "") -> str:
    """Where a resolved configuration is not what a file asks for; what the file leaves out is a default.
    More or fewer trials are no other configuration."""
    if isinstance(wanted, dict) and isinstance(there, dict):
        names = [n for n in wanted if where or n not in _OF_NO_ACCOUNT]
        return next(filter(None, (first_difference(wanted[n], there.get(n), f"{where}/{n}") for n in names)), "")
    if isinstance(wanted, list) and isinstance(there, list) and len(wanted) == len(there):
        return next(filter(None, (first_difference(a, b, f"{where}/{i}")
                                  for i, (a, b) in enumerate(zip(wanted, there)))), "")
    return "" if wanted == there else f"{where or 'the whole'} is {json.dumps(there)} there"
