"""How every figure looks: colours, lines, ticks, files; layout.py has the sizes.

Colours are Okabe and Ito's, told apart under every common colour blindness; markers and line
styles differ as well, so that a grey print can be read.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import matplotlib

matplotlib.use("Agg")

import numpy as np  # noqa: E402
from matplotlib import pyplot as plt  # noqa: E402
from matplotlib import ticker  # noqa: E402

from .writing import write_whole  # noqa: E402

WIDTHS = {1: 3.5, 2: 7.0}  # inches: one column, two columns
GREY = "#666666"

# The last is their yellow, darkened: on white paper the original does not print.
# Those after it, for files of many schemes, are mostly Tol's "muted" (personal.sron.nl/~pault).
_COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9",
            "#B8A800", "#882255", "#8A5A2B", "#44AA99", "#332288"]
# All have an inside, so that they can be hollow.
_MARKERS = ["o", "s", "^", "D", "<", "v", "P", "*", "X", "p", ">", "h"]
_DASHES = ["-", (0, (5, 1.2)), (0, (4, 1.2, 1, 1.2)), (0, (2, 1)), (0, (1, 1)),
           (0, (6, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (3, 2))]
# A scheme keeps its look from figure to figure.
_SLOTS = {"letcc": 0, "bacc": 1, "nercc": 2, "lcc": 3, "uncoded": 4, "replication": 5, "parm": 6,
          "learned": 7}

STYLE = {
    "figure.dpi": 200,
    "font.size": 7, "axes.labelsize": 7.5, "axes.titlesize": 7.5, "legend.fontsize": 6.5,
    "xtick.labelsize": 6.5, "ytick.labelsize": 6.5, "axes.linewidth": 0.6,
    "lines.linewidth": 1.1, "lines.markersize": 3.6, "legend.frameon": False,
    "legend.handlelength": 2.6, "axes.grid": True, "axes.grid.which": "both",
    "grid.linewidth": 0.35, "grid.color": "#dddddd", "axes.axisbelow": True,
    "xtick.major.width": 0.6, "ytick.major.width": 0.6, "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4, "pdf.fonttype": 42, "ps.fonttype": 42, "svg.fonttype": "none",
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same figure on every machine
}


@dataclass(frozen=True)
class Named:
    """Something to be drawn that is not a scheme."""

    name: str
    kind: str = ""


def line_styles(lines) -> dict:
    """Line name -> plot keywords. The first line of a kind takes the kind's own look."""
    taken, styles = {}, {}
    for first_pass in (True, False):
        for line in lines:
            if line.name in styles:
                continue
            slot = _SLOTS.get(line.kind)
            if first_pass and (slot is None or slot in taken):
                continue
            if not first_pass:
                slot = next(s for s in range(len(taken) + len(_COLOURS)) if s not in taken)
            taken[slot] = line.name
            turn, place = divmod(slot, len(_COLOURS))
            styles[line.name] = {
                "color": _COLOURS[place],
                # Beyond twelve lines colours repeat; markers and dashes are shifted against them.
                "marker": _MARKERS[(place + 3 * turn) % len(_MARKERS)],
                "linestyle": _DASHES[(place + turn) % len(_DASHES)]}
    return styles


def draw_line(axes, x, value, low, high, style: dict, label: str):
    """Mean with markers and its interval as a band (a bar where there is only one x)."""
    if len(x) == 0:
        return None
    drawn, = axes.plot(x, value, label=label, **style)
    draw_interval(axes, x, value, low, high, style)
    return drawn


def bars(value, low, high) -> np.ndarray:
    """Lengths of error bars below and above `value`; 0 where there is no interval.

    Where all trials are alike, rounding can put their interval beside their mean.
    """
    value = np.asarray(value, float)
    lengths = np.array([value - np.asarray(low, float), np.asarray(high, float) - value])
    return np.maximum(np.nan_to_num(lengths, posinf=0.0), 0.0)


def draw_interval(axes, x, value, low, high, style: dict) -> None:
    """The band around a line."""
    low, high = np.asarray(low, float), np.asarray(high, float)
    known = np.isfinite(low) & np.isfinite(high)
    if len(x) == 1 and known.all():
        axes.errorbar(x, value, bars(value, low, high),
                      color=style["color"], capsize=2, linewidth=0.8, linestyle="none")
    elif known.any():
        axes.fill_between(x, low, high, where=known, color=style["color"], alpha=0.2, linewidth=0)


