"""Which scheme has the least error, or latency, over two settings of the points.

  plot winners A.h5 --x d=/dataset/dimension --y /dataset/high --panels N/K,S/N

The colour of a cell is the scheme with the least RMSE, the root of the mean MSE over the trials. The
number in it says by which factor the RMSE of the best of --rivals is larger; without --rivals it is
the factor to the second best of all. "exact" stands for an error of zero. Cells are hatched where the 95 % interval of the ratio to the
second best, paired by trial, contains 1: nobody wins there.

--metric takes a latency in the place of the RMSE, for policies of servers.

--x, --y and --panels take settings of the points: N, K, S, sigma, any key of the configuration as a
JSON pointer (/model/kind), or a formula of them (N/K). TITLE=SETTING gives one a name of its own.
Numbers that agree in two digits are the same. The help of `plot table` has the whole list.
"""

from __future__ import annotations

import argparse
from collections import Counter
from dataclasses import dataclass

import numpy as np
from matplotlib.patches import Patch, Rectangle

from .. import layout, series, style
from ..cli import draw, figure_parser, names, read
from ..files import LaggardError
from ..formulas import Formula, fact, short_names, shown
from ..stats import estimate_ratio

METRICS = {"rmse": ("mse", np.sqrt, "RMSE"), "median": ("median", None, "median"),
           "mean": ("mean", None, "mean latency"), "p99": ("p99", None, "p99"),
           "p995": ("p995", None, "p99.5"), "p999": ("p999", None, "p99.9")}
_HATCH = "////"
_LEGEND_EDGE = "#444444"


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__, several=True)
    arguments.add_argument("--x", type=setting, default=("N/K", "N/K"), metavar="[TITLE=]SETTING",
                           help="what the columns of cells are (default N/K)")
    arguments.add_argument("--y", type=setting, default=("S/N", "S/N"), metavar="[TITLE=]SETTING",
                           help="what the rows of cells are (default S/N)")
    arguments.add_argument("--panels", type=settings, default=[], metavar="A,B",
                           help="what tells the panels apart, a row of panels for each of the first")
    arguments.add_argument("--metric", choices=METRICS, default="rmse")
    arguments.add_argument("--rivals", type=names, metavar="A,B",
                           help="labels of the schemes to which the factor in a cell refers")
    return arguments


def setting(text: str) -> tuple:
    """An argument `TITLE=SETTING`: (title, setting)."""
    title, equals, rest = text.partition("=")
    if not equals:
        title = rest = text
    if not rest.startswith("/"):
        try:
            Formula(rest)
        except LaggardError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
    return title, rest


def settings(text: str) -> list:
    """An argument that lists them."""
    return [setting(part) for part in names(text)]


class Setting:
    """A setting by which points are placed, with its title and its values in order."""

    def __init__(self, title: str, text: str, points):
        self.title = series.parameter_name(text) if title == text and text[0] == "/" else title
        self._formula = None if text.startswith("/") else Formula(text)
        if self._formula is not None:
            self._formula.require(points)
        self._text = text
        values = [self.of(p) for p in points]
        self._names = short_names(values)
        # Numbers ascend; words keep the order of the file.
        self.values = (sorted(set(values)) if all(isinstance(v, float) for v in values)
                       else list(dict.fromkeys(values)))

    def of(self, point):
        """The value at a point, numbers to two digits."""
        value = fact(point, self._text) if self._formula is None else self._formula.of([point])[0]
        number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
        return float(f"{value:.2g}") if number else str(value)

    def shown(self, value) -> str:
        """A value for print."""
        return shown(self._names.get(value, value), "g" if isinstance(value, float) else "")


@dataclass
class Cell:
    """Who wins at one place."""

    winner: str
    error: float   # its RMSE, or its latency
    factor: float  # that of the best rival over the winner's; NaN without a rival
    sure: bool     # the winner is ahead of the second best beyond chance


def _ratio(above, below, metric):
    column, transform, _ = metric
    rows = series.aligned([above], [below], column)
    ratio = estimate_ratio(rows[0][0], rows[1][0])
    return ratio.map(transform) if transform else ratio


def cell_of(members, rivals, metric=METRICS["rmse"]) -> tuple:
    """(cell, labels without a mean) of the points at one place; the cell is None without a mean."""
    errors = {p: p.estimate(metric[0]) for p in members}
    ranked = sorted((p for p in members if errors[p].known), key=lambda p: errors[p].value)
    broken = [p.scheme for p in members if not errors[p].known]
    if not ranked:
        return None, broken
    best, others = ranked[0], ranked[1:]
    opponents = [p for p in (ranked if rivals else others) if not rivals or p.scheme in rivals]
    factor = _ratio(opponents[0], best, metric).value if opponents else np.nan
    exact = errors[best].value == 0  # there is no ratio to it
    sure = not others or (errors[others[0]].value > 0 if exact
                          else _ratio(others[0], best, metric).low > 1)
    error = errors[best].value
    return Cell(best.scheme, metric[1](error) if metric[1] else error, factor, sure), broken


