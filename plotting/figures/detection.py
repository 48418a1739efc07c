"""How many liars are caught, and how many honest workers are rejected.

A panel for each N and K, a line for each scheme and S. If the sweep changes how many liars a decoder
expects (`/schemes/0/robust/adversaries`) and `--x` names no other number, this is a receiver operating
characteristic: recall against the share of honest answers that were rejected. Otherwise recall (full) and
that share (dotted, hollow) are drawn against the swept number, for decoders that reject anybody. Both are
counted over all trials of a point. Bands are 95 % intervals by resampling trials.
"""

from __future__ import annotations

import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError
from .sweep import _axis, candidates, pointers_of_axis, value_of

EXPECTED = "adversaries"  # the last part of the pointer to B
_RESAMPLES = 500
_PANEL_AXES = {"/workers": ("$N$", "workers"), "/data_points": ("$K$", "data_points")}


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--x", metavar="/POINTER", help="swept JSON pointer, or its last part")
    return arguments


def _share(above, below, rows):
    total = below[rows].sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, above[rows].sum(axis=-1) / total, np.nan)


def shares(point) -> dict:
    """"recall" and "false" (rejected among the honest): value, low, high."""
    column = {name: point.column(name).astype(float)
              for name in ("received", "liars", "flagged", "caught")}
    pairs = {"recall": (column["caught"], column["liars"]),
             "false": (column["flagged"] - column["caught"], column["received"] - column["liars"])}
    generator = np.random.default_rng(point.index)
    trials = len(point.trials)
    drawn = generator.integers(0, trials, (_RESAMPLES, trials))
    found = {}
    for name, (above, below) in pairs.items():
        resampled = _share(above, below, drawn)
        low, high = (np.nanpercentile(resampled, [2.5, 97.5]) if np.isfinite(resampled).any()
                     else (np.nan, np.nan))
        found[name] = (float(_share(above, below, np.arange(trials))), low, high)
    return found


def _judges(point) -> bool:
    return all(np.nansum(point.column(name).astype(float)) > 0 for name in ("flagged", "liars"))


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    found = [p for p in results.drawn if _judges(p)]
    return bool(candidates(found))


def judging(points, path) -> list:
    """Points whose decoder rejects anybody, in trials with liars."""
    found = [p for p in points if _judges(p)]
    if not found:
        raise LaggardError(f"'{path}' has nobody to catch", "no decoder has rejected an answer of a "
                           "trial with liars", 'run with "adversaries" and a scheme that has "robust"')
    return found


def _line(points, pointers) -> tuple:
    """(x, shares) of the points, ascending."""
    return tuple(zip(*sorted(((value_of(p, pointers), shares(p)) for p in points),
                             key=lambda pair: pair[0])))


def _draw_roc(axes, lines, looks, pointers) -> None:
    for line in lines:
        _, found = _line(line.points, pointers)
        axes.plot([f["false"][0] for f in found], [f["recall"][0] for f in found],
                  label=line.name, clip_on=False, **looks[line.name])
    axes.set_xlabel("share of honest answers rejected")
    axes.set_ylabel("recall")
    axes.set_xlim(left=0)


def _draw_against(axes, lines, looks, pointers) -> None:
    axis = _axis([value_of(p, pointers) for line in lines for p in line.points], "auto")
    axis.dress(axes.xaxis)
    for line in lines:
        x, found = _line(line.points, pointers)
        for name, change in (("recall", {}), ("false", {"linestyle": ":", "markerfacecolor": "white"})):
            value, low, high = np.transpose([f[name] for f in found])
            style.draw_line(axes, axis.place(list(x)), value, low, high,
                            {**looks[line.name], **change},
                            line.name if name == "recall" else None)
    axes.set_xlabel(series.parameter_name(pointers[0]))
    axes.set_ylabel("recall; honest rejected (dotted)")


def _panels(points, pointers) -> dict:
    """Title -> points of one N and K, but for what the axis of x has."""
    apart = [name for pointer, name in _PANEL_AXES.items() if pointer not in pointers]
    panels = series.group_panels(points, lambda p: tuple(getattr(p, column) for _, column in apart))
    return {", ".join(f"{symbol} = {value}" for (symbol, _), value in zip(apart, panel)): members
            for panel, members in panels.items()}


def make_figure(results, options):
    """(figure, notes)."""
    points = judging(series.select(results, options.schemes, options.workers, options.stragglers),
                     results.path)
    roc = False
    if options.x is None:
        expected = [p for p in points if any(key.endswith(f"/robust/{EXPECTED}")
                                             for key in series.extras(p, ()))]
        roc = bool(expected)
        points = expected or points
    pointers = pointers_of_axis(points, EXPECTED if roc else options.x, results.path)
    points = [p for p in points if value_of(p, pointers) is not None]
    lines = series.group_lines(points, (*_PANEL_AXES, *pointers))
    looks, panels = style.line_styles(lines), _panels(points, pointers)
    figure, grid = layout.panel_grid(len(panels), options.columns, panel_height=2.4)
    for axes, (title, members) in zip(grid, panels.items()):
        (_draw_roc if roc else _draw_against)(axes, series.within(lines, members), looks, pointers)
        axes.set_ylim(-0.02, 1.02)
        axes.set_title(title)
        if not axes.get_subplotspec().is_first_col():
            axes.set_ylabel("")
    notes = series.file_notes(results, points)
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes
