"""Residuals of one trial, with the liars marked.

A residual is the distance of an answer from the line between the answers on either side that the decoder kept
(a norm over all coordinates). Red crosses are liars, rings are answers that the decoder rejected: a cross
without a ring got through, a ring without a cross is an honest worker that was rejected. Needs
`"output": {"workers": true, "predictions": true, "coded": true}`.
"""

from __future__ import annotations

import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError

LIAR = "#D55E00"


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--point", type=int, help="which point (default: the first that has it)")
    arguments.add_argument("--trial", type=int, help="which trial (default: the first)")
    return arguments


def residuals(workers, answers, rejected) -> np.ndarray:
    """Distance of each answer from the line between its nearest kept neighbours; at the ends, from
    the nearest kept one."""
    kept = np.flatnonzero(~rejected)
    found = np.full(len(workers), np.nan)
    for i, worker in enumerate(workers):
        below, above = kept[kept < i][-1:], kept[kept > i][:1]
        sides = np.concatenate([below, above])
        if len(sides) == 2:
            a, b = sides
            share = (float(worker) - workers[a]) / (float(workers[b]) - workers[a])
            prediction = (1 - share) * answers[a] + share * answers[b]
        elif len(sides) == 1:
            prediction = answers[sides[0]]
        else:
            continue
        found[i] = np.linalg.norm(answers[i] - prediction)
    return found


def _answers(results, point, trial=None):
    """(point, trial, workers, answers, lied, rejected); None if they were not recorded."""
    stored = results.predictions(point, trial)
    if stored is None or "answers" not in stored:
        return None
    found = results.worker_rows(point, stored["trial"])
    if found is None or "lied" not in found[1].dtype.names:
        return None
    used = np.asarray(stored["used"], int)
    rows = found[1][used]
    return (point, stored["trial"], used, np.asarray(stored["answers"], float),
            rows["lied"] > 0, rows["rejected"] > 0)


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    found = (_answers(results, point) for point in results.drawn)
    return any(one is not None and one[4].any() for one in found)


def _find(results, options) -> tuple:
    """What _answers() has for the point that the options choose."""
    for point in series.chosen(results, options):
        found = _answers(results, point, options.trial)
        if found is not None:
            return found
    raise LaggardError(
        f"'{results.path}' has no answers to draw", "they are there only on request",
        'run with "output": {"workers": true, "predictions": true, "coded": true}')


def make_figure(results, options):
    """(figure, notes)."""
    point, trial, workers, answers, lied, rejected = _find(results, options)
    size = residuals(workers, answers, rejected)
    figure, (axes,) = layout.panel_grid(1, options.columns or 2, panel_height=2.2)
    positive = size[np.isfinite(size) & (size > 0)]
    low = positive.min() / 2 if len(positive) else 1e-16
    size = np.maximum(np.nan_to_num(size, nan=low), low)
    axes.vlines(workers, low, size, color="#bbbbbb", linewidth=0.5)
    axes.plot(workers[~lied], size[~lied], "o", color="#0072B2", markersize=2.6,
              label=f"honest ({int((~lied).sum())})")
    if lied.any():
        axes.plot(workers[lied], size[lied], "x", color=LIAR, markersize=5, markeredgewidth=1.3,
                  label=f"liar ({int(lied.sum())})")
    if rejected.any():
        axes.plot(workers[rejected], size[rejected], "o", markersize=8, markerfacecolor="none",
                  markeredgecolor="black", markeredgewidth=0.9,
                  label=f"rejected ({int(rejected.sum())})")
    style.log_y(axes, bottom=low)
    axes.set_xlabel("worker")
    axes.set_ylabel("distance from kept neighbours")
    axes.set_title(f"{series.scheme_name(point.scheme)}, $N$ = {point.workers}, "
                   f"$K$ = {point.data_points}")
    notes = [f"point {point.index}, trial {trial}: {int((lied & rejected).sum())} of "
             f"{int(lied.sum())} liars rejected, {int((rejected & ~lied).sum())} honest answers too"]
    return layout.finish(figure, notes, layout.shared_legend([axes]), options.notes), notes