def _text(cell: Cell) -> str:
    factor = cell.factor
    if cell.error == 0:
        return "exact"
    if not np.isfinite(factor):
        return ""
    return f"{factor:.2f}" if factor < 9.995 else f"{factor:.0f}" if factor < 1e4 else f"{factor:.0e}"


def _draw_panel(axes, members, x, y, options, looks) -> tuple:
    """Draws the cells; numbers of cells by label: (without a mean, won, won beyond chance)."""
    broken, won, sure = Counter(), Counter(), Counter()
    for column, at_x in enumerate(x.values):
        for row, at_y in enumerate(y.values):
            here = [p for p in members if x.of(p) == at_x and y.of(p) == at_y]
            labels = [p.scheme for p in here]
            twice = next((label for label in labels if labels.count(label) > 1), None)
            if twice is not None:
                raise LaggardError(f"two points of '{twice}' fall into one cell",
                                   f"{x.title} is {x.shown(at_x)} and {y.title} {y.shown(at_y)}",
                                   "name what tells them apart in --panels")
            cell, missing = cell_of(here, options.rivals, METRICS[options.metric]) if here else (None, [])
            broken.update(missing)
            if cell is None:
                continue
            won[cell.winner] += 1
            sure[cell.winner] += cell.sure
            axes.add_patch(_patch(column, row, looks[cell.winner], cell.sure))
            axes.text(column, row, _text(cell), ha="center", va="center", fontsize=6,
                      gid="factor", bbox={"boxstyle": "round,pad=0.12", "facecolor": "white",
                                          "edgecolor": "none", "alpha": 0.75})
    for axis, setting in ((axes.xaxis, x), (axes.yaxis, y)):
        axis.set_ticks(range(len(setting.values)), [setting.shown(v) for v in setting.values])
    axes.set_xlim(-0.5, len(x.values) - 0.5)
    axes.set_ylim(-0.5, len(y.values) - 0.5)
    axes.grid(False)
    axes.tick_params(length=0)
    return broken, won, sure


def _patch(column: int, row: int, colour: str, sure: bool):
    return Rectangle((column - 0.5, row - 0.5), 1, 1, facecolor=colour, alpha=0.75 if sure else 0.45,
                     edgecolor="white", linewidth=0.8, hatch=None if sure else _HATCH)


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    points = results.drawn
    return series.recorded(points, "mse") and all(
        len({of(p) for p in points}) > 1 for of in (
            lambda p: p.scheme, lambda p: p.workers / p.data_points, lambda p: p.stragglers / p.workers))


def make_figure(files, options):
    """(figure, notes). `files` are results."""
    points = [p for results in files for p in series.select(
        results, options.schemes, options.workers, options.stragglers)]
    labels = list(dict.fromkeys(p.scheme for p in points))
    unknown = [r for r in options.rivals or [] if r not in labels]
    if unknown:
        raise LaggardError(f"there is no scheme '{unknown[0]}' for --rivals",
                           f"the schemes are {', '.join(labels)}", "choose among them")
    x, y = (Setting(*given, points) for given in (options.x, options.y))
    panel_settings = [Setting(*given, points) for given in options.panels]
    panels = series.group_panels(points, lambda p: tuple(s.values.index(s.of(p)) for s in panel_settings))
    styles = style.line_styles([style.Named(label, label) for label in labels])
    looks = {label: styles[label]["color"] for label in labels}
    across = len(panel_settings[-1].values) if panel_settings else 1
    figure, grid = layout.panel_grid(len(panels), options.columns, across, share_y=False,
                                     panel_height=0.75 + 0.32 * len(y.values))
    broken, won, sure = Counter(), Counter(), Counter()
    for axes, (at, members) in zip(grid, panels.items()):
        for total, part in zip((broken, won, sure), _draw_panel(axes, members, x, y, options, looks)):
            total.update(part)
        axes.set_title(", ".join(f"{s.title} = {s.shown(s.values[i])}" for s, i in zip(panel_settings, at)))
        axes.set_xlabel(x.title)
        axes.set_ylabel(y.title)
    rivals = ("the best of " + ", ".join(map(series.scheme_name, options.rivals))
              if options.rivals else "the second best")
    what = METRICS[options.metric][2]
    notes = [f"number: {what} of {rivals}, over the least {what}; hatched: the least is not ahead of the "
             "second best beyond chance (95 %)"]
    notes.append("cells won, and those beyond chance: " + ", ".join(
        f"{series.scheme_name(label)} {count}, {sure[label]}" for label, count in won.most_common()))
    notes += [f"{series.scheme_name(label)}: no mean in {series.counted(count, 'cell')}"
              for label, count in broken.items()]
    notes += [note for results in files for note in series.file_notes(
        results, [p for p in points if p in results.points])]
    shown_labels = [label for label in labels if won[label]]
    legend = ([Patch(facecolor=looks[label], alpha=0.75, edgecolor=_LEGEND_EDGE, linewidth=0.4)
               for label in shown_labels], [series.scheme_name(label) for label in shown_labels])
    return layout.finish(figure, notes, legend, options.notes), notes


def run(options, progress) -> None:
    """Draws the points of all files."""
    draw(make_figure, [read(path, progress) for path in options.files], options, progress)
