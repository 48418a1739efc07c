"""Error against the number of lost workers.

A panel for each N, a line for each scheme. Where chance decides how many workers are lost (Bernoulli
stragglers, a deadline, waiting for the fastest few), x is the mean number of lost workers instead of
S. Bands are 95 % intervals of the mean.
"""

from __future__ import annotations


import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..floor import Floor, bottom_of
from ..files import LaggardError
from ..losses import loss_level, straggler_axis

METRICS = {"mse": (None, "MSE"), "rmse": (np.sqrt, "RMSE")}


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--metric", choices=sorted(METRICS), default="rmse")
    arguments.add_argument("--x", choices=("auto", "configured", "lost"), default="auto",
                           help="x: configured number of lost workers, or their mean")
    arguments.add_argument("--full-axis", action="store_true",
                           help="an axis down to exact recoveries at S = 0")
    return arguments


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    points = results.drawn
    several = len({loss_level(p) for p in points}) > 1 or len({p.workers for p in points}) == 1
    return several and series.recorded(points, "mse")


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    transform, y_label = METRICS[options.metric]
    x, x_label, symbol, pointers = straggler_axis(points, options.x)
    lines = series.group_lines(points, pointers)
    styles = style.line_styles(lines)
    panels = series.group_panels(points, lambda p: p.workers)
    figure, grid = layout.panel_grid(len(panels), options.columns)
    floor, places = Floor(y_label, symbol), sorted({x(p) for p in points})
    notes = [] if len(places) > 1 else [
        f"only {symbol} = {places[0]:g} in the file; `plot convergence` draws the error over N"]
    for axes, (workers, members) in zip(grid, panels.items()):
        where = f"N = {workers}"
        for line in series.within(lines, members):
            e = series.Estimates(line, x, "mse", transform)
            notes += [f"{where}, {note}" for note in e.notes(y_label, symbol)]
            floor.line(axes, e, styles[line.name], line.name, where)
        axes.set_title(f"$N$ = {workers}")
        style.straggler_ticks(axes, [x(p) for p in members], x_label, symbol)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(y_label)
    if not any(e.x for e in floor.drawn):
        raise LaggardError(f"'{results.path}' has nothing to draw on a log scale",
                           "; ".join(notes) or "no finite value above 0", "see `plot table`")
    notes += floor.settle(None if options.full_axis else
                          bottom_of(floor.drawn, by_rounding=False, at_zero=True))
    notes += series.file_notes(results, points)
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes
