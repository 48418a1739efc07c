"""Distributions of the completion time: the share of trials that are decoded by a time.

A panel per scheme, a line per wait policy. Schemes whose trials end at the same times, as on the
virtual clock all that give work to the same workers, share a panel. The cross on a line is its 95 %
quantile. `--table` prints medians, these quantiles and the errors as Markdown instead.
"""

from __future__ import annotations

import sys

import numpy as np

import laggard_series as series
import laggard_style as style
from laggard_cli import draw, figure_parser, guarded, read, with_progress
from plot_tradeoff import check_times, policy_of

_LOG_SPAN = 8.0
_LATE = 0.95
_IGNORED = series.AXIS_PARAMETERS + series.WAIT_PARAMETERS + ("/wait/kind", "/data_points")


def parser():
    """Arguments of this script."""
    arguments = figure_parser("completion", "distributions of the completion time")
    arguments.add_argument("--table", action="store_true",
                           help="print times and errors as Markdown instead of drawing")
    return arguments


def shares(times) -> tuple:
    """(sorted finite times, share of all trials that ended by then)."""
    times = np.sort(times)
    ended = times[np.isfinite(times)]
    return ended, np.arange(1, len(ended) + 1) / max(len(times), 1)


def policy_name(point) -> str:
    """For example "fastest 30", "all"."""
    return " ".join(dict.fromkeys(policy_of(point)))


def _policies(line) -> dict:
    """Name of the policy -> the completion times of its trials."""
    found = {}
    for point in line.points:
        found.setdefault(policy_name(point), []).append(point.column("completion_seconds"))
    return {name: np.concatenate(times) for name, times in found.items()}


def _panels(points) -> list:
    """(title, policies) per distinct set of completion times, in the order of the schemes."""
    panels = []
    by_size = series.group_panels(points, lambda p: (p.workers, p.data_points,
                                                     *series.loss_level(p)))
    for (workers, _, symbol, losses), members in by_size.items():
        where = "" if len(by_size) == 1 else f"\n$N$ = {workers}, ${symbol}$ = {losses:g}"
        known = {}
        for line in series.group_lines(members, _IGNORED):
            policies = _policies(line)
            key = repr([(name, np.sort(times).tobytes()) for name, times in policies.items()])
            known.setdefault(key, ([], policies))[0].append(line.name)
        panels += [(", ".join(names) + where, policies) for names, policies in known.values()]
    return panels


def _draw(axes, policies: dict, looks: dict) -> list:
    """The lines of a panel; notes on trials that never ended."""
    notes = []
    for name, times in policies.items():
        ended, share = shares(times)
        look = looks[name]
        if len(ended):
            axes.step(np.concatenate(([ended[0]], ended)), np.concatenate(([0.0], share)),
                      where="post", label=name, color=look["color"], linestyle=look["linestyle"])
            late = np.searchsorted(share, _LATE)
            if late < len(ended):
                axes.plot(ended[late], share[late], marker="+", color=look["color"], gid="late")
        if len(ended) < len(times):
            notes.append(f"{name}: {len(times) - len(ended)} of {len(times)} trials without a "
                         "finite completion time")
    return notes


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    check_times(points, results.path)
    panels = _panels(points)
    names = dict.fromkeys(name for _, policies in panels for name in policies)
    looks = style.line_styles([style.Named(name) for name in names])
    figure, grid = style.panel_grid(len(panels), options.columns)
    notes = []
    for axes, (title, policies) in zip(grid, panels):
        notes += [f"{title.replace(chr(10), ', ')}: {note}"
                  for note in _draw(axes, policies, looks)]
        axes.set_title(title)
        axes.set_xlabel("completion time (s)")
        axes.set_ylim(0, 1.03)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel("trials decoded by then")
    _scale(grid, [times for _, policies in panels for times in policies.values()])
    notes += series.file_notes(results, points)
    return style.finish(figure, notes, style.shared_legend(grid), options.notes), notes


def _scale(grid, times: list) -> None:
    """The same times on x in every panel, logarithmic where they span much."""
    ended = np.concatenate(times)
    ended = ended[np.isfinite(ended) & (ended > 0)]
    low, high = ended.min(), ended.max()
    for axes in grid:
        if high / low > _LOG_SPAN:
            axes.set_xscale("log")
            if high / low < 100:
                style.within_decade(axes.xaxis, np.log10(high / low))
            axes.set_xlim(0.9 * low, 1.1 * high)
        else:
            axes.set_xlim(low - 0.03 * (high - low), high + 0.03 * (high - low))


def make_table(results, options) -> str:
    """A row per policy, a column per scheme: median and 95 % quantile (s), RMSE, accuracy."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    check_times(points, results.path)
    cells, several = {}, len({(p.workers, p.stragglers) for p in points}) > 1
    names = []
    for line in series.group_lines(points, _IGNORED):
        names.append(line.name)
        for point in line.points:
            policy = policy_name(point)
            row = f"{policy}, N = {point.workers}, S = {point.stragglers}" if several else policy
            cells.setdefault(row, {})[line.name] = _cell(point)
    rows = [["wait", *map(series.plain, names)], ["---"] * (1 + len(names))]
    rows += [[row, *(found.get(name, "") for name in names)] for row, found in cells.items()]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def _cell(point) -> str:
    times = np.sort(point.column("completion_seconds"))  # NaN, never, comes last
    median, late = (times[int(np.ceil(share * len(times))) - 1] for share in (0.5, _LATE))
    error = np.sqrt(np.mean(point.column("mse")))
    text = f"{median:.3f} s, {late:.3f} s: {error:.2g}"
    accuracy = point.column("accuracy")
    return text + f", {np.mean(accuracy):.1%}" if np.isfinite(accuracy).all() else text


def main(argv=None) -> int:
    """Entry point."""
    def action(arguments):
        options = parser().parse_args(arguments)

        def work(progress):
            results = read(options.file, progress)
            if options.table:
                print(make_table(results, options), end="")
            else:
                draw("completion", make_figure, results, options, progress)

        with_progress(work)

    return guarded(action, argv)


if __name__ == "__main__":
    sys.exit(main())
