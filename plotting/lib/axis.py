"""Axes with a place for zero, set off by a gap: lambda = 0 means no smoothing, a rate of 0 no limit."""

from __future__ import annotations

import numpy as np
from matplotlib import ticker


def _place(value, zero: float) -> np.ndarray:
    """log10 of what is above 0, and a place for 0."""
    value = np.asarray(value, float)
    return np.where(value > 0, np.log10(np.where(value > 0, value, 1.0)), zero)


class LogAxis:
    """Positions of lambda values on a log axis with a place for zero."""

    def __init__(self, values):
        self.values = np.unique(values)
        positive = self.values[self.values > 0]
        self.has_zero = len(positive) < len(self.values)
        logs = np.log10(positive) if len(positive) else np.array([0.0])
        self.step = float(np.median(np.diff(logs))) if len(logs) > 1 else 1.0
        # Far enough from the least value that the labels of both fit, however fine the grid is.
        self.zero = logs[0] - max(1.8 * self.step, 0.16 * (logs[-1] - logs[0]))
        self.last = logs[-1]

    def place(self, value) -> np.ndarray:
        """Position of values: log10, or the place of zero."""
        return _place(value, self.zero)

    def blocks(self) -> list:
        """(slice into values, cell edges): zero on its own, then the positive ones."""
        zeros = int(self.has_zero)
        found = []
        if self.has_zero:
            half = max(self.step / 2, 0.025 * (self.last - self.zero))
            found.append((slice(0, 1), np.array([self.zero - half, self.zero + half])))
        if len(self.values) > zeros:
            at = self.place(self.values[zeros:])
            middle = (at[1:] + at[:-1]) / 2
            first = at[0] - (middle[0] - at[0] if len(middle) else self.step / 2)
            last = at[-1] + (at[-1] - middle[-1] if len(middle) else self.step / 2)
            found.append((slice(zeros, None), np.concatenate([[first], middle, [last]])))
        return found

    def dress(self, axis) -> None:
        """Ticks 0 and powers of ten."""
        positive = self.values[int(self.has_zero):]
        low = np.ceil(np.log10(positive[0]) - 1e-9) if len(positive) else 0
        whole = np.arange(low, np.floor(self.last + 1e-9) + 1)
        whole = whole[::max(1, -(-len(whole) // 6))]
        places = ([self.zero] if self.has_zero else []) + list(whole)
        labels = (["0"] if self.has_zero else []) + [f"$10^{{{int(w)}}}$" for w in whole]
        axis.set_major_locator(ticker.FixedLocator(places))
        axis.set_major_formatter(ticker.FixedFormatter(labels))


class RateAxis:
    """Positions of rates on a log axis, and of 0, which is without limit, to the right of all."""

    def __init__(self, values):
        values = np.unique(values)
        self.positive = values[values > 0]
        logs = np.log10(self.positive) if len(self.positive) else np.array([0.0])
        step = float(np.median(np.diff(logs))) if len(logs) > 1 else 0.3
        self.free = logs[-1] + max(1.5 * step, 0.25 * (logs[-1] - logs[0]))

    @staticmethod
    def is_for(pointer: str, values) -> bool:
        """Whether it is the axis of a swept key with these values."""
        return pointer.rsplit("/", 1)[-1] in ("bandwidth", "master_bandwidth", "codec_flops") \
            and np.min(values) == 0

    def place(self, value) -> np.ndarray:
        """Position of values: log10, or the place of what has no limit."""
        return _place(value, self.free)

    def dress(self, axis) -> None:
        """A tick for each value."""
        axis.set_major_locator(ticker.FixedLocator([*np.log10(self.positive), self.free]))
        axis.set_major_formatter(ticker.FixedFormatter(
            [*(f"{v:.3g}".replace("e+0", "e") for v in self.positive), "no limit"]))
