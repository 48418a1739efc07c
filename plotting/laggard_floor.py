"""What a logarithmic axis has no place for: zeros, and errors of rounding alone.

A scheme that recovers exactly has a mean of 0, or of 1e-32 where the others have 1e-3. Such points
are drawn as hollow markers on the floor of the axis, never left out, and a note says where.
"""

from __future__ import annotations

import numpy as np

import laggard_style as style

_GAP = 1e4        # what is set off from the rest by less belongs to it
_ROUNDING = 1e-12  # of the largest error (not squared) on the figure: nothing but rounding


def bottom_of(drawn, power=1.0, by_rounding=True, at_zero=False):
    """Lower limit of an axis that need not hold the exact recoveries; None if it may hold all.

    They are the smallest values up to a gap of four decades, if they are below rounding of the
    largest (`power` is the power of the MSE that is drawn, 1 or 1/2), or all at x = 0 (`at_zero`).
    """
    values = sorted((v, at) for e in drawn for at, v in zip(e.x, e.value)
                    if np.isfinite(v) and v > 0)
    rounding = _ROUNDING ** (2 * power) * values[-1][0] if values else 0.0
    bottom = None
    for place, ((low, _), (high, _)) in enumerate(zip(values, values[1:]), start=1):
        exact = (by_rounding and low < rounding) or (at_zero and not any(
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
        artist = style.draw_line(axes, e.x, e.value, e.low, e.high, look, label)
        if artist is None and e.zeros:  # the legend must know it all the same
            artist, = axes.plot([], [], label=label, **look)
        self._lines.append((axes, e, look, where, artist))
        return bool(e.x)

    def settle(self, bottom=None) -> list:
        """Makes the y axes logarithmic, puts the rest on their floor, returns the notes."""
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
        for axes in self._panels:
            style.log_y(axes, bottom)
        if bottom is None and not any(e.zeros for e in self.drawn):
            return
        # Room below everything else, lest the markers hide it. Panels may share the axis.
        for axes, (low, high) in [(axes, axes.get_ylim()) for axes in self._panels]:
            axes.set_ylim(bottom=low * (low / high) ** 0.06)

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
