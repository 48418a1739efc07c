"""Error against the number of workers N, with slopes and theorems.

A panel for each number of lost workers, a line for each scheme. Lines are means over trials, bands
their 95 % intervals. The legend gives the least-squares slope of the log mean in log N with its
standard error, as /rates of the file does. Thin lines without markers are the rates of LeTCC's
theorems (arXiv 2406.00300) and the rate observed for BACC (arXiv 2009.08327); they have the colour of
the scheme to which they belong and go through its first point. The theorems hold for a fixed S. So there is no such line where each
worker is lost with probability p, because S then grows with N, nor at S = 0, where a bound that grows
as a power of S says nothing.
"""

from __future__ import annotations


import numpy as np

from .. import layout, series, style
from ..cli import figure_parser
from ..files import LaggardError
from ..floor import Floor, bottom_of
from ..losses import loss_level
from ..stats import fit_slope

METRICS = {  # column of /trials, function of its mean, power of the MSE, axis label
    "mse": ("mse", None, 1.0, "MSE"),
    "rmse": ("mse", np.sqrt, 0.5, "RMSE"),
    "max_error": ("max_error", None, None, "largest error"),
    "relative_error": ("relative_error", None, None, r"relative error $\|\hat f - f\|/\|f\|$"),
}


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--metric", choices=sorted(METRICS), default="mse")
    arguments.add_argument("--no-theory", dest="theory", action="store_false",
                           help="leave out the theorems' lines")
    arguments.add_argument("--full-axis", action="store_true",
                           help="an axis down to what is exact to rounding")
    return arguments


def _slope_label(name: str, slope) -> str:
    if slope is None:
        return name
    error = rf" $\pm$ {slope.error:.2f}" if np.isfinite(slope.error) else ""
    return f"{name}, slope " + f"{slope.slope:.2f}".replace("-", "\u2212") + error


def _theory(line):
    """(exponent of N, label, dashes) of the MSE rate known for a line; None if there is none."""
    symbol, losses = loss_level(line.points[0])
    if line.kind == "letcc" and (symbol != "S" or losses == 0):
        return None
    if line.kind == "letcc" and line.noisy:
        return -0.6, r"LeTCC theorem, $O(S^{8/5} N^{-3/5})$", (0, (8, 3))
    if line.kind == "letcc":
        return -3.0, r"LeTCC theorem, $O(S^3 N^{-3})$", (0, (8, 3))
    if line.kind == "bacc" and not line.noisy:
        return -2.0, r"BACC observed, $N^{-2}$", (0, (1, 2.5))
    return None


def _draw_theory(axes, drawn, power: float, styles) -> None:
    """Thin lines without markers, in the colour of the scheme to which they belong."""
    done = set()
    for line, estimates in drawn:
        rate = _theory(line)
        if rate is None or rate[1] in done or len(estimates.x) < 2:
            continue
        done.add(rate[1])
        x = np.array([estimates.x[0], max(estimates.x)], float)
        axes.plot(x, estimates.value[0] * (x / x[0]) ** (rate[0] * power), color=styles[line.name]["color"],
                  linewidth=0.7, linestyle=rate[2], label=rate[1], zorder=1.5)


def _draw_panel(axes, lines, styles, options, floor, where: str) -> list:
    """Draws one panel; returns its notes."""
    column, transform, power, _ = METRICS[options.metric]
    notes, drawn = [], []
    for line in lines:
        estimates = series.Estimates(line, lambda p: p.workers, column, transform)
        notes += [f"{where}, {note}" if where else note for note in estimates.notes(_quantity(options), "N")]
        label = _slope_label(line.name, fit_slope(estimates.x, estimates.value))
        if floor.line(axes, estimates, styles[line.name], label, where):
            drawn.append((line, estimates))
    if options.theory and power is not None:
        _draw_theory(axes, drawn, power, styles)
    return notes


def _quantity(options) -> str:
    return options.metric.upper().replace("_", " ")


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    points = results.drawn
    return len({p.workers for p in points}) > 1 and series.recorded(points, "mse")


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    lines = series.group_lines(points)
    styles = style.line_styles(lines)
    panels = series.group_panels(points, loss_level)
    longest = max(len(name) for name in styles)
    figure, grid = layout.panel_grid(len(panels), options.columns,
                                    across=2 if longest > 20 else None)
    sizes = sorted({p.workers for p in points})
    notes = [] if len(sizes) > 1 else [
        f"only N = {sizes[0]} in the file: a slope needs at least two values of N"]
    floor = Floor(_quantity(options), "N", own_legends=True)
    for axes, ((symbol, value), members) in zip(grid, panels.items()):
        where = f"{symbol} = {value:g}" if len(panels) > 1 else ""
        notes += _draw_panel(axes, series.within(lines, members), styles, options, floor, where)
        axes.set_title(f"${symbol}$ = {value:g}")
        axes.set_xlabel("workers $N$")
    if not any(e.x for e in floor.drawn):
        raise LaggardError(f"'{results.path}' has nothing to draw on a log scale",
                           "; ".join(notes) or "no finite value above 0: exact recovery",
                           "choose another --metric, or see `plot table`")
    power = METRICS[options.metric][2] or 0.5  # the others are not squared
    notes += floor.settle(None if options.full_axis else bottom_of(floor.drawn, power))
    for axes in grid:
        style.data_ticks(axes, sizes, logarithmic=True)
        if axes.has_data():
            layout.panel_legend(axes)
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(METRICS[options.metric][3])
    notes += series.file_notes(results, points)
    return layout.finish(figure, notes, show_notes=options.notes), notes
