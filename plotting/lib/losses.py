"""How many workers are lost: the configured level, and the axis of the figures over it."""

from __future__ import annotations

import numpy as np

from . import series


def _random(point) -> bool:
    return point.setting("/stragglers/kind") == "bernoulli"


def loss_level(point) -> tuple:
    """(symbol, value) of the configured losses: ("S", count) or ("p", probability)."""
    if not _random(point):
        return "S", point.stragglers
    if np.isfinite(point.mean_stragglers):  # p N
        return "p", round(point.mean_stragglers / point.workers, 12)
    return "p", float(point.setting("/stragglers/probability", point.stragglers / point.workers))


def losses_vary(points) -> bool:
    """Whether the number of lost workers is a matter of chance, not of the configuration."""
    return any(_random(p) or p.setting("/wait/kind", "all") != "all" for p in points)


def straggler_axis(points, choice: str = "auto"):
    """(x(point), label, symbol, pointers that x stands for) of an axis of lost workers."""
    if choice == "lost" or (choice == "auto" and losses_vary(points)):
        return (lambda p: p.lost, "mean lost workers", "lost",
                series.AXES + series.WAIT_AXES)
    return lambda p: p.stragglers, "stragglers $S$", "S", series.AXES


def title_of(workers: int, level: tuple) -> str:
    """What a panel of one N and one level of losses is called."""
    return f"$N$ = {workers}, ${level[0]}$ = {level[1]:g}"
