"""What a logarithmic axis has no place for: zeros, and errors of rounding alone.

A scheme that recovers exactly has a mean of 0, or of 1e-32 where the others have 1e-3. Such points
are drawn as hollow markers on the floor of the axis, never left out, and a note says where.
"""

from __future__ import annotations

import numpy as np

from . import style

_BELOW = 2.5      # how far the axis follows an interval below a mean, as a factor
_GAP = 1e4        # what is set off from the rest by less belongs to it
_ROUNDING = 1e-12  # of the largest error (not squared) on the figure: nothing but rounding


def bottom_of(drawn, power=1.0, by_rounding=True, at_zero=False, rounding=_ROUNDING):
    """Lower limit of an axis that need not hold the exact recoveries; None if it may hold all.

    They are the smallest values up to a gap of four decades, if they are below rounding of the
    largest (`power` is the power of the MSE that is drawn, 1 or 1/2; `rounding` that of an error,
    not squared), or all at x = 0 (`at_zero`).
    """
    values = sorted((v, at) for e in drawn for at, v in zip(e.x, e.value)
                    if np.isfinite(v) and v > 0)
    smallest = rounding ** (2 * power) * values[-1][0] if values else 0.0
    bottom = None
    for place, ((low, _), (high, _)) in enumerate(zip(values, values[1:]), start=1):
        exact = (by_rounding and low < smallest) or (at_zero and not any(
            at for _, at in values[:place]))
        if exact and high > _GAP * low:
            bottom = 0.5 * high
    return bottom


class Floor:
    """Collects the lines of panels with a common log axis and draws what lies on its floor."""

    def __init__(self, what: str, symbol: str, own_legends: bool = False):
        """`own_legends`: every panel has a legend, which then says what is exact in it."""
        self._what, self._symbol, self._own_legends = what, symbol, own_legends
        self._lines = []  # (axes, estimates, look, place in the notes, its artist)

    @property
    def drawn(self) -> list:
        """The estimates of all lines."""
        return [e for _, e, *_ in self._lines]

    @property
    def _panels(self) -> list:
        return list(dict.fromkeys(axes for axes, *_ in self._lines))

    def line(self, axes, estimates, look: dict, label: str, where: str = "") -> bool:
        """Draws a line, and remembers what has no place on a log axis. Whether it has points."""
        e = estimates
        artist = None
        if e.x or e.zeros:  # the legend must know it in any case
            artist, = axes.plot(e.x, e.value, label=label, **look)
        self._lines.append((axes, e, look, where, artist))
        return bool(e.x)

    def settle(self, bottom=None) -> list:
        """Makes the y axes logarithmic, puts the rest on their floor, returns the notes."""
        for axes, e, look, _, artist in self._lines:
            kept = [bottom is None or v >= bottom for v in e.value]
            if artist is not None:  # no line down to the floor: how far below it lies is not drawn
                artist.set_ydata(np.where(kept, e.value, np.nan))
            style.draw_interval(axes, *(np.array(part)[kept] for part in
                                        (e.x, e.value, e.low, e.high)), look)
        self._set_limits(bottom)
        notes, heights = {}, {}  # note -> panels; panel -> lines on its floor
        for axes, e, look, where, artist in self._lines:
            below = [(at, v) for at, v in zip(e.x, e.value) if bottom is not None and v < bottom]
            if not below and not e.zeros:
                continue
            # Lines that are exact at the same places stand on each other.
            height = heights[axes] = heights.get(axes, -1) + 1
            style.floor_markers(axes, sorted(e.zeros + [at for at, _ in below]), 0.055 * height,
                                look)
            if len(below) == len(e.x) and self._own_legends:
                artist.set_label(f"{e.line.name}, exact")
            for note in self._notes(e, below):
                notes.setdefault(note, []).append(where)
        return [self._where(found) + note for note, found in notes.items()]

    def _set_limits(self, bottom) -> None:
        """By the lines; of an interval that reaches far below them, a part is enough."""
        drawn = [(v, low, high) for e in self.drawn for v, low, high
                 in zip(e.value, e.low, e.high) if bottom is None or v >= bottom]
        if not drawn:
            return
        value, low, high = np.array(drawn).T
        others = [v for axes in self._panels for line in axes.get_lines()
                  for v in line.get_ydata() if np.isfinite(v)]
        low = min(others + [v for v in np.fmax(low, value / _BELOW) if v > 0])
        high = max(others + list(high[np.isfinite(high)]))
        margin = (high / low) ** 0.05 if high > low else 1.5
        # Room below everything else, lest the markers on the floor hide it.
        floor = bottom is not None or any(e.zeros for e in self.drawn)
        for axes in self._panels:
            axes.set_yscale("log")
            axes.set_ylim(low / margin ** (2.2 if floor else 1), high * margin)
            style.log_y(axes)

    def _notes(self, estimates, below) -> list:
        notes, name = [], estimates.line.name
        if estimates.zeros:
            notes.append(f"{name}: exact recovery ({self._what} = 0), on the floor at "
                         + self._places(estimates.zeros))
        if below:
            notes.append(f"{name}: exact to rounding ({self._what} from "
                         f"{min(v for _, v in below):.0e}), on the floor at "
                         + self._places([at for at, _ in below]))
        return notes

    def _where(self, found) -> str:
        if len(found) == len(self._panels) > 1:
            return "all panels, "
        return ", ".join(found) + ", " if any(found) else ""

    def _places(self, values) -> str:
        return f"{self._symbol} = " + ", ".join(f"{v:g}" for v in values)