def floor_markers(axes, x, height: float, style: dict) -> None:
    """Hollow markers near the lower end of y (`height`: part of the axis), whatever its scale."""
    axes.plot(x, [height] * len(x), transform=axes.get_xaxis_transform(), linestyle="none",
              marker=style["marker"], markerfacecolor="white", markeredgecolor=style["color"],
              markeredgewidth=1.1, markersize=4.6, clip_on=False, zorder=5,
              gid="floor")


def within_decade(axis, decades: float) -> None:
    """Labelled ticks on a log axis of one or two decades, or of a part of one."""
    subs = (1, 3) if decades > 1.3 else (1, 2, 3, 5) if decades > 0.7 else (1, 1.5, 2, 3, 4, 6, 8)
    axis.set_major_locator(ticker.LogLocator(subs=subs, numticks=12))
    digits = 3 if decades > 0.02 else 4
    axis.set_major_formatter(ticker.FuncFormatter(lambda v, _: f"{v:.{digits}g}"))
    axis.set_minor_formatter(ticker.NullFormatter())


def log_y(axes, bottom=None) -> None:
    """Decades on y: thinned when there are many, subdivided and labelled when there are not two."""
    axes.set_yscale("log")
    if bottom is not None:
        axes.set_ylim(bottom=bottom)
    low, high = axes.get_ylim()
    decades = np.log10(high / low)
    if np.floor(np.log10(high)) - np.ceil(np.log10(low)) < 1:  # fewer than two powers of ten
        within_decade(axes.yaxis, decades)
    else:
        axes.yaxis.set_major_locator(ticker.LogLocator(numticks=7))
        axes.yaxis.set_minor_locator(ticker.LogLocator(subs="all", numticks=60)
                                     if decades < 4 else ticker.NullLocator())


def data_ticks(axes, values, logarithmic: bool) -> None:
    """Ticks on x at values of the sweep, as many as fit without touching."""
    values = sorted(set(values))
    scale, back = (np.log, np.exp) if logarithmic else (float, float)
    if logarithmic:
        axes.set_xscale("log")
    span = scale(values[-1]) - scale(values[0]) or 1.0
    # Set by the values, not by what is drawn: panels with points missing still line up.
    axes.set_xlim(back(scale(values[0]) - 0.05 * span), back(scale(values[-1]) + 0.05 * span))
    width = axes.get_position().width * axes.figure.get_figwidth()
    room = 0.05 * max(len(f"{v:g}") for v in values) + 0.10  # inches per label
    kept = [values[-1]]
    for value in values[-2::-1]:
        if (scale(kept[-1]) - scale(value)) / span * width * 0.9 >= room:
            kept.append(value)
    axes.xaxis.set_major_locator(ticker.FixedLocator(kept))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(lambda v, _: f"{v:g}"))
    axes.xaxis.set_minor_locator(ticker.FixedLocator([v for v in values if v not in kept]))
    axes.xaxis.set_minor_formatter(ticker.NullFormatter())


def straggler_ticks(axes, values, label: str, symbol: str) -> None:
    """Ticks and label of an axis of lost workers (losses.straggler_axis)."""
    if symbol == "S":
        data_ticks(axes, values, logarithmic=False)
    axes.set_xlabel(label)


def draw_base(axes, accuracies) -> None:
    """The model's own accuracy, if it is known."""
    if np.isfinite(accuracies).all():
        axes.axhline(np.mean(accuracies), color=GREY, linestyle=(0, (6, 2)), linewidth=0.9,
                     label="model on the raw inputs", zorder=1.5)


def output_files(output: str) -> list:
    """Files for `-o`: the one named by a suffix .png or .pdf, else both."""
    path = Path(output)
    if path.suffix.lower() in (".png", ".pdf"):
        return [path]
    return [path.with_name(path.name + suffix) for suffix in (".png", ".pdf")]


def save(figure, output: str, dpi: int = 200) -> list:
    """Writes the figure; the same data give the same bytes. Raises LaggardError."""
    files = output_files(output)
    for path in files:
        # Dates would make every run's file differ.
        kind = path.suffix.lower()[1:]
        metadata = {"CreationDate": None} if kind == "pdf" else {}
        # In memory first: what matplotlib raises where it cannot write depends on the moment.
        picture = io.BytesIO()
        figure.savefig(picture, dpi=dpi, metadata=metadata, format=kind)
        write_whole(path, picture.getbuffer())
    plt.close(figure)
    return files
