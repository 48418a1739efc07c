"""Latency against accuracy of a server's policies.

A line for each policy joins its points in the order of a swept number, such as the time for which
approximate answers are held back; that number stands beside its first and its last point. Up and to
the left is better. The bars are 95 % intervals of the means over the trials. A panel for each
combination of what else is swept.
"""

from __future__ import annotations

import json

import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError
from ..stats import estimate_mean
from .latency import METRICS, pointer_of_axis, values_of
from .sweep import _number, candidates

_TIMES = [name for name in METRICS if name not in ("approximated", "accuracy")]


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--along", metavar="/POINTER", help="swept JSON pointer, or its last part, "
                           "that a line follows (default: the first number swept)")
    arguments.add_argument("--metric", choices=_TIMES, default="p999")
    return arguments


def _draw(axes, line, pointer, look, metric) -> bool:
    """Whether there is anything of the line."""
    members = sorted(line.points, key=lambda p: p.setting(pointer))
    times = [estimate_mean(values_of(p, metric)) for p in members]
    shares = [p.estimate("accuracy") for p in members]
    there = [i for i, (t, s) in enumerate(zip(times, shares)) if t.known and s.known]
    if not there:
        return False
    x, y = (np.array([estimates[i].value for i in there]) for estimates in (times, shares))
    lengths = [style.bars(*np.transpose([(e[i].value, e[i].low, e[i].high) for i in there]))
               for e in (times, shares)]
    axes.plot(x, y, label=line.name, color=look["color"], marker=look["marker"], markersize=4, lw=1.2)
    axes.errorbar(x, y, xerr=lengths[0], yerr=lengths[1], fmt="none", ecolor=look["color"], elinewidth=0.6)
    distinct = len({(round(a, 6), round(b, 6)) for a, b in zip(x, y)}) > 1
    for i in (0, -1) if distinct else ():
        axes.annotate(f"{members[there[i]].setting(pointer):g}", (x[i], y[i]), xytext=(4, 3),
                      textcoords="offset points", fontsize=6, color=look["color"])
    return True


def _others(point, pointer: str) -> dict:
    """What else the sweep sets at a point."""
    return {key: value for key, value in point.parameters.items() if key != pointer}


def _panel(point, pointer: str) -> tuple:
    """A key for the rest of the sweep, of numbers in their order, then of words and lists."""
    return tuple((key, 0, value, "") if _number(value) else (key, 1, 0, json.dumps(value))
                 for key, value in _others(point, pointer).items())


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    points = results.drawn
    return series.recorded(points, "p999", "accuracy") and bool(candidates(points))


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    if not any("p999" in (p.trials.dtype.names or ()) for p in points):
        raise LaggardError(f"'{results.path}' has no latencies", "it has no table /latency",
                           'run a configuration with "experiment": "serving"')
    if all(np.isnan(p.column("accuracy")).all() for p in points):
        raise LaggardError(f"'{results.path}' has no accuracies", "nobody said how many answers are right",
                           "set /serving/accuracy, and \"accuracy\" of each policy")
    pointer = pointer_of_axis(points, options.along, results.path, "--along")
    lines = series.group_lines(points, (*series.AXES, *{k for p in points for k in p.parameters}))
    styles = style.line_styles(lines)
    panels = series.group_panels(points, lambda p: _panel(p, pointer))
    figure, grid = layout.panel_grid(len(panels), options.columns, share_y=False)
    notes = [f"the numbers on a line: {series.parameter_name(pointer)} at its ends"]
    for axes, members in zip(grid, panels.values()):
        for line in series.within(lines, members):
            if not _draw(axes, line, pointer, styles[line.name], options.metric):
                notes.append(f"{line.name}: queues without bound")
        axes.set_title(", ".join(f"{series.parameter_name(k)} = {v}"
                                 for k, v in _others(members[0], pointer).items()))
        axes.set_xlabel(METRICS[options.metric])
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel("accuracy")
    notes += series.file_notes(results, points)
    layout.finish(figure, notes, layout.shared_legend(grid), options.notes)
    return figure, notes
