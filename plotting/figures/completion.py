"""Share of the trials that are decoded by a time, by scheme and wait policy.

A panel for each scheme, N, K and level of losses, a line for each wait policy. Schemes whose trials end at
the same times share a panel; on the virtual clock these are all schemes that give work to the same workers.
The cross on a line is its 95 % quantile. `--table` prints medians, these quantiles and the errors as
Markdown.
"""

from __future__ import annotations

import numpy as np

from .. import layout, series, style
from ..cli import draw, figure_parser, put_text, read
from ..files import LaggardError
from ..waits import AXES, check_times, has_times, policy_name, size_panels, size_titles

_LOG_SPAN = 8.0
_LATE = 0.95


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--table", action="store_true",
                           help="print times and errors as Markdown instead of drawing")
    return arguments


def shares(times) -> tuple:
    """(sorted finite times, share of all trials that ended by then)."""
    times = np.sort(times)
    ended = times[np.isfinite(times)]
    return ended, np.arange(1, len(ended) + 1) / max(len(times), 1)


def _policies(line) -> dict:
    """Name of the policy -> its point, of a line within a panel."""
    found = {policy_name(point): point for point in line.points}
    if len(found) < len(line.points):
        raise LaggardError(f"several wait policies of {line.name} have one name",
                           f"their numbers are the same: {', '.join(found)}",
                           "sweep those that differ in words in runs of their own")
    return found


def _panels(points) -> list:
    """(title, policies) per distinct set of completion times, in the order of the schemes."""
    panels = []
    by_size, lines = size_panels(points), series.group_lines(points, AXES)
    titles = size_titles(by_size)
    for size, members in by_size.items():
        where = "" if len(by_size) == 1 else "\n" + titles[size]
        known = {}
        for line in series.within(lines, members):
            policies = {name: p.column("completion_seconds") for name, p in _policies(line).items()}
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


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return has_times(results.drawn)


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    check_times(points, results.path)
    panels = _panels(points)
    names = dict.fromkeys(name for _, policies in panels for name in policies)
    looks = style.line_styles([style.Named(name) for name in names])
    figure, grid = layout.panel_grid(len(panels), options.columns)
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
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes


def _scale(grid, times: list) -> None:
    """The same times on x in every panel, logarithmic where they span much."""
    ended = np.concatenate(times)
    ended = ended[np.isfinite(ended) & (ended > 0)]
    low, high = ended.min(), ended.max()
    with np.errstate(over="ignore"):
        span = high / low
    for axes in grid:
        if span > _LOG_SPAN:
            axes.set_xscale("log")
            if span < 100:
                style.within_decade(axes.xaxis, np.log10(span))
            axes.set_xlim(0.9 * low, 1.1 * high)
        else:
            axes.set_xlim(low - 0.03 * (high - low), high + 0.03 * (high - low))


def make_table(results, options) -> str:
    """A row per policy, N, K and losses, a column per scheme: median and 95 % quantile (s), RMSE,
    accuracy."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    check_times(points, results.path)
    cells, by_size, lines = {}, size_panels(points), series.group_lines(points, AXES)
    titles, names = size_titles(by_size), [line.name for line in lines]
    for size, members in by_size.items():
        where = "" if len(by_size) == 1 else ", " + series.plain(titles[size])
        for line in series.within(lines, members):
            for policy, point in _policies(line).items():
                cells.setdefault(policy + where, {})[line.name] = _cell(point)
    rows = [["wait", *map(series.plain, names)], ["---"] * (1 + len(names))]
    rows += [[row, *(found.get(name, "") for name in names)] for row, found in cells.items()]
    return "".join("| " + " | ".join(row) + " |\n" for row in rows)


def _cell(point) -> str:
    times = point.column("completion_seconds")
    times = np.sort(np.where(np.isnan(times), np.inf, times))  # NaN is never
    median, late = np.median(times), times[int(np.ceil(_LATE * len(times))) - 1]
    error = point.estimate("mse").map(np.sqrt)
    text = f"{median:.3f} s, {late:.3f} s: " + (f"{error.value:.2g}" if error.known else "-")
    accuracy = point.estimate("accuracy")
    return text + f", {accuracy.value:.1%}" if accuracy.known else text


def run(options, progress) -> None:
    """Draws the figure or prints the table."""
    results = read(options.files[0], progress)
    if options.table:
        put_text(make_table(results, options), options.output)
    else:
        draw(make_figure, results, options, progress)
