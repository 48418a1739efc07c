"""Names in the middle of a figure that do not cover each other.

They are placed when the layout stands, because the room between two places depends on it.
"""

from __future__ import annotations

import numpy as np

from .layout import inches_of
from .style import GREY

SIZE = 5.0
_LINE = 1.25 * SIZE / 72  # inches from one line to the next
# Where a name may stand beside its marker, in points; the further ones get a line to it.
_PLACES = [(3, 3), (3, -8), (-3, 3), (-3, -8), (0, 9), (0, -14), (9, 12), (-9, 12), (9, -18),
           (-9, -18), (18, 20), (-18, 20), (18, -26), (-18, -26), (0, 26), (0, -32)]


def room_above(names) -> float:
    """Points that a panel's title must leave for names above the panel."""
    return 72 * max((inches_of(name, SIZE) for name in names), default=0.0) + 10


def spread(places, apart: float, low: float, high: float) -> np.ndarray:
    """Ascending places moved as little as it takes to lie `apart` from each other in [low, high]."""
    places = np.asarray(places, float)
    steps = apart * np.arange(len(places))
    # Neighbours that are too close share the mean of what they want (isotonic regression).
    groups = []
    for wanted in places - steps:
        groups.append([wanted, 1])
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (a, m), (b, n) = groups[-2:]
            groups[-2:] = [[(a * m + b * n) / (m + n), m + n]]
    moved = np.concatenate([np.full(n, value) for value, n in groups]) if groups else places
    return np.clip(moved, low, max(low, high - apart * (len(places) - 1))) + steps


def name_times(axes, named: dict) -> list:
    """Dotted vertical lines at the values of a dict name -> x, with the names above the panel; those
    that there is no room for are left out and returned."""
    across = axes.transData.transform([(x, 0) for x in named.values()])[:, 0] if named else []
    box, dpi = axes.bbox, axes.figure.dpi
    order = np.argsort(across, kind="stable")
    fitting = max(1, int(box.width / dpi / _LINE))
    step = max(1, -(-len(order) // fitting))
    names, kept = list(named), list(order[::step])
    at = spread([across[i] / dpi for i in kept], _LINE, box.x0 / dpi, box.x1 / dpi)
    for i, inches in zip(kept, at):
        x = named[names[i]]
        axes.axvline(x, color=GREY, linewidth=0.4, linestyle=(0, (1, 3)), zorder=0.9)
        axes.annotate(names[i], (x, 1), ((inches * dpi - across[i]) / dpi * 72, 6),
                      xycoords=axes.get_xaxis_transform(), textcoords="offset points", rotation=90,
                      ha="center", va="bottom", fontsize=SIZE, color=GREY, annotation_clip=False,
                      arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.3,
                                  "shrinkA": 0, "shrinkB": 0})
    return [name for i, name in enumerate(names) if i not in kept]


def name_markers(axes, named, markers) -> list:
    """Names (x, y, text) beside their markers, clear of each other and of all `markers` (x, y).

    Those that there is no room for are left out and returned.
    """
    dpi = axes.figure.dpi
    reach = 2.2 / 72 * dpi
    taken = [(x - reach, y - reach, x + reach, y + reach)
             for x, y in axes.transData.transform(markers)] if len(markers) else []
    left_out = []
    for x, y, text in named:
        centre = axes.transData.transform((x, y))
        width, height = inches_of(text, SIZE) * dpi, _LINE * dpi
        for dx, dy in _PLACES:
            left = centre[0] + dx / 72 * dpi - (width if dx < 0 else width / 2 if dx == 0 else 0)
            low = centre[1] + dy / 72 * dpi
            box = (left, low, left + width, low + height)
            if _free(box, taken) and _inside(box, axes.bbox):
                taken.append(box)
                _write(axes, (x, y), text, (dx, dy))
                break
        else:
            left_out.append(text)
    return left_out


def _free(box, taken) -> bool:
    return not any(box[0] < other[2] and other[0] < box[2] and box[1] < other[3]
                   and other[1] < box[3] for other in taken)


def _inside(box, frame) -> bool:
    return frame.x0 < box[0] and box[2] < frame.x1 and frame.y0 < box[1] and box[3] < frame.y1


def _write(axes, at, text: str, offset) -> None:
    far = max(map(abs, offset)) > 8
    axes.annotate(text, at, offset, textcoords="offset points", fontsize=SIZE, color=GREY, zorder=6,
                  ha={-1: "right", 0: "center", 1: "left"}[int(np.sign(offset[0]))], va="bottom",
                  arrowprops={"arrowstyle": "-", "color": GREY, "linewidth": 0.3, "shrinkA": 0,
                              "shrinkB": 2} if far else None)
