"""Predicted against real error: what the decoders' matrices promise, trial by trial.

The first panels have a marker for each trial: its error over the largest gap between workers that
answered, the Lebesgue constant and the noise gain of its decoder (columns of /trials, with
"output": {"certificates": true}). The line in the panel of the noise gain is what noise alone would
give. The last panel has the error that a power law in all certificates predicts: it is fitted to the even trials of
each line, and the markers are the odd ones. Notes give the rank correlations (Spearman) with the
error, and by which factor the middle prediction is wrong.
"""

from __future__ import annotations

import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError

COLUMNS = {"largest_gap": "largest gap", "lebesgue": "Lebesgue constant",
           "noise_gain": "noise gain"}
_MIN_TRIALS = 8  # of a line, for a fit that other trials test


def parser():
    """Arguments of this figure."""
    return figure_parser(__name__, __doc__)


def ranks(values) -> np.ndarray:
    """Ranks from 0; equal values share the mean of theirs."""
    values = np.asarray(values, float)
    order = np.argsort(values, kind="stable")
    found = np.empty(len(values))
    found[order] = np.arange(len(values))
    for value in np.unique(values):
        found[values == value] = found[values == value].mean()
    return found


def rank_correlation(x, y) -> float:
    """Spearman's; NaN where one of them does not vary."""
    a, b = ranks(x), ranks(y)
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])


class Cloud:
    """The trials of one line that have a positive error, and their certificates."""

    def __init__(self, line):
        self.line = line
        mse = np.concatenate([p.column("mse") for p in line.points])
        trial = np.concatenate([p.trials["trial"] for p in line.points])
        found = {c: np.concatenate([p.column(c) for p in line.points]) for c in COLUMNS}
        # A scheme without a curve has no gap.
        found = {c: values for c, values in found.items() if np.isfinite(values).any()}
        usable = np.isfinite(mse) & (mse > 0)
        for values in found.values():
            usable &= np.isfinite(values) & (values > 0)
        self.left_out = int(len(mse) - usable.sum())
        self.mse, self.trial = mse[usable], trial[usable]
        self.certificates = {c: values[usable] for c, values in found.items()}

    def predicted(self):
        """(prediction, real) of the odd trials by a power law that is fitted to the even ones; None
        if they are too few."""
        if len(self.mse) < _MIN_TRIALS or not self.certificates:
            return None
        varying = [np.log(v) for v in self.certificates.values() if np.ptp(v) > 0]
        terms = np.column_stack([np.ones(len(self.mse)), *varying])
        even = self.trial % 2 == 0
        if even.sum() <= terms.shape[1] or even.all():
            return None
        fit = np.linalg.lstsq(terms[even], np.log(self.mse[even]), rcond=None)[0]
        return np.exp(terms[~even] @ fit), self.mse[~even]

    def note(self) -> str:
        """How well the certificates tell the error."""
        parts = [f"{COLUMNS[c]} {rank_correlation(values, self.mse):.2f}"
                 for c, values in self.certificates.items() if np.ptp(values) > 0]
        text = f"{self.line.name}: rank correlation with the error: " + (
            ", ".join(parts) or "none, the certificates do not vary")
        pair = self.predicted()
        if pair is not None and parts:
            factor = np.exp(np.median(np.abs(np.log(pair[0] / pair[1]))))
            text += (f"; the power law of all of them {rank_correlation(*pair):.2f}, "
                     f"the middle prediction wrong by a factor of {factor:.1f}")
        if self.left_out:
            text += f"; {series.counted(self.left_out, 'trial')} without a finite error above 0 left out"
        return text


def _scatter(axes, x, y, look, name) -> None:
    axes.plot(x, y, linestyle="none", marker=look["marker"], color=look["color"], markersize=2.2,
              alpha=0.6, markeredgewidth=0, label=name)


def _finish(axes, x_label: str) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel(x_label)
    if axes.get_subplotspec().is_first_col():
        axes.set_ylabel("MSE of the trial")


def _identity(axes, slope: float, label: str) -> None:
    low, high = axes.get_xlim()
    axes.plot([low, high], [slope * low, slope * high], color=style.GREY, linewidth=0.8,
              linestyle=(0, (4, 2)), label=label, scalex=False, scaley=False)


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return series.recorded(results.drawn, "lebesgue")


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    clouds = [Cloud(line) for line in series.group_lines(points)]
    clouds = [cloud for cloud in clouds if cloud.certificates and len(cloud.mse)]
    if not clouds:
        raise LaggardError(f"'{results.path}' has no certificates",
                           "the columns " + ", ".join(COLUMNS) + " hold no number",
                           "run it with --set /output/certificates=true")
    styles = style.line_styles([cloud.line for cloud in clouds])
    shown = [c for c in COLUMNS if any(c in cloud.certificates for cloud in clouds)]
    figure, grid = layout.panel_grid(len(shown) + 1, options.columns)
    for axes, column in zip(grid, shown):
        for cloud in clouds:
            if column in cloud.certificates:
                _scatter(axes, cloud.certificates[column], cloud.mse, styles[cloud.line.name],
                         cloud.line.name)
        _finish(axes, COLUMNS[column])
        sigmas = {p.noise_sigma for cloud in clouds for p in cloud.line.points}
        if column == "noise_gain" and len(sigmas) == 1 and min(sigmas) > 0:
            _identity(axes, min(sigmas) ** 2, "noise alone")
    for cloud in clouds:
        pair = cloud.predicted()
        if pair is not None:
            _scatter(grid[-1], *pair, styles[cloud.line.name], cloud.line.name)
    _finish(grid[-1], "predicted MSE (fit to other trials)")
    _identity(grid[-1], 1.0, "prediction = error")
    notes = [cloud.note() for cloud in clouds] + series.file_notes(results, points)
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes
