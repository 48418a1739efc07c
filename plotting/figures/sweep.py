"""Error against any swept number.

A panel for each (N, K), a line for each scheme and S. `--x` chooses the number; without it, it is a
lambda if one is swept. The axis is logarithmic where the values span a factor of 50; zero then has a
place of its own. The star is the least mean, and the line is thick within a factor of 10 of it. The
notes give the growth of the error at 10 times more and less: paired by trial with a 95 % interval
where the sweep has that value, else interpolated on logarithms. Horizontal lines are schemes that the
number does not concern, values that are words ("gcv"), and kinds (of wait policies, say) that have no
such number, in the colour of the same setting.
"""

from __future__ import annotations


import numpy as np

from .. import layout, series, style
from ..axis import LogAxis
from ..cli import figure_parser
from ..files import LaggardError
from ..losses import loss_level
from ..stats import Estimate, estimate_ratio
from ..waits import policy_name

METRICS = {"rmse": ("mse", np.sqrt, "RMSE"), "mse": ("mse", None, "MSE")}
FACTOR = 10.0
_LOG_SPAN = 50.0
_EXACT = 1e-12  # a horizontal line below this is said, not drawn
_PANEL_AXES = ("/workers", "/data_points")


def parser(module: str = __name__, text: str = __doc__):
    """Arguments of this figure."""
    arguments = figure_parser(module, text)
    arguments.add_argument("--x", metavar="/POINTER", help="swept JSON pointer, or its last part "
                           "(default: a lambda, else the first number swept)")
    arguments.add_argument("--metric", choices=sorted(METRICS), default="rmse")
    arguments.add_argument("--scale", choices=("auto", "log", "linear"), default="auto")
    return arguments


