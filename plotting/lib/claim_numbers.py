"""Our number for a claim of claims.json, read from a result file as `ratio`, `value` or `slope` say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from . import series
from .claim_rules import RATIOS, TIME_TO
from .files import LaggardError
from .formulas import Formula
from .learning import times_to
from .losses import loss_level
from .stats import fit_slope, mean_of_ratios, student_t95


@dataclass(frozen=True)
class Measured:
    """Our number with its 95 % interval; it may be infinite. The ends are NaN where the interval is
    not known, and the number itself where it has none: a median, or what is the same in all trials."""

    value: float
    low: float = float("nan")
    high: float = float("nan")


def _points(results, condition: str) -> list:
    points = series.select(results)
    formula = Formula(condition)
    formula.require(points)
    found = [p for p in points if formula.of([p])[0]]
    if not found:
        raise LaggardError(f"no point of '{Path(results.path).name}' is left", f"none has {condition}",
                           "mend claims.json")
    return found


def _quantity(name: str) -> tuple:
    """(what series.aligned() reads, transform of the ratio)."""
    if name in RATIOS:
        return RATIOS[name]
    accuracy = float(TIME_TO.match(name)[1])
    return lambda point: times_to(point, accuracy), None


def _ratio(claim: dict, results) -> Measured:
    column, transform = _quantity(claim["ratio"])
    below = {}
    for point in _points(results, claim["to"]):
        below.setdefault((point.workers, point.data_points, loss_level(point)), []).append(point)
    above = _points(results, claim["of"])
    partners = [below.get((p.workers, p.data_points, loss_level(p)), []) for p in above]
    if any(len(found) != 1 for found in partners):
        raise LaggardError(f"the points '{claim['of']}' of '{Path(results.path).name}' have no partner each",
                           f"for some there is none, or more than one, with {claim['to']}",
                           "mend claims.json")
    pair = series.aligned(above, [found[0] for found in partners], column)
    estimate = mean_of_ratios(*pair, transform)
    if estimate.nonfinite:
        return _exact(_endless_ratio(*pair, transform))
    return Measured(*_numbers(estimate))


def _exact(value: float) -> Measured:
    return Measured(value, value, value)


def _endless_ratio(above, below, transform) -> float:
    """The mean of the ratios where trials are infinite: it is infinite, 0 or, as inf/inf, not known."""
    there = ~(np.ma.getmaskarray(above) | np.ma.getmaskarray(below))
    with np.errstate(all="ignore"):
        ratios = [np.ma.getdata(a)[t].mean() / np.ma.getdata(b)[t].mean()
                  for a, b, t in zip(above, below, there) if t.any()]
        return float(np.mean((transform or np.asarray)(np.array(ratios))))


def _numbers(estimate) -> tuple:
    return estimate.value, estimate.low, estimate.high


def _value(claim: dict, results) -> Measured:
    points = _points(results, claim.get("where", "N > 0"))
    formula = Formula(claim["value"])
    formula.require(points)
    try:
        value = float(formula.of(points)[0])
        if not formula.has_ends(points):
            return _exact(value)
        low, high = (float(formula.of(points, end)[0]) for end in ("low", "high"))
    except (TypeError, ValueError):
        raise LaggardError(f"'{claim['value']}' is no number", "it is a text or a list",
                           "mend claims.json") from None
    return Measured(value, *sorted((low, high)))


def _slope(claim: dict, results) -> Measured:
    points = _points(results, claim.get("where", "N > 0"))
    along = Formula(claim["slope"])
    means = [p.estimate("mse").value for p in points]
    if not np.isfinite(means).all():
        return Measured(np.nan)
    fit = fit_slope([along.of([p])[0] for p in points], means)
    if fit is None:
        raise LaggardError(f"no slope in {claim['slope']} of '{Path(results.path).name}'",
                           "it needs two points with an error above 0", "mend claims.json")
    half = student_t95(fit.count - 2) * fit.error if fit.count > 2 else np.nan
    return Measured(fit.slope, fit.slope - half, fit.slope + half)


def measure(claim: dict, results) -> Measured:
    """Our number for a claim. Errors: LaggardError."""
    if "ratio" in claim:
        return _ratio(claim, results)
    return _slope(claim, results) if "slope" in claim else _value(claim, results)
