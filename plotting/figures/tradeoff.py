"""Error against completion time, by scheme and wait policy.

What does waiting longer buy? A panel for each N, K and S, a colour and a marker for each scheme, dashes for
each kind of wait policy. The values of the policies stand above the panel, over the markers of all schemes
whose trials end at about the same time; any other marker has a name of its own. A marker is the median
completion time and the mean error; there is none where a trial has no finite value of either. The vertical
bar is the 95 % interval of the mean, the horizontal bar goes from the 5 % to the 95 % quantile of the
completion time. Exact recoveries (or exact to rounding, 1e-8 where the others have 1e-2) are hollow markers
on the floor.
"""

from __future__ import annotations


import numpy as np

from matplotlib.lines import Line2D

from .. import floor, labels, layout, series, style
from ..cli import figure_parser
from ..files import LaggardError
from ..waits import AXES, check_times, has_times, policy_of, size_panels, size_titles

METRICS = {"rmse": ("mse", np.sqrt, "RMSE"), "mse": ("mse", None, "MSE"),
           "accuracy": ("accuracy", None, "accuracy")}
QUANTILES = (0.05, 0.5, 0.95)
_LOG_SPAN = 4.0
_SAME_TIME = 0.02  # of the width of a panel
# What the grey names above a panel are.
_POLICIES = {"fastest": "wait for the fastest n", "deadline": "wait until t"}
_ROUNDING = 1e-6  # of an error, not squared: networks compute in single precision
_DASHES = {"fastest": "-", "deadline": (0, (4, 1.5)), "all": ":", "any_of": (0, (4, 1.2, 1, 1.2))}


def parser():
    """Arguments of this figure."""
    arguments = figure_parser(__name__, __doc__)
    arguments.add_argument("--metric", choices=sorted(METRICS), default="rmse")
    arguments.add_argument("--no-values", dest="values", action="store_false",
                           help="do not write the values of the policies")
    return arguments


def quantiles(times) -> np.ndarray:
    """QUANTILES of the times; NaN if one of them is not finite, as in /summary."""
    known = len(times) > 0 and np.isfinite(times).all()
    return np.quantile(times, QUANTILES) if known else np.full(3, np.nan)


class Curve:
    """The markers of one scheme and kind of policy, by median completion time."""

    def __init__(self, line, policy: str, options):
        points = [p for p in line.points if policy_of(p)[0] == policy]
        column, transform, self.what = METRICS[options.metric]
        self.line, self.policy = line, policy
        self.trials = sum(len(p.trials) for p in points)
        self.endless = [e for p in points
                        if (e := p.estimate("completion_seconds")).nonfinite]
        rows = [(quantiles(p.column("completion_seconds")), p.estimate(column),
                 policy_of(p)[1]) for p in points]
        self.broken = [e for _, e, _ in rows if e.nonfinite]
        rows = [row for row in rows if np.isfinite(row[0]).all() and row[1].known]
        linear = options.metric == "accuracy"
        self.zeros = [] if linear else [(t[1], text) for t, e, text in rows if e.value == 0]
        self.rows = sorted(((t, e.map(transform) if transform else e, text) for t, e, text in rows
                            if linear or e.value > 0), key=lambda row: row[0][1])
        self.rounded = []  # rows that differ from an exact recovery by rounding alone

    @property
    def x(self) -> list:
        """Median completion times of the markers."""
        return [times[1] for times, _, _ in self.rows]

    @property
    def value(self) -> list:
        """Their errors."""
        return [e.value for _, e, _ in self.rows]

    def put_down(self, bottom: float) -> None:
        """What is below the axis goes to its floor."""
        self.rounded = [row for row in self.rows if row[1].value < bottom]
        self.rows = [row for row in self.rows if row[1].value >= bottom]
        self.zeros += [(times[1], text) for times, _, text in self.rounded]

    @property
    def named(self) -> list:
        """(median completion time, error or None on the floor, value of the policy) of all markers."""
        return ([(times[1], e.value, text) for times, e, text in self.rows]
                + [(time, None, text) for time, text in self.zeros])

    def draw(self, axes, look: dict) -> None:
        """Markers with both bars, joined by a line."""
        if not self.rows:
            return
        times = np.array([t for t, _, _ in self.rows])
        value, low, high = np.array([(e.value, e.low, e.high) for _, e, _ in self.rows]).T
        axes.errorbar(times[:, 1], value, style.bars(value, low, high),
                      style.bars(times[:, 1], times[:, 0], times[:, 2]), linestyle="none",
                      color=look["color"], linewidth=0.6, alpha=0.5)
        axes.plot(times[:, 1], value, color=look["color"], marker=look["marker"],
                  linestyle=_DASHES.get(self.policy, "-"), gid=f"{self.line.name}, {self.policy}")

    def notes(self) -> list:
        """What is not in the means, or not on the axis."""
        name = f"{self.line.name}, {self.policy}"
        texts = []
        if len(self.zeros) > len(self.rounded):
            texts.append(f"{name}: exact recovery ({self.what} = 0), on the floor")
        if self.rounded:
            least = min(e.value for _, e, _ in self.rounded)
            texts.append(f"{name}: exact to rounding ({self.what} from {least:.0e}), on the floor")
        if self.endless:
            texts.append(f"{name}: no median completion time at "
                         f"{series.counted(len(self.endless), 'point')}, "
                         + series.without_value(self.endless, "completion time"))
        if self.broken:
            texts.append(f"{name}: no mean at {series.counted(len(self.broken), 'point')}, "
                         + series.without_value(self.broken, self.what))
        return texts


