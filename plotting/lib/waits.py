"""Wait policies and completion times, as the figures over time name them."""

from __future__ import annotations

import numpy as np

from . import series
from .files import LaggardError
from .losses import loss_level

# The lines of the figures over time: neither the policy nor its numbers make a line of their own.
AXES = series.AXES + series.WAIT_AXES + ("/wait/kind", "/data_points")


def policy_of(point) -> tuple:
    """(kind, parameter as text) of the wait policy at a point."""
    kind = str(point.setting("/wait/kind", "all"))
    value = point.setting({"fastest": "/wait/count", "deadline": "/wait/seconds"}.get(kind, ""))
    unit = " s" if kind == "deadline" else ""
    return kind, kind.replace("_", " ") if value is None else f"{value:g}{unit}"


def policy_name(point) -> str:
    """For example "fastest 30", "all"."""
    return " ".join(dict.fromkeys(policy_of(point)))


def check_times(points, path) -> None:
    """Raises unless the master waited in some trial."""
    times = np.concatenate([p.column("completion_seconds") for p in points])
    if not np.isfinite(times).any():
        raise LaggardError(f"'{path}' has no completion times",
                           "the column completion_seconds holds no finite number",
                           "run it with a delay, e.g. --set /delay/kind=pareto")
    if not (times[np.isfinite(times)] > 0).any():
        raise LaggardError(f"all completion times of '{path}' are 0", "no worker was delayed",
                           "run it with a delay, e.g. --set /delay/kind=pareto")


def size_panels(points) -> dict:
    """(N, K, losses) -> points: times are compared among runs of one size."""
    return series.group_panels(points, lambda p: (p.workers, p.data_points, *loss_level(p)))
