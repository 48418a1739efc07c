"""Share of a server's queries that wait longer than a time, on a logarithmic axis.

A line for each policy, over the queries of all trials; a panel for each combination of the sweep. The
run needs "output": {"queries": true}. Dotted lines are the median, p99 and p99.9.
"""

from __future__ import annotations


import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError, opened, table_of

_MARKS = (0.5, 0.01, 0.001)
_DRAWN = 2000  # places on a line


def parser():
    """Arguments of this figure."""
    return figure_parser(__name__, __doc__)


def tail(latencies: np.ndarray) -> tuple:
    """(times in ms, share of the queries that wait longer), evenly spaced on the log axis."""
    ordered = np.sort(latencies)
    ranks = len(ordered) - np.unique(np.geomspace(1, len(ordered), _DRAWN).astype(int))[::-1]
    return 1e3 * ordered[ranks], 1 - (ranks + 0.5) / len(ordered)


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    queries = opened(results.path, lambda _, file: table_of(file, "queries", ("point", "trial")))
    return queries is not None and len(queries) > 0


def make_figure(results, options):
    """(figure, notes)."""
    queries = opened(results.path, lambda _, file: table_of(file, "queries", ("point", "trial")))
    if queries is None or not len(queries):
        raise LaggardError(f"'{results.path}' has no queries", "it has no table /queries",
                           'run it with "output": {"queries": true}')
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    lines = series.group_lines(points, (*series.AXES, *{q for p in points for q in p.parameters}))
    styles = style.line_styles(lines)
    panels = series.group_panels(points, lambda p: p.combination)
    figure, grid = layout.panel_grid(len(panels), options.columns)
    notes = []
    for axes, members in zip(grid, panels.values()):
        for line in series.within(lines, members):
            numbers = [p.index for p in line.points]
            latencies = queries["latency_seconds"][np.isin(queries["point"], numbers)]
            if not len(latencies):
                notes.append(f"{line.name}: queues without bound")
                continue
            times, shares = tail(latencies)
            axes.plot(times, shares, label=line.name, color=styles[line.name]["color"], lw=1.2)
        for mark in _MARKS:
            axes.axhline(mark, color=style.GREY, lw=0.5, ls=":")
        axes.set_yscale("log")
        axes.set_xlabel("time to the answer (ms)")
        axes.set_title(", ".join(f"{series.parameter_name(k)} = {v}"
                                 for k, v in members[0].parameters.items()))
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel("share that waits longer")
    notes += series.file_notes(results, points)
    layout.finish(figure, notes, layout.shared_legend(grid), options.notes)
    return figure, notes
