"""What a claims.json may hold. Every check returns None, or (place within the entry, why)."""

from __future__ import annotations

import math
import operator
import re

import numpy as np

from .cli import listed
from .files import LaggardError
from .formulas import Formula

RATIOS = {"rmse": ("mse", np.sqrt), "mse": ("mse", None), "accuracy": ("accuracy", None),
          "p999": ("p999", None), "completion_seconds": ("completion_seconds", None),
          "test_accuracy": ("test_accuracy", None),
          "gradient_error": ("gradient_error", None), "decoding_error": ("decoding_error", None)}
TIME_TO = re.compile(r"^time_to (\d*\.?\d+)$")
_SIDES = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_SIDE = re.compile(r"^\s*(<=|>=|<|>)\s*(\S+)\s*$")
_NO_IMAGE = ("auto", "report", "table", "timeline")  # they draw several, or none
_READINGS = ("ratio", "value", "slope", "unreachable")


def side_of(text: str) -> tuple:
    """(comparison, bound) of a text such as "<= -3". ValueError for another one."""
    found = _SIDE.match(text)
    if not found or not math.isfinite(float(found[2])):
        raise ValueError(text)
    return _SIDES[found[1]], float(found[2])


def _is_number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_text(value) -> bool:
    return isinstance(value, str) and value.strip() != ""


def _is_count(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _is_object(value) -> bool:
    return isinstance(value, dict)


def _is_bound(value) -> bool:
    try:
        side_of(value)
    except (TypeError, ValueError):
        return False
    return True


def _is_published(value) -> bool:
    if isinstance(value, list):
        return len(value) == 2 and all(map(_is_number, value)) and value[0] <= value[1]
    return _is_number(value) or _is_bound(value)


_TEXT = (_is_text, "it is not a text")
_POSITIVE = (lambda v: _is_number(v) and v >= 0, "it is not a number of at least 0")
_RUN = {"config": _TEXT, "name": _TEXT, "seconds": _POSITIVE,
        "set": (_is_object, "it is not an object of pointers and values"),
        "quick": (_is_object, "it is not an object of pointers and values"),
        "ranks": (_is_count, "it is not a whole number above 0")}
_CLAIM = {**{key: _TEXT for key in ("paper", "place", "what", "file", "of", "to", "value", "where",
                                    "unreachable", "unit")},
          "published": (_is_published, 'it is not a number, a list of the two ends of a range, or a bound '
                                       'such as "<= -3"'),
          "direction": (_is_bound, 'a bound is a text such as "<= -3"'),
          "tolerance": _POSITIVE,
          "ratio": (lambda v: isinstance(v, str) and (v in RATIOS or bool(TIME_TO.match(v))),
                    f"it is not one of {', '.join(RATIOS)} and time_to X"),
          "slope": (lambda v: v in ("N", "S"), 'it is not "N" or "S"')}


def _members(entry, allowed: dict, needed) -> tuple | None:
    if not isinstance(entry, dict):
        return "", "it is not an object"
    for key, value in entry.items():
        if key not in allowed:
            return f"/{key}", f"allowed are {', '.join(sorted(allowed))}"
        right, why = allowed[key]
        if not right(value):
            return f"/{key}", why
    return next(((f"/{key}", "it is missing") for key in needed if key not in entry), None)


def check_run(run) -> tuple | None:
    """An entry of `runs`."""
    return _members(run, _RUN, ("config",))


def check_figure(figure) -> tuple | None:
    """An entry of `figures`."""
    if not isinstance(figure, list) or len(figure) < 2 or not all(map(_is_text, figure)):
        return "", "it is not a list of texts: a figure, its file, and options"
    images = [name for name in listed() if name not in _NO_IMAGE]
    if figure[0] not in images:
        return "/0", f"allowed are {', '.join(images)}"
    return None


def check_claim(claim) -> tuple | None:
    """An entry of `claims`."""
    found = _members(claim, _CLAIM, ("paper", "what", "published"))
    if found:
        return found
    readings = [key for key in _READINGS if key in claim]
    if len(readings) != 1:
        return "", "it has to have one of ratio, value, slope and unreachable"
    needed = {"unreachable": (), "ratio": ("file", "of", "to")}.get(readings[0], ("file",))
    found = _members(claim, _CLAIM, needed)
    if found:
        return found
    for key in ("of", "to", "value", "where"):
        try:
            Formula(claim.get(key, "1"))
        except LaggardError:
            return f"/{key}", "it is no formula, see `plot table --help`"
    return None
