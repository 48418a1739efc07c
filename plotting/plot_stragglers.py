"""Error against the number of stragglers S: one panel per N, one line per scheme.

Where chance decides how many workers are lost (Bernoulli stragglers, a deadline, the fastest
few), x is the mean number of lost workers instead. Bands: 95 % bootstrap intervals.
"""

from __future__ import annotations

import sys

import numpy as np

import laggard_series as series
import laggard_style as style
from laggard_cli import figure_main, figure_parser
from laggard_results import LaggardError

METRICS = {"mse": (None, "MSE"), "rmse": (np.sqrt, "RMSE")}


def parser():
    """Arguments of this script."""
    arguments = figure_parser("stragglers", "error against the number of stragglers")
    arguments.add_argument("--metric", choices=sorted(METRICS), default="rmse")
    arguments.add_argument("--x", choices=("auto", "configured", "lost"), default="auto",
                           help="x: configured stragglers, or mean lost workers")
    return arguments


def straggler_axis(points, choice: str = "auto"):
    """(x(point), label, symbol, pointers that x stands for) of a straggler axis."""
    if choice == "lost" or (choice == "auto" and series.losses_vary(points)):
        return (lambda p: p.lost, "mean lost workers", "lost",
                series.AXIS_PARAMETERS + series.WAIT_PARAMETERS)
    return lambda p: p.stragglers, "stragglers $S$", "S", series.AXIS_PARAMETERS


def label_axis(axes, points, x, label: str, symbol: str) -> None:
    """Ticks and label of a straggler axis."""
    if symbol == "S":
        style.data_ticks(axes, [x(p) for p in points], logarithmic=False)
    axes.set_xlabel(label)


def exact_below(estimates):
    """Lower limit of y that leaves out exact recoveries without losses, or None.

    A scheme that is exact at S = 0 errs by rounding alone; on a log axis that one point would
    squeeze everything else into a line. It is left out if a gap of four decades separates it.
    """
    values = sorted((v, at) for e in estimates for v, at in zip(e.value, e.x)
                    if np.isfinite(v) and v > 0)
    for (low, _), (high, _) in zip(values, values[1:]):
        if high > 1e4 * low and all(at == 0 for v, at in values if v <= low):
            return 0.5 * high
    return None


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    transform, y_label = METRICS[options.metric]
    x, x_label, symbol, pointers = straggler_axis(points, options.x)
    styles = style.line_styles(series.group_lines(points, pointers))
    panels = series.group_panels(points, lambda p: p.workers)
    figure, grid = style.panel_grid(len(panels), options.columns)
    notes = []
    drawn = []
    for axes, (workers, members) in zip(grid, panels.items()):
        for line in series.group_lines(members, pointers):
            e = series.Estimates(line, x, "mse", transform)
            notes += [f"N = {workers}, {note}" for note in e.notes(y_label, symbol)]
            drawn.append(e)
            style.draw_line(axes, e.x, e.value, e.low, e.high, styles[line.name], line.name)
        axes.set_title(f"$N$ = {workers}")
        label_axis(axes, members, x, x_label, symbol)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(y_label)
    if not any(axes.has_data() for axes in grid):
        raise LaggardError(f"'{results.path}' has nothing to draw on a log scale",
                           "; ".join(notes) or "no finite value", "see `plot table`")
    bottom = exact_below(drawn)
    if bottom is not None:
        notes.append(f"exact at {symbol} = 0 to rounding, below the axis: "
                     + ", ".join(e.line.name for e in drawn if min(e.value, default=bottom) < bottom))
    for axes in grid:
        style.log_y(axes)
        if bottom is not None:
            axes.set_ylim(bottom=bottom)
    notes += series.file_notes(results, points)
    return style.finish(figure, notes, style.shared_legend(grid), options.notes), notes


if __name__ == "__main__":
    sys.exit(figure_main("stragglers", parser, make_figure, None))
