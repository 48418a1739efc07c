"""How a model learns through each scheme, against steps or time.

From the file of an experiment of the kind `training`. A panel for each N, each number of lost workers and
each setting of the sweep, a line for each scheme and each setting of its own. Lines are means over the
trials, bands their 95 % intervals. Against time, each trial is read off at the same moments by straight
lines between its rows, up to the moment at which the first trial of a scheme ends. `--y gradient_error`
draws the noise of the batch itself, which no code can undercut, as a grey dashed line: its median over the
trials. `--against SCHEME` draws how much each scheme differs from that one in the same panel, trial by
trial, where curves lie on top of each other. A trial that diverged makes its scheme end where the first
value is not finite.
"""

from __future__ import annotations

import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError, opened, table_of
from ..losses import loss_level, title_of
from ..stats import estimate_mean
from ..learning import open_trainings

LABELS = {"test_accuracy": "test accuracy", "test_loss": "test loss (nat)",
          "train_loss": "loss of the batch (nat)",
          "gradient_error": r"relative error of the gradient",
          "gradient_cosine": "cosine to the exact gradient",
          "weight_amplification": r"$\sum |w_n|$",
          "decoding_error": "decoding error", "received": "answers"}
EXACT = 1e-2  # errors of a gradient below this are those of exact codes, and would only squash the others
LOGARITHMIC = ("test_loss", "train_loss", "gradient_error", "decoding_error")


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--x", choices=("step", "seconds"), default="step",
                           help="x: steps, or time on the clock of the run")
    arguments.add_argument("--y", choices=sorted(LABELS), default="test_accuracy",
                           help="what is drawn (default test_accuracy)")
    arguments.add_argument("--against", metavar="SCHEME", help="draw differences from this scheme")
    arguments.add_argument("--above", type=float, metavar="Y", help="the axis begins here")
    arguments.add_argument("--until", type=float, metavar="X", help="the axis of x ends here")
    return arguments


def _tables(trials, x_name: str) -> dict:
    """Trial -> rows with a place on the axis."""
    return {trial: rows[np.isfinite(rows[x_name])] for trial, rows in trials.items()}


def _read_off(rows, x, x_name: str, y_name: str):
    if x_name == "step":
        return rows[y_name][np.isin(rows["step"], x)]
    return np.interp(x, rows["seconds"], rows[y_name])


def _values(trials, x_name: str, y_name: str, base=None, points: int = 60) -> tuple:
    """(x, values by trial and place): at common places, and less those of the same trial of `base` if
    there are any."""
    tables = _tables(trials, x_name)
    others = _tables(base, x_name) if base else {}
    if base:
        tables = {trial: rows for trial, rows in tables.items() if trial in others}
    every = [*tables.values(), *(others[trial] for trial in tables if base)]
    if not every:
        return np.array([]), np.empty((0, 0))
    if x_name == "step":
        x = np.array(sorted(set.intersection(*(set(rows["step"].tolist()) for rows in every))))
    else:
        x = np.linspace(0, min(rows["seconds"][-1] for rows in every), points)
    values = [_read_off(rows, x, x_name, y_name)
              - (_read_off(others[trial], x, x_name, y_name) if base else 0.0)
              for trial, rows in tables.items()]
    return x.astype(float), np.array(values, float)


def curve(trials, x_name: str, y_name: str, base=None) -> tuple:
    """(x, estimates): means over the trials."""
    x, values = _values(trials, x_name, y_name, base)
    estimates = [estimate_mean(column) for column in values.T]
    known = [i for i, e in enumerate(estimates) if e.known]
    return x[known], [estimates[i] for i in known]


def _draw(axes, line, trainings, options, look, base) -> bool:
    drawn = False
    for point in line.points:
        if point.index not in trainings:
            continue
        x, estimates = curve(trainings[point.index], options.x, options.y, base)
        if not len(x):
            continue
        value = [e.value for e in estimates]
        axes.plot(x, value, color=look["color"], linestyle=look["linestyle"], marker=look["marker"],
                  markevery=max(1, len(x) // 8), markersize=3, label=line.name)
        style.draw_interval(axes, x, value, [e.low for e in estimates],
                            [e.high for e in estimates], look)
        drawn = True
    return drawn


def _base_of(lines, trainings, options, path):
    """Trainings of the scheme that the others are compared with; None: they are not."""
    if options.against is None:
        return None
    # A scheme that is swept itself has several lines, whose names tell them apart.
    names = {series.plain(line.name): line.points[0] for line in lines if line.points[0].index in trainings}
    found = [names[options.against]] if options.against in names else [
        p for p in names.values() if options.against in (p.scheme, series.scheme_name(p.scheme))]
    if len(found) == 1:
        return trainings[found[0].index]
    raise LaggardError(f"'{path}' has {'several settings of' if found else 'no'} scheme "
                       f"'{options.against}' to compare with", f"it has {'; '.join(names)}",
                       "name one of them with --against")


def _draw_noise(axes, members, trainings, options) -> None:
    """Against steps of all schemes, whose batches are the same; else of the first one. The median, for
    which NaN is large: there the gradient is lost in its noise."""
    found = [trainings[p.index] for p in members if p.index in trainings]
    if not found or options.y != "gradient_error" or options.against:
        return
    alike = found if options.x == "step" else found[:1]
    pooled = {(place, trial): rows for place, trials in enumerate(alike) for trial, rows in trials.items()}
    x, values = _values(pooled, options.x, "batch_noise")
    middle = np.median(np.where(np.isnan(values), np.inf, values), axis=0)
    known = np.isfinite(middle)
    if known.any():
        axes.plot(x[known], middle[known], color=style.GREY, linestyle=(0, (4, 2)),
                  label="batch against all data (median)")


def _limit(grid, options) -> None:
    """The axes of y, which panels share: only now is everything in them."""
    for axes in grid:
        if options.y in LOGARITHMIC and axes.has_data() and options.against is None:
            low = EXACT if options.y == "gradient_error" else 0.0
            style.log_y(axes, max(axes.get_ylim()[0], low))
        if options.above is not None:
            axes.set_ylim(bottom=options.above)


def _common(point) -> dict:
    """What the sweep sets for all schemes at a point."""
    return {p: v for p, v in point.parameters.items() if not p.startswith("/schemes/")}


def _titles(panels) -> dict:
    """Panel -> N, losses, and what tells it from other panels of the same N and losses."""
    titles = {}
    for panel, members in panels.items():
        alike = [_common(others[0]) for other, others in panels.items() if other[:3] == panel[:3]]
        telling = [f"{series.parameter_name(p)} = {v}" for p, v in _common(members[0]).items()
                   if any(settings.get(p) != v for settings in alike)]
        titles[panel] = ", ".join([title_of(panel[0], panel[1:3]), *telling])
    return titles


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    steps = opened(results.path, lambda _, file: table_of(file, "training", ("point", "trial", "step")))
    return steps is not None and len(steps) > 0


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers, pool=False)
    trainings = open_trainings(results.path)
    panels = series.group_panels(points, lambda p: (p.workers, *loss_level(p), str(_common(p))))
    titles = _titles(panels)
    lines = {panel: series.group_lines(members) for panel, members in panels.items()}
    looks = style.line_styles([line for found in lines.values() for line in found])
    figure, grid = layout.panel_grid(len(panels), options.columns)
    drawn = False
    for axes, (panel, members) in zip(grid, panels.items()):
        base = _base_of(lines[panel], trainings, options, results.path)
        for line in lines[panel]:
            drawn |= _draw(axes, line, trainings, options, looks[line.name], base)
        _draw_noise(axes, members, trainings, options)
        axes.set_title(titles[panel], fontsize=7)
        axes.set_xlabel("step" if options.x == "step" else "time (s)")
        axes.set_xlim(left=0, right=options.until)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(LABELS[options.y] if base is None else
                            f"{LABELS[options.y]}\nminus that of {series.scheme_name(options.against)}")
    _limit(grid, options)
    if not drawn:
        raise LaggardError(f"'{results.path}' has nothing to draw", f"no finite {options.y}",
                           "choose another --y")
    notes = _diverged(points) + series.file_notes(results, points)
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes


def _diverged(points) -> list:
    return [f"{series.scheme_name(p.scheme)}, point {p.index}: "
            f"{int(p.column('diverged').sum())} of {len(p.trials)} trainings diverged"
            for p in points if np.nansum(p.column("diverged")) > 0]