def _curves(lines, options) -> list:
    """The lines of one panel: by scheme, what else is swept, and policy."""
    kinds = list(dict.fromkeys(policy_of(p)[0] for line in lines for p in line.points))
    found = [Curve(line, kind, options) for line in lines for kind in kinds]
    return [c for c in found if c.trials]


def _scale(axes, curves, options) -> None:
    """Limits from the markers: bars may leave the axis. Logarithmic times where they span much."""
    rows = [row for c in curves for row in c.rows]
    times = np.array([row[0] for row in rows] or [np.ones(3)])
    if times.min() > 0 and times.max() / times.min() > _LOG_SPAN:
        axes.set_xscale("log")
        if times.max() / times.min() < 100:
            style.within_decade(axes.xaxis, np.log10(times.max() / times.min()))
    if options.metric != "accuracy":
        values = [e.value for _, e, _ in rows] or [1.0]
        axes.set_ylim(0.4 * min(values), 2.0 * max(values))
        style.log_y(axes)


def _legend(figure_curves, styles) -> tuple:
    """(handles, labels): colours of the schemes, then markers of the policies."""
    def handle(**look):
        return Line2D([], [], **look)

    names = list(dict.fromkeys(c.line.name for c in figure_curves))
    # A policy of one value has markers, and no line to explain.
    policies = list(dict.fromkeys(c.policy for c in figure_curves if len(c.rows) > 1))
    handles = [handle(color=styles[n]["color"], marker=styles[n]["marker"], linestyle="none")
               for n in names]
    handles += [handle(color=style.GREY, linestyle=_DASHES.get(p, "-")) for p in policies]
    return handles, names + [_POLICIES.get(p, p.replace("_", " ")) for p in policies]


def _named_times(curves) -> dict:
    """Value of a policy -> the time at which the trials of most schemes end."""
    found = {}
    for curve in curves:
        for time, _, text in curve.named:
            found.setdefault(text, []).append(time)
    return {text: float(np.median(times)) for text, times in found.items()}


def _name_values(axes, curves) -> list:
    """What a marker's policy is: a vertical line for the schemes whose trials end at about the same
    time, else a name beside the marker. Notes on those without a place."""
    def across(time):
        return axes.transAxes.inverted().transform(axes.transData.transform((time, 1)))[0]

    common, floor_ = _named_times(curves), axes.get_ylim()[0]
    markers = [(time, floor_ if value is None else value, text)
               for curve in curves for time, value, text in curve.named]
    others = {}
    for time, value, text in markers:
        if abs(across(time) - across(common[text])) > _SAME_TIME:
            others.setdefault((time, value), {})[text] = None
    missing = labels.name_times(axes, common)
    missing += labels.name_markers(axes, [(*at, ", ".join(texts)) for at, texts in others.items()],
                                   [marker[:2] for marker in markers])
    return [f"without room for the names {', '.join(missing)}"] if missing else []


def _draw_panel(axes, curves, styles, options) -> list:
    for curve in curves:
        curve.draw(axes, styles[curve.line.name])
    return [note for curve in curves for note in curve.notes()]


def _mark_zeros(axes, curves, styles) -> None:
    """Hollow markers on the floor, above each other where they would hide one another."""
    taken = []
    for name, at in dict.fromkeys((c.line.name, at) for c in curves for at, _ in c.zeros):
        near = {other for other, place in taken if abs(place - at) < 0.04 * at}
        if name not in near:
            taken.append((name, at))
            style.floor_markers(axes, [at], 0.05 * len(near), styles[name])


def supports(results) -> bool:
    """Whether a file has the data for it, see `plot auto`."""
    return has_times(results.drawn)


def make_figure(results, options):
    """(figure, notes)."""
    points = series.select(results, options.schemes, options.workers, options.stragglers)
    check_times(points, results.path)
    panels = size_panels(points)
    titles = size_titles(panels)
    lines = series.group_lines(points, AXES)
    curves = {panel: _curves(series.within(lines, members), options)
              for panel, members in panels.items()}
    every = [c for found in curves.values() for c in found]
    if not any(c.rows for c in every):
        raise LaggardError(f"'{results.path}' has no {METRICS[options.metric][2]} to draw",
                           "no point has a finite value above 0", "choose another --metric")
    bottom = None if options.metric == "accuracy" else floor.bottom_of(
        every, power=1.0 if options.metric == "mse" else 0.5, rounding=_ROUNDING)
    for curve in every:
        curve.put_down(bottom or 0.0)
    styles = style.line_styles([c.line for c in every])
    figure, grid = layout.panel_grid(len(panels), options.columns, panel_height=2.4, share_y=False)
    notes = {}
    for axes, (panel, found) in zip(grid, curves.items()):
        title = titles[panel]
        for note in _draw_panel(axes, found, styles, options):
            notes.setdefault(note, []).append(title)
        _scale(axes, found, options)
        _mark_zeros(axes, found, styles)
        axes.set_title(title, pad=labels.room_above(_named_times(found)) if options.values else None)
        axes.grid(not options.values, axis="x", which="both")
        axes.set_xlabel("completion time (s)")
        if axes.get_subplotspec().is_first_col():
            axes.set_ylabel(METRICS[options.metric][2])
    texts = [note if len(panels) == 1 else f"{note} ({'; '.join(where)})"
             for note, where in notes.items()]
    texts += series.file_notes(results, points)
    layout.finish(figure, texts, _legend(every, styles), options.notes)
    if options.values:
        for axes, found in zip(grid, curves.values()):
            texts += _name_values(axes, found)
    return figure, texts
