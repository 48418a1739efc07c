"""Latency of a server against any swept number.

A line for each policy, with the 95 % interval of the mean over the trials. Where queues grew without
bound there is no latency, and the line ends. `--metric gap` is p99.9 less the median. Hollow markers
are the rows of a table of measured latencies, as `laggard calibrate` reads it, that were measured in
the same setting.
"""

from __future__ import annotations

import csv
import json

import numpy as np

from .. import layout, series, style
from ..axis import RateAxis
from ..cli import figure_parser
from ..files import LaggardError
from ..stats import estimate_mean
from .sweep import _number, candidates, pointers_of_axis

METRICS = {"median": "median (ms)", "mean": "mean (ms)", "p99": "p99 (ms)", "p995": "p99.5 (ms)",
           "p999": "p99.9 (ms)", "gap": "p99.9 - median (ms)",
           "approximated": "share of approximate answers", "accuracy": "accuracy"}
_SHARES = ("approximated", "accuracy")


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--x", metavar="/POINTER", help="swept JSON pointer, or its last part "
                           "(default: the first number swept)")
    arguments.add_argument("--metric", choices=METRICS, default="p999")
    arguments.add_argument("--published", metavar="ROWS.csv", help="measured latencies")
    return arguments


def pointer_of_axis(points, wanted, path, option: str) -> str:
    """Pointer of the axis, which has a number at every point: of its own choice, or the wanted one."""
    def without(pointer):
        return [p for p in points if not _number(p.setting(pointer))]

    pointer = pointers_of_axis(points, wanted, path)[0]
    if wanted is None:
        pointer = next((p for p in (pointer, *candidates(points)) if not without(p)), pointer)
    if without(pointer):
        first = without(pointer)[0]
        setting = ", ".join(f"{key} = {value}" for key, value in first.parameters.items())
        raise LaggardError(f"{len(without(pointer))} of {series.counted(len(points), 'point')} of '{path}' "
                           f"have no number at '{pointer}'",
                           f"the first is {first.scheme} at {setting}",
                           f"choose a number that every point has with {option}")
    return pointer


def values_of(point, metric: str) -> np.ndarray:
    """A value for each trial, times in milliseconds."""
    if metric == "gap":
        return 1e3 * (point.column("p999") - point.column("median"))
    return point.column(metric) * (1 if metric in _SHARES else 1e3)


def published_rows(path: str) -> list:
    """(policy, settings, latencies in ms) of each row of a table."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            lines = [line for line in file if line.strip() and not line.startswith("#")]
        return [(row["policy"],
                 {k: json.loads(v) for k, v in row.items() if k.startswith("/") and v},
                 {k[:-3]: float(v) for k, v in row.items() if k.endswith("_ms") and v})
                for row in csv.DictReader(lines)]
    except (OSError, KeyError, ValueError) as error:
        raise LaggardError(f"cannot read '{path}'", str(error),
                           "give a table like those of `laggard calibrate`") from None


def measured(rows, points, pointer: str, metric: str) -> tuple:
    """(x, y) of the rows that were measured at these points of one policy, but for x."""
    found = []
    for policy, settings, latencies in rows:
        if policy != points[0].scheme or pointer not in settings:
            continue
        if metric == "gap":
            value = latencies.get("p999", np.nan) - latencies.get("median", np.nan)
        else:
            value = latencies.get(metric, np.nan)
        at = [p for p in points if all(p.setting(k) == v for k, v in settings.items())]
        if at and np.isfinite(value):
            found.append((settings[pointer], value))
    return tuple(zip(*sorted(found))) if found else ((), ())


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return series.recorded(results.drawn, "p999") and bool(candidates(results.drawn))


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    if not any("p999" in (p.trials.dtype.names or ()) for p in points):
        raise LaggardError(f"'{results.path}' has no latencies", "it has no table /latency",
                           'run a configuration with "experiment": "serving"')
    pointer = pointer_of_axis(points, options.x, results.path, "--x")
    rows = published_rows(options.published) if options.published else []
    lines = series.group_lines(points, (*series.AXES, pointer))
    styles, notes = style.line_styles(lines), []
    swept = [p.setting(pointer) for p in points]
    rates = RateAxis(swept) if RateAxis.is_for(pointer, swept) else None
    place = rates.place if rates else np.asarray
    figure, grid = layout.panel_grid(1, options.columns)
    axes = grid[0]
    for line in lines:
        members = sorted(line.points, key=lambda p: float(place(p.setting(pointer))))
        places = np.array([p.setting(pointer) for p in members], float)
        estimates = [estimate_mean(values_of(p, options.metric)) for p in members]
        value, low, high = (np.array([getattr(e, name) for e in estimates])
                            for name in ("value", "low", "high"))
        there = np.isfinite(value)
        notes += [f"{line.name}: queues without bound at {series.parameter_name(pointer)} = {x:g}"
                  for x in places[~there]]
        style.draw_line(axes, place(places)[there], value[there], low[there], high[there],
                        styles[line.name], line.name)
        x, y = measured(rows, members, pointer, options.metric)
        axes.plot(place(x), y, linestyle="none", marker="o", markerfacecolor="none", markersize=4,
                  color=styles[line.name]["color"])
    axes.set_xlabel(series.parameter_name(pointer))
    axes.set_ylabel(METRICS[options.metric])
    if rates:
        rates.dress(axes.xaxis)
    notes += ["hollow markers: measured"] if rows else []
    notes += series.file_notes(results, points)
    layout.panel_legend(axes)
    layout.finish(figure, notes, show_notes=options.notes)
    return figure, notes
