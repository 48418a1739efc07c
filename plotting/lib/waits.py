"""Wait policies and completion times, as the figures over time name them."""

from __future__ import annotations

import numpy as np

from . import series
from .files import LaggardError
from .losses import loss_level, title_of

# What panels and policies tell apart. Any other swept number of the losses makes lines of its own.
AXES = ("/workers", "/data_points", "/stragglers/count", "/stragglers/probability", series.POSITIONS,
        "/wait/")


def policy_of(point, at: str = "/wait") -> tuple:
    """(kind, parameter as text) of the wait policy at a point."""
    kind = str(point.setting(f"{at}/kind", "all"))
    if kind == "any_of":
        parts, place = [], f"{at}/policies/0"
        while point.setting(f"{place}/kind") is not None:
            parts.append(policy_name(point, place))
            place = f"{at}/policies/{len(parts)}"
        return kind, " or ".join(parts) or "any of"
    values = [f"{value:g}" + (" s" if pointer.endswith("/seconds") else "")
              for pointer, value in {**point.config, **point.parameters}.items()
              if pointer.startswith(f"{at}/") and not isinstance(value, str)]
    return kind, ", ".join(values) or kind.replace("_", " ")


def policy_name(point, at: str = "/wait") -> str:
    """For example "fastest 30", "all", "fastest 30 or deadline 2 s"."""
    kind, text = policy_of(point, at)
    return text if kind == "any_of" else " ".join(dict.fromkeys((kind, text)))


def has_times(points) -> bool:
    """Whether the wait policy is swept, and the master waits."""
    waits = {repr(sorted((key, repr(value)) for key, value in {**p.config, **p.parameters}.items()
                         if key.startswith("/wait/"))) for p in points}
    return len(waits) > 1 and any(np.nanmax(p.column("completion_seconds"), initial=0) > 0
                                  for p in points)


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


def size_titles(panels) -> dict:
    """(N, K, losses) -> title; K where there are several."""
    several = len({size for _, size, *_ in panels}) > 1
    return {(workers, size, *level): title_of(workers, level) + (f", $K$ = {size}" if several else "")
            for workers, size, *level in panels}
