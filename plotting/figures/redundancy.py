"""Accuracy and error against redundancy N / K, over the files of several runs.

It takes several files, because codes of groups (parm, learned) fill N = K (k + r) / k workers and so
are configured anew for each N. Lines go by the labels of the schemes, columns by the level of losses;
bands are 95 % intervals of the mean. A line has one dataset and one model. A setting that several
files have is drawn from the first of them, and the others are named.
"""

from __future__ import annotations

import argparse
import json
import sys

import numpy as np

from .. import layout, series, style
from ..cli import draw, figure_parser, names, read
from ..files import LaggardError
from ..floor import Floor, bottom_of
from ..losses import loss_level

METRICS = {"accuracy": ("accuracy", None, "accuracy"),
           "relative": ("agreement", None, "agreement with model"),
           "rmse": ("mse", np.sqrt, "RMSE")}
_ROUNDING = 1e-6  # of an error, not squared: networks compute in single precision
_MACHINE = ("/model/threads", "/model/device")  # where the model runs, not what it is


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__, several=True)
    arguments.add_argument("--metric", type=_metrics, default=["accuracy", "rmse"],
                           metavar="A,B", help="of accuracy, relative (agreement) and rmse "
                                               "(default accuracy,rmse)")
    return arguments


def redundancy(point) -> float:
    """Workers per data point."""
    return point.workers / point.data_points


def _metrics(text: str) -> list:
    found = names(text)
    unknown = [metric for metric in found if metric not in METRICS]
    if unknown or not found:
        raise argparse.ArgumentTypeError(f"'{text}' is not a list of {', '.join(METRICS)}")
    return found


def _subject(point) -> dict:
    """Which model of which data."""
    return {p: v for p, v in {**point.config, **point.parameters}.items()
            if p.startswith(("/dataset/", "/model/")) and p not in _MACHINE}


def _chosen(files, options) -> list:
    """The points of all files. Raises where a line would join different data or models; says which
    points repeat an earlier file's."""
    points, lines, settings = [], {}, {}
    for results in files:
        found = series.select(results, options.schemes, options.workers, options.stragglers)
        repeated = []
        for point in found:
            setting, subject = series.setting_of(point), _subject(point)
            path, first = lines.setdefault(setting[0], (results.path, subject))
            # What only one of them has is a member that another version did not know.
            differing = [p for p in first if p in subject and subject[p] != first[p]]
            if differing:
                raise LaggardError(
                    f"cannot join '{path}' and '{results.path}' in one curve of '{point.scheme}'",
                    "{} is {} and {}".format(differing[0], *(json.dumps(of[differing[0]])
                                                             for of in (first, subject))),
                    "draw them apart, or run one with other labels")
            if settings.setdefault(setting, results) is results:
                points.append(point)
            else:
                repeated.append(str(settings[setting].path))
        if repeated:
            print(f"laggard-plot: {len(repeated)} of {len(found)} points of '{results.path}' are "
                  f"not drawn ('{', '.join(dict.fromkeys(repeated))}' has the same labels, N, K "
                  "and losses); leave out one of the files, or run one with other labels",
                  file=sys.stderr)
    return points


def _draw_panel(axes, lines, metric: str, styles) -> list:
    column, transform, what = METRICS[metric]
    notes, floor = [], Floor(what, "N / K")
    for line in lines:
        e = series.Estimates(line, redundancy, column, transform, logarithmic=metric == "rmse")
        notes += e.notes(what, "N / K")
        if metric == "rmse":
            floor.line(axes, e, styles[line.name], line.name)
        else:
            style.draw_line(axes, e.x, e.value, e.low, e.high, styles[line.name], line.name)
    return notes + (floor.settle(bottom_of(floor.drawn, 0.5, rounding=_ROUNDING))
                    if metric == "rmse" else [])


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    points = results.drawn
    return series.recorded(points, "mse", "accuracy") and len({redundancy(p) for p in points}) > 1


def make_figure(files, options):
    """(figure, notes). `files` are results."""
    points = _chosen(files, options)
    if len({redundancy(p) for p in points}) < 2:
        raise LaggardError(f"'{files[0].path}' has one redundancy",
                           f"every point has N / K = {redundancy(points[0]):g}",
                           "add files of other N, or sweep /workers")
    metrics = [m for m in options.metric if m == "rmse" or series.classifies(points)]
    if not metrics:
        raise LaggardError(f"'{files[0].path}' has no {' or '.join(options.metric)}",
                           "it has no labels, and its model no classes", "use --metric rmse")
    lines = series.group_lines(points)
    styles = style.line_styles(lines)
    # The level of losses of a run with random counts is their share of the workers.
    panels = series.group_panels(points, _level)
    figure, grid = layout.panel_grid(len(panels) * len(metrics), options.columns, share_y=False,
                                    across=len(panels) if len(panels) > 1 else None)
    notes = []
    cells = [(m, level, members) for m in metrics for level, members in panels.items()]
    for axes, (metric, level, members) in zip(grid, cells):
        where = f"{level[0]} = {level[1]:g}"
        notes += [f"{where}, {note}" for note in
                  _draw_panel(axes, series.within(lines, members), metric, styles)]
        if metric == "accuracy":
            style.draw_base(axes, np.concatenate([p.column("base_accuracy") for p in members]))
        axes.set_title(f"${level[0]}$ = {level[1]:g}")
        axes.set_ylabel(METRICS[metric][2])
        axes.set_xlabel("redundancy $N/K$")
    for results in files:
        notes += series.file_notes(results, [p for p in points if p in results.points])
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes


def _level(point) -> tuple:
    symbol, value = loss_level(point)
    return (symbol, value) if symbol == "p" else ("S/N", round(value / point.workers, 3))


def run(options, progress) -> None:
    """Draws the points of all files."""
    draw(make_figure, [read(path, progress) for path in options.files], options, progress)
