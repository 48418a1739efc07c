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
from laggard_floor import Floor, bottom_of
from laggard_results import LaggardError

METRICS = {"mse": (None, "MSE"), "rmse": (np.sqrt, "RMSE")}


def parser():
    """Arguments of this script."""
    arguments = figure_parser("stragglers", "error against the number of stragglers")
    arguments.add_argument("--metric", choices=sorted(METRICS), default="rmse")
    arguments.add_argument("--x", choices=("auto", "configured", "lost"), default="auto",
                           help="x: configured stragglers, or mean lost workers")
    arguments.add_argument("--full-axis", action="store_true",
                           help="an axis down to exact recoveries at S = 0")
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


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    transform, y_label = METRICS[options.metric]
    x, x_label, symbol, pointers = straggler_axis(points, options.x)
    styles = style.line_styles(series.group_lines(points, pointers))
    panels = series.group_panels(points, lambda p: p.workers)
    figure, grid = style.panel_grid(len(panels), options.columns)
    floor, places = Floor(y_label, symbol), sorted({x(p) for p in points})
    notes = [] if len(places) > 1 else [
        f"only {symbol} = {places[0]:g} in the file; `plot convergence` draws the error over N"]
    for axes, (workers, members) in zip(grid, panels.items()):
        where = f"N = {workers}"
        for line in series.group_lines(members, pointers):
            e = series.Estimates(line, x, "mse", transform)
            notes += [f"{where}, {note}" for note in e.notes(y_label)]
            floor.line(axes, e, styles[line.name], line.name, where)
        axes.set_title(f"$N$ = {workers}")
        label_axis(axes, members, x, x_label, symbol)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(y_label)
    if not any(e.x for e in floor.drawn):
        raise LaggardError(f"'{results.path}' has nothing to draw on a log scale",
                           "; ".join(notes) or "no finite value above 0", "see `plot table`")
    notes += floor.settle(None if options.full_axis else
                          bottom_of(floor.drawn, by_rounding=False, at_zero=True))
    notes += series.file_notes(results, points)
    return style.finish(figure, notes, style.shared_legend(grid), options.notes), notes


if __name__ == "__main__":
    sys.exit(figure_main("stragglers", parser, make_figure, None))