def _number(value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def candidates(points) -> dict:
    """Last part of a pointer -> numbers that the sweep gives it, where they are at least two."""
    found = {}
    for point in points:
        for pointer, value in series.extras(point, ()).items():
            if _number(value):
                found.setdefault(pointer, set()).add(value)
    return {pointer: values for pointer, values in found.items() if len(values) > 1}


def pointers_of_axis(points, wanted, path) -> list:
    """Pointers of the x axis: one, or the same key of several schemes."""
    found = candidates(points)
    if wanted is None:
        ranked = sorted(found, key=lambda p: (p.rsplit("/", 1)[1][:6] != "lambda",
                                              p.startswith(series.AXES), -len(found[p])))
        wanted = ranked[0].rsplit("/", 1)[1] if ranked else None
        found = {p: v for p, v in found.items() if p in ranked[:1] or p.startswith("/schemes/")}
    chosen = [p for p in found if wanted in (p, p.rsplit("/", 1)[1])]
    if not chosen:
        raise LaggardError(
            f"'{path}' has no sweep to draw" if wanted is None
            else f"the sweep of '{path}' has no numbers at '{wanted}'",
            "it sweeps " + (", ".join(sorted(candidates(points))) or "no number"),
            'sweep one, e.g. {"/schemes/0/lambda_decode": [1e-8, 1e-6]}, or choose with --x')
    return chosen


def value_of(point, pointers):
    """What the sweep gives the axis at a point; None if it does not concern the scheme."""
    own = series.extras(point, ())
    return next((own[p] for p in pointers if p in own), None)


class _Linear:
    """The plain counterpart of LogAxis."""

    has_zero = False

    def __init__(self, values):
        self.values = np.unique(values)

    def place(self, value):
        return np.asarray(value, float)

    def dress(self, axis) -> None:
        style.data_ticks(axis.axes, self.values, logarithmic=False)


def _axis(values, scale: str):
    values = np.unique(np.asarray(values, float))
    positive = values[values > 0]
    with np.errstate(over="ignore"):
        wide = len(positive) > 1 and positive[-1] / positive[0] >= _LOG_SPAN and values[0] >= 0
    if scale == "log" and values[0] < 0:
        raise LaggardError("no logarithmic axis", f"the sweep has {values[0]:g}", "--scale linear")
    return LogAxis(values) if scale == "log" or (scale == "auto" and wide) else _Linear(values)


def growth(line, estimates, at: float, factor: float, x, column: str, transform):
    """The error at factor * at, relative to the one at `at`, the least; None outside the sweep."""
    target = at * factor
    positive = [(v, e) for v, e in zip(estimates.x, estimates.value) if v > 0]
    points = {x(p): p for p in line.points}
    near = [v for v, _ in positive if abs(v / target - 1) < 0.01]
    if near:
        above, below = series.aligned([points[near[0]]], [points[at]], column)
        ratio = estimate_ratio(above[0], below[0])
        return ratio.map(transform) if transform else ratio
    places = np.log([v for v, _ in positive])
    if not places[0] <= np.log(target) <= places[-1]:
        return None
    logs = np.log([e for _, e in positive])
    value = np.exp(np.interp(np.log([target, at]), places, logs))
    return Estimate(float(value[0] / value[1]), np.nan, np.nan, 0)


def _growth_text(sign: str, ratio) -> str:
    if ratio is None:
        return f"{sign}{FACTOR:g}: outside the sweep"
    text = f"{sign}{FACTOR:g}: {100 * (ratio.value - 1):+.1f} %"
    if np.isfinite(ratio.low):
        return text + f" [{100 * (ratio.low - 1):+.1f}, {100 * (ratio.high - 1):+.1f}]"
    return text + " (interpolated)"


def _mark_least(axes, e, axis, look) -> float:
    """Star at the least mean and a thick line around it; the value of x there."""
    best = int(np.argmin(e.value))
    at = e.x[best]
    if at > 0 and isinstance(axis, LogAxis):
        span = [i for i, v in enumerate(e.x) if at / FACTOR * 0.99 <= v <= at * FACTOR * 1.01]
        axes.plot(axis.place([e.x[i] for i in span]), [e.value[i] for i in span],
                  color=look["color"], linewidth=4.5, alpha=0.3, solid_capstyle="round", zorder=1.6)
    axes.plot(axis.place(at), e.value[best], linestyle="none", marker="*", markersize=9,
              color=look["color"], markeredgecolor="white", markeredgewidth=0.6, zorder=4,
              gid="least")
    return at


def _draw_line(axes, line, x, axis, look, options) -> tuple:
    """Draws one line; (note, growths at more and less)."""
    column, transform, what = METRICS[options.metric]
    e = series.Estimates(line, x, column, transform)
    notes = e.notes(what)
    if e.zeros:
        notes.append(f"{line.name}: {what} = 0, not drawn, at {', '.join(map(str, e.zeros))}")
    if not e.x:
        return notes, []
    parts = [[i for i, v in enumerate(e.x) if (v > 0) == sign] for sign in (True, False)]
    if not axis.has_zero:
        parts = [list(range(len(e.x)))]
    label = line.name
    for part in filter(None, parts):  # zero is apart from the rest
        style.draw_line(axes, axis.place([e.x[i] for i in part]), [e.value[i] for i in part],
                        [e.low[i] for i in part], [e.high[i] for i in part], look, label)
        label = None
    at = _mark_least(axes, e, axis, look)
    text = f"{line.name}: least {what} {min(e.value):.4g} at {at:.3g}"
    if at <= 0 or not isinstance(axis, LogAxis):
        return notes + [text], []
    both = [growth(line, e, at, f, x, column, transform) for f in (FACTOR, 1 / FACTOR)]
    return notes + [f"{text}; {_growth_text('×', both[0])}, {_growth_text('÷', both[1])}"], both


def _objects(pointers) -> tuple:
    """Where the objects begin that hold the numbers of the axis: "/wait/" for /wait/count."""
    return tuple({f"/{p.split('/')[1]}/" for p in pointers if not p.startswith("/schemes/")})


def _rest(point, pointers) -> tuple:
    """The setting of a point but for the axis, the object that holds it, and the schemes."""
    return tuple(sorted((p, repr(v)) for p, v in point.parameters.items()
                        if not p.startswith(("/schemes/", *_objects(pointers)))
                        and p not in pointers))


def _instead(point, pointers) -> str:
    """What stands at a point where others have a number of the axis: a word, or another kind."""
    word = value_of(point, pointers)
    if word is not None:
        return str(word)
    beside = {p: v for p, v in series.extras(point, ()).items() if p.startswith(_objects(pointers))}
    if beside and all(p.startswith("/wait/") for p in beside):
        return policy_name(point)
    return ", ".join(f"{series.parameter_name(p)} = {v}" for p, v in beside.items())


def _references(points, pointers) -> dict:
    """name -> points without a number on the axis, one per setting of the rest."""
    found = {}
    settings = {p for point in points for p in point.parameters if not p.startswith("/schemes/")}
    for line in series.group_lines(points, (*pointers, *settings)):
        for point in line.points:
            name = ", ".join(filter(None, (line.name, _instead(point, pointers))))
            found.setdefault(name, {}).setdefault(_rest(point, pointers), point)
    return {name: list(members.values()) for name, members in found.items()}


def _draw_references(axes, references, colours: dict, pointers, options) -> list:
    """Horizontal lines: dashes tell the scheme, colours are those of the same setting's line."""
    column, transform, what = METRICS[options.metric]
    looks = [(0, (5, 2)), (0, (1, 1.3)), (0, (5, 1, 1, 1)), (0, (8, 2, 2, 2))]
    notes = []
    for turn, (name, points) in enumerate(references.items()):
        look = {"linestyle": looks[turn % len(looks)], "linewidth": 0.9}
        values = []
        for point in points:
            e = point.estimate(column)
            symbol, level = loss_level(point)
            if not e.known:
                values.append(f"{symbol} = {level:g}: none, {series.without_value([e], what)}")
                continue
            value = transform(e.value) if transform else e.value
            values.append(f"{symbol} = {level:g}: {value:.4g}")
            if value > _EXACT:
                rest = _rest(point, pointers)
                colour = colours.get((point.scheme, rest), colours.get((None, rest), style.GREY))
                axes.axhline(value, color=colour, zorder=1.4, **look)
        axes.plot([], [], color=style.GREY, label=name, **look)
        notes.append(f"{name}, {what} at " + ", ".join(values))
    return notes


def _summary(growths, what: str) -> list:
    """Mean growth over the lines."""
    notes = []
    for sign, side in (("×", 0), ("÷", 1)):
        values = [both[side].value - 1 for both in growths if both and both[side] is not None]
        if len(values) > 1:
            notes.append(f"{what} grows by {100 * np.mean(values):.1f} % at {sign}{FACTOR:g}, "
                         f"mean over {len(values)} lines")
    return notes


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    others = (*series.AXES, *series.WAIT_AXES)
    return series.recorded(results.drawn, "mse") and any(
        not pointer.startswith(others) and not pointer.rsplit("/", 1)[1].startswith("lambda")
        for pointer in candidates(results.drawn))


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    pointers = pointers_of_axis(points, options.x, results.path)
    swept = [p for p in points if _number(value_of(p, pointers))]
    ignored = _PANEL_AXES + tuple(pointers)
    axis = _axis([value_of(p, pointers) for p in swept], options.scale)
    lines = series.group_lines(swept, ignored)
    styles = style.line_styles(lines)
    panels = series.group_panels(swept, lambda p: (p.workers, p.data_points))
    figure, grid = layout.panel_grid(len(panels), options.columns, panel_height=2.6)
    notes, growths, what = [], [], METRICS[options.metric][2]
    for axes, (panel, members) in zip(grid, panels.items()):
        where = f"N = {panel[0]}, K = {panel[1]}, " if len(panels) > 1 else ""
        colours = {}
        for line in series.within(lines, members):
            look = styles[line.name]
            texts, both = _draw_line(axes, line, lambda p: value_of(p, pointers), axis, look,
                                     options)
            notes += [where + text for text in texts]
            growths.append(both)
            for point in line.points:  # a scheme that has no line takes another one's colours
                for scheme in (point.scheme, None):
                    colours.setdefault((scheme, _rest(point, pointers)), look["color"])
        others = [p for p in points if p not in swept and (p.workers, p.data_points) == panel]
        notes += [where + text for text in _draw_references(
            axes, _references(others, pointers), colours, pointers, options)]
        axes.set_title(f"$N$ = {panel[0]}, $K$ = {panel[1]}")
        axes.set_xlabel(series.parameter_name(pointers[0]))
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(what)
    for axes in grid:
        style.log_y(axes)
        axis.dress(axes.xaxis)
    notes += _summary(growths, what) + series.file_notes(results, points)
    return layout.finish(figure, notes, layout.shared_legend(grid), options.notes), notes
