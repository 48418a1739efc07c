"""Accuracy and agreement against the number of lost workers.

A column for each N, a line for each scheme. Accuracy is measured against the labels; the dashed line
is the model's own accuracy on the same inputs. Agreement is the share of the inputs whose decoded
class is the model's own. `--relative` divides the accuracy by the model's, paired by trial. Bands are
95 % intervals of the mean.
"""

from __future__ import annotations


import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError
from ..losses import straggler_axis
from ..stats import estimate_ratio

QUANTITIES = {"accuracy": "accuracy", "relative": "accuracy / model's accuracy",
              "agreement": "agreement with model"}
_NOTED = {"relative": "relative accuracy"}
_COLUMNS = {"relative": ("accuracy", "base_accuracy")}


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--metric", choices=("all", *QUANTITIES), default="all",
                           help="one quantity (default: accuracy and agreement, if recorded)")
    arguments.add_argument("--relative", action="store_true",
                           help="accuracy relative to the model's own")
    arguments.add_argument("--x", choices=("auto", "configured", "lost"), default="auto",
                           help="x: configured number of lost workers, or their mean")
    return arguments


def recorded(points, quantity: str) -> bool:
    """Whether any trial has the quantity, and classes that give it a meaning."""
    return series.classifies(points) and series.recorded(points, *_COLUMNS.get(quantity, (quantity,)))


def _quantities(points, options, path) -> list:
    first = "relative" if options.relative else "accuracy"
    wanted = [first, "agreement"] if options.metric == "all" else [options.metric]
    if options.relative and options.metric == "accuracy":
        wanted = ["relative"]
    found = [q for q in wanted if recorded(points, q)]
    if not found:
        raise LaggardError(f"'{path}' has no {' or '.join(wanted)}",
                           "it has no labels, and its model no classes",
                           "use a model with classes and a data set with labels")
    return found


def _relative(point):
    return estimate_ratio(point.column("accuracy"), point.column("base_accuracy"))


def _draw_panel(axes, lines, points, quantity, place, styles) -> list:
    x, symbol = place
    notes = []
    for line in lines:
        e = series.Estimates(line, x, _relative if quantity == "relative" else quantity,
                             logarithmic=False)
        if recorded(line.points, quantity):
            notes += e.notes(_NOTED.get(quantity, quantity), symbol)
        style.draw_line(axes, e.x, e.value, e.low, e.high, styles[line.name], line.name)
    if quantity == "accuracy":
        style.draw_base(axes, np.concatenate([p.column("base_accuracy") for p in points]))
    elif quantity == "relative":
        style.draw_base(axes, np.ones(1))
    return notes


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    points = results.drawn
    return series.recorded(points, "mse") and any(recorded(points, c) for c in ("accuracy", "agreement"))


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    quantities = _quantities(points, options, results.path)
    x, x_label, symbol, pointers = straggler_axis(points, options.x)
    lines = series.group_lines(points, pointers)
    styles = style.line_styles(lines)
    panels = series.group_panels(points, lambda p: p.workers)
    # With two quantities each N is a row, so that a column shows one quantity.
    figure, grid = layout.panel_grid(len(panels) * len(quantities), options.columns, share_y=False,
                                    across=len(quantities) if len(quantities) > 1 else None)
    notes = []
    cells = [(q, n, members) for n, members in panels.items() for q in quantities]
    for axes, (quantity, workers, members) in zip(grid, cells):
        notes += [f"N = {workers}, {note}" for note in
                  _draw_panel(axes, series.within(lines, members), members, quantity, (x, symbol), styles)]
        if len(panels) > 1:
            axes.set_title(f"$N$ = {workers}")
        axes.set_ylabel(QUANTITIES[quantity])
        style.straggler_ticks(axes, [x(p) for p in members], x_label, symbol)
    notes += series.file_notes(results, points)
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes
