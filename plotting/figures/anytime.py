"""Error while answers arrive: how good the estimates are before the last worker answers.

A panel for each N and level of losses, a line for each scheme: the median over the trials of the relative
error ||f^-f|| / ||f|| of the estimates from the answers that are there; the band holds the middle half of
the trials. x is the time, or the number of answers where nothing takes time (--against). Before its first
answer a scheme says zero, which has the error 1; a trial in which nobody answers keeps it. The dashed line
is the target of the configuration. The run needs "output": {"anytime": true}.
"""

from __future__ import annotations

import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError
from ..losses import loss_level, title_of

_MOMENTS = 200   # of the time axis
_QUANTILES = (0.25, 0.5, 0.75)


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--against", choices=("auto", "time", "answers"), default="auto",
                           help="x: time, or number of answers")
    return arguments


def by_trial(rows, trials) -> list:
    """(answers, times, errors) of each of the trials; a trial in which nobody answered has no rows."""
    rows = np.sort(rows, order=("trial", "received"))
    begin, end = (np.searchsorted(rows["trial"], trials, side=side) for side in ("left", "right"))
    return [(part["received"], part["arrival_seconds"], part["relative_error"])
            for part in (rows[a:b] for a, b in zip(begin, end))]


def errors_at(moments, trials, timed: bool) -> np.ndarray:
    """Trials x moments: the error from the last arrival before each moment; 1 before the first."""
    found = np.ones((len(trials), len(moments)))
    for row, (answers, times, errors) in zip(found, trials):
        place = np.searchsorted(times if timed else answers, moments, side="right")
        row[place > 0] = errors[place[place > 0] - 1]
    return found


def _moments(curves, timed: bool) -> np.ndarray:
    trials = [trial for _, found in curves for trial in found if len(trial[0])]
    if not timed:
        return np.arange(1, max((int(answers[-1]) for answers, _, _ in trials), default=1) + 1)
    return np.linspace(0, max((times[-1] for _, times, _ in trials), default=1.0), _MOMENTS)


def _draw_panel(axes, curves, styles, timed: bool) -> list:
    notes, moments = [], _moments(curves, timed)
    for line, trials in curves:
        errors = errors_at(moments, trials, timed)
        # An error that is no number is worse than any.
        ordered = np.sort(np.where(np.isnan(errors), np.inf, errors), axis=0)
        low, middle, high = ordered[np.rint(np.multiply(_QUANTILES, len(trials) - 1)).astype(int)]
        drawn = np.isfinite(middle) & (middle > 0)
        look = {**styles[line.name], "marker": ""}
        axes.plot(moments[drawn], middle[drawn], label=line.name, **look)
        style.draw_interval(axes, moments[drawn], middle[drawn],
                            np.maximum(low[drawn], 1e-3 * middle[drawn]), high[drawn], look)
        silent = sum(not len(answers) for answers, _, _ in trials)
        if silent:
            notes.append(f"{line.name}: {silent} of {len(trials)} trials without an answer, error 1")
        if (middle == 0).any():
            at = moments[np.argmax(middle == 0)]
            notes.append(f"{line.name}: exact in the middle trial from "
                         + (f"{at:.3g} s" if timed else f"{at} answers") + " on, not drawn there")
    return notes


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return any(results.anytime_rows(point) is not None for point in results.drawn[:1])


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers, pool=False)
    rows = {p: results.anytime_rows(p) for p in points}
    points = [p for p in points if rows[p] is not None]
    if not any(len(rows[p]) for p in points):
        raise LaggardError(f"'{results.path}' has no errors over time",
                           "nobody has answered" if points else "it has no table /anytime",
                           "run it with --set /output/anytime=true")
    timed = options.against == "time" or (options.against == "auto" and any(
        (rows[p]["arrival_seconds"] > 0).any() for p in points))
    lines = series.group_lines(points)
    styles = style.line_styles(lines)
    panels = series.group_panels(points, lambda p: (p.workers, loss_level(p)))
    figure, grid = layout.panel_grid(len(panels), options.columns, share_y=False)
    notes = []
    for axes, ((workers, level), members) in zip(grid, panels.items()):
        curves = [(line, [t for p in line.points for t in by_trial(rows[p], p.trials["trial"])])
                  for line in series.within(lines, members)]
        where = title_of(workers, level)
        notes += [f"{where}, {note}" for note in _draw_panel(axes, curves, styles, timed)]
        target = members[0].setting("/output/target_error")
        if target is not None:
            axes.axhline(target, color=style.GREY, linestyle=(0, (4, 2)), linewidth=0.8,
                         label="target")
        style.log_y(axes)
        axes.set_title(where)
        axes.set_xlabel("time (s)" if timed else "answers")
        axes.set_ylabel("relative error")
    notes += series.file_notes(results, points)
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes
