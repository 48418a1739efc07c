"""How a model learns through each scheme, against steps or time.

From the file of an experiment of the kind `training`. A panel for each number of lost workers and each
setting of the sweep, a line for each scheme. Lines are means over the trials, bands their 95 %
intervals. Against time, each trial is read off at the same moments by straight lines between its rows,
up to the moment at which the first trial of a scheme ends. `--y gradient_error` draws the noise of the batch itself,
which no code can undercut, as a grey dashed line. A trial that diverged makes its scheme end where the
first value is not finite.
"""

from __future__ import annotations

import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError
from ..losses import loss_level
from ..stats import estimate_mean
from ..learning import open_trainings

LABELS = {"test_accuracy": "test accuracy", "test_loss": "test loss (nat)",
          "train_loss": "loss of the batch (nat)",
          "gradient_error": r"relative error of the gradient",
          "gradient_cosine": "cosine to the exact gradient",
          "weight_amplification": r"$\sum |w_n|$",
          "decoding_error": "decoding error", "received": "answers"}
LOGARITHMIC = ("test_loss", "train_loss", "gradient_error", "decoding_error")


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--x", choices=("step", "seconds"), default="step",
                           help="x: steps, or time on the clock of the run")
    arguments.add_argument("--y", choices=sorted(LABELS), default="test_accuracy",
                           help="what is drawn (default test_accuracy)")
    arguments.add_argument("--above", type=float, metavar="Y", help="the axis begins here")
    arguments.add_argument("--until", type=float, metavar="X", help="the axis of x ends here")
    return arguments


def curve(trials, x_name: str, y_name: str, points: int = 60) -> tuple:
    """(x, estimates): the mean over trials at common places."""
    tables = [rows[np.isfinite(rows[x_name])] for rows in trials.values()]
    if x_name == "step":
        shared = sorted(set.intersection(*(set(rows["step"].tolist()) for rows in tables)))
        values = [rows[y_name][np.isin(rows["step"], shared)] for rows in tables]
        x = np.array(shared, float)
    else:
        x = np.linspace(0, min(rows["seconds"][-1] for rows in tables), points)
        values = [np.interp(x, rows["seconds"], rows[y_name]) for rows in tables]
    estimates = [estimate_mean(column) for column in np.array(values, float).T]
    known = [i for i, e in enumerate(estimates) if e.known]
    return x[known], [estimates[i] for i in known]


def _draw(axes, line, trainings, options, look) -> bool:
    drawn = False
    for point in line.points:
        if point.index not in trainings:
            continue
        x, estimates = curve(trainings[point.index], options.x, options.y)
        if not len(x):
            continue
        value = [e.value for e in estimates]
        axes.plot(x, value, color=look["color"], linestyle=look["linestyle"], marker=look["marker"],
                  markevery=max(1, len(x) // 8), markersize=3, label=line.name)
        style.draw_interval(axes, x, value, [e.low for e in estimates],
                            [e.high for e in estimates], look)
        drawn = True
    return drawn


def _draw_noise(axes, members, trainings, options) -> None:
    """Of the first scheme: the batches of all are the same, or alike."""
    found = [trainings[p.index] for p in members if p.index in trainings]
    if not found or options.y != "gradient_error":
        return
    x, estimates = curve(found[0], options.x, "batch_noise")
    axes.plot(x, [e.value for e in estimates], color=style.GREY, linestyle=(0, (4, 2)),
              label="batch against all data")


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers, pool=False)
    trainings = open_trainings(results.path)
    others = sorted({str(series.extras(p)) for p in points})
    panels = series.group_panels(points, lambda p: (*loss_level(p), str(series.extras(p))))
    names = style.line_styles(
        [style.Named(name, kind) for name, kind in
         dict.fromkeys((series.scheme_name(p.scheme), p.kind) for p in points)])
    figure, grid = layout.panel_grid(len(panels), options.columns)
    drawn = False
    for axes, ((symbol, value, _), members) in zip(grid, panels.items()):
        for point in members:
            name = series.scheme_name(point.scheme)
            drawn |= _draw(axes, style_line(name, [point]), trainings, options, names[name])
        _draw_noise(axes, members, trainings, options)
        extra = series.extras(members[0]) if len(others) > 1 else {}
        settings = [f"{series.parameter_name(p)} = {v}" for p, v in extra.items()]
        axes.set_title(", ".join([f"${symbol}$ = {value:g}", *settings]), fontsize=7)
        axes.set_xlabel("step" if options.x == "step" else "time (s)")
        if options.y in LOGARITHMIC and axes.has_data():
            style.log_y(axes)
        if options.above is not None:
            axes.set_ylim(bottom=options.above)
        axes.set_xlim(left=0, right=options.until)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(LABELS[options.y])
    if not drawn:
        raise LaggardError(f"'{results.path}' has nothing to draw", f"no finite {options.y}",
                           "choose another --y")
    notes = _diverged(points) + series.file_notes(results, points)
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes


def style_line(name: str, points: list):
    """A line of one point."""
    return series.Line(name=name, kind=points[0].kind, points=points)


def _diverged(points) -> list:
    return [f"{series.scheme_name(p.scheme)}, point {p.index}: "
            f"{int(p.column('diverged').sum())} of {len(p.trials)} trainings diverged"
            for p in points if np.nansum(p.column("diverged")) > 0]
