"""Groups the points of a file into panels and lines, and says what could not be drawn."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .files import LaggardError
from .stats import by_trial

# Keys of the configuration whose numbers the figures have axes or panels for: they are the columns
# of /points that have the same names. Every other key that is swept makes separate lines.
AXES = ("/workers", "/stragglers")
WAIT_AXES = ("/wait",)
POSITIONS = "/stragglers/workers"  # which workers are lost

_SCHEME_NAMES = {"bacc": "BACC", "letcc": "LeTCC", "nercc": "NeRCC", "lcc": "LCC", "parm": "ParM"}
_POINTER_NAMES = {"/workers": "$N$", "/stragglers/count": "$S$", "/stragglers/probability": "$p$",
                  "/wait/count": "wait for", "/wait/seconds": "deadline (s)",
                  "/wait/kind": "wait"}
_PARAMETER_NAMES = {"lambda_encode": r"$\lambda_e$", "lambda_decode": r"$\lambda_d$",
                    "sigma": r"$\sigma$", "data_points": "$K$", "probability": "$p$",
                    "bandwidth": "bandwidth of a worker (bytes/s)",
                    "master_bandwidth": "bandwidth of the master (bytes/s)",
                    "codec_flops": "coding speed (flop/s)"}


@dataclass(frozen=True, eq=False)
class Line:
    """The points of one scheme at one setting of the parameters that are not on an axis."""

    name: str
    kind: str
    points: list

    @cached_property
    def noisy(self) -> bool:
        return any(p.noise_sigma > 0 for p in self.points)


def scheme_name(label: str) -> str:
    """Label for print: the papers' spelling of a bare kind, any other label as it is."""
    return _SCHEME_NAMES.get(label, label).replace("$", r"\$")


def plain(text: str) -> str:
    """A name or note without the mark-up that figures need."""
    for mark, word in ((r"\$", "\0"), ("$", ""), (r"\lambda", "lambda"), (r"\sigma", "sigma")):
        text = text.replace(mark, word)
    return text.replace("\0", "$")


def _value(value) -> str:
    if isinstance(value, str):
        return value.replace("$", r"\$")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{value:g}"
    return json.dumps(value)


def parameter_name(pointer: str) -> str:
    """Name of a swept parameter for an axis or a legend."""
    if pointer in _POINTER_NAMES:
        return _POINTER_NAMES[pointer]
    parts = [p for p in pointer.split("/") if p and not p.isdigit()]
    if parts[0] == "schemes":
        parts = parts[1:]
    return _PARAMETER_NAMES.get(parts[-1], " ".join(parts).replace("_", " "))


def on_axis(pointer: str, value, axes=AXES) -> bool:
    """Whether a leaf of the configuration stands for a place on one of the axes: the key itself, a
    number (or a list of them) below it, or whatever is below a key that ends in "/"."""
    whole = tuple(key for key in axes if key.endswith("/"))
    below = tuple(f"{key}/" for key in axes)
    return pointer in axes or pointer.startswith(whole) or (
        not isinstance(value, str) and pointer.startswith(below))


def extras(point, axes=AXES) -> dict:
    """What the sweep set at a point, beyond the axes.

    Parameters of another scheme are left out: they do not change this one's results.
    """
    label = f"/schemes/{point.position}/label"
    return {p: v for p, v in point.parameters.items()
            if p != label and not on_axis(p, v, axes) and _concerns(point, p)}


def _concerns(point, pointer: str) -> bool:
    return pointer.startswith(f"/schemes/{point.position}/") or not pointer.startswith("/schemes/")


def _members(point, axes) -> dict:
    """The extras; those of the scheme without its place among the schemes, which may change."""
    own = f"/schemes/{point.position}/"
    return {p.replace(own, "/schemes/", 1) if p.startswith(own) else p: _value(v)
            for p, v in extras(point, axes).items()}


def _place(point, axes) -> tuple:
    """Where a point stands on the axes."""
    return tuple(sorted((p, repr(v)) for p, v in {**point.config, **point.parameters}.items()
                        if on_axis(p, v, axes) and _concerns(point, p)))


def setting_of(point, axes=AXES) -> tuple:
    """(line, place on it): two points of the same repeat each other."""
    place = (point.workers, point.data_points, point.stragglers, point.noise_sigma)
    return ((point.scheme, tuple(sorted(_members(point, axes).items()))),
            (*place, *_place(point, axes)))


def group_lines(points, axes=AXES) -> list:
    """Lines in the order of the file; points that repeat another one's setting are left out."""
    seen = {}
    for point in points:
        seen.setdefault(setting_of(point, axes), point)
    schemes = {}
    for point in seen.values():
        schemes.setdefault(point.scheme, []).append((point, _members(point, axes)))
    groups = {}
    for scheme, entries in schemes.items():
        moving = _moving([(_place(p, axes), extra) for p, extra in entries])
        rest = [{p: v for p, v in extra.items() if p not in moving} for _, extra in entries]
        varying = {p for extra in rest for p in extra
                   if len({other.get(p) for other in rest}) > 1}
        for (point, _), extra in zip(entries, rest):
            parts = [f"{parameter_name(p)} = {v}" for p, v in extra.items() if p in varying]
            groups.setdefault(", ".join([scheme_name(scheme)] + parts), []).append(point)
    order = {point: i for i, point in enumerate(seen.values())}
    return sorted((Line(name, members[0].kind, members) for name, members in groups.items()),
                  key=lambda line: order[line.points[0]])


def _moving(entries) -> set:
    """What the sweep moves together with the axes, as k with N: numbers, and members of the scheme,
    that have one value at each of several places. They do not tell lines apart."""
    found = set()
    for pointer in {p for _, extra in entries for p in extra}:
        at = {}
        for place, extra in entries:
            at.setdefault(place, set()).add(extra.get(pointer))
        values = set.union(*at.values())
        free = pointer.startswith("/schemes/") and pointer != "/schemes/kind"
        if len(at) > 1 and all(len(v) == 1 for v in at.values()) and (
                free or all(v is None or _is_number(v) for v in values)):
            found.add(pointer)
    return found


def _is_number(text: str) -> bool:
    try:
        return bool(np.isfinite(float(text)))
    except ValueError:
        return False


def within(lines, members) -> list:
    """The parts of lines that are made of some of their points; empty ones are left out."""
    members = set(members)
    parts = [replace(line, points=[p for p in line.points if p in members]) for line in lines]
    return [line for line in parts if line.points]


def group_panels(points, key) -> dict:
    """key(point) -> points, ascending."""
    panels = {}
    for point in points:
        panels.setdefault(key(point), []).append(point)
    return dict(sorted(panels.items()))


def _pooled(points) -> list:
    """Points that differ in which workers are lost, not in how many, as one: ParM's averages over
    the position of the lost query. Their trials get numbers of their own, alike for all schemes.
    """
    groups = {}
    for point in points:
        parameters = {p: v for p, v in point.parameters.items() if p != POSITIONS}
        key = (point.scheme, point.position, point.workers, point.data_points, point.stragglers,
               json.dumps(parameters, sort_keys=True))
        groups.setdefault(key if POSITIONS in point.parameters else point.index, []).append(point)
    stride = 1 + max(int(p.trials["trial"].max()) for p in points)
    return [members[0] if len(members) == 1 else replace(
        members[0], parts=tuple(members), stride=stride,
        **{table: _renumbered(members, table, stride) for table in ("trials", "timings")})
        for members in groups.values()]


def _renumbered(members, table: str, stride: int) -> np.ndarray:
    """The rows of several points, their trials counted on from point to point."""
    rows = np.concatenate([getattr(p, table) for p in members])
    if len(rows):
        rows["trial"] += np.repeat(np.arange(len(members), dtype=rows["trial"].dtype) * stride,
                                   [len(getattr(p, table)) for p in members])
    return rows


def select(results, schemes=None, workers=None, stragglers=None, index=None, pool=True) -> list:
    """Points with trials that pass the filters, pooled by default; raises if none is left."""
    if not results.points:
        kind = results.config.get("experiment", "unknown")
        raise LaggardError(f"'{results.path}' has nothing to plot", "it has no table /points",
                           f"its experiment is '{kind}'; these figures need approximation results")
    if not results.drawn and results.surface is not None:
        raise LaggardError(f"'{results.path}' has no trials", "it is a tuning file",
                           "draw it with `plot surface`")
    if not results.drawn:
        reasons = sorted({p.skipped for p in results.points if p.skipped})
        raise LaggardError(f"'{results.path}' has nothing to plot",
                           "; ".join(["it holds no finished trial"] + reasons[:2]),
                           "run it, or resume it with `laggard run --resume`")
    chosen = [p for p in results.drawn
              if (not schemes or p.scheme in schemes)
              and (not workers or p.workers in workers)
              and (not stragglers or p.stragglers in stragglers)
              and (index is None or p.index == index)]
    if not chosen:
        raise LaggardError(
            f"no point of '{results.path}' is left to plot", "nothing passes the filters",
            "it has schemes {}; workers {}; stragglers {}".format(
                *(", ".join(map(str, sorted({getattr(p, name) for p in results.drawn})))
                  for name in ("scheme", "workers", "stragglers"))))
    return _pooled(chosen) if pool else chosen


def chosen(results, options) -> list:
    """The points that the options --schemes, --workers, --stragglers and --point choose."""
    return select(results, options.schemes, options.workers, options.stragglers, options.point)


def file_notes(results, points) -> list:
    """What the reader of a figure must know about the file behind it."""
    notes = []
    labels = {p.scheme for p in points}
    skipped = [p for p in results.points if p.skipped and p.scheme in labels]
    if skipped:
        first = skipped[0]
        notes.append(f"{counted(len(skipped), 'point')} skipped, first {scheme_name(first.scheme)} "
                     f"at N = {first.workers}, S = {first.stragglers}: {first.skipped}")
    pooled = sorted({p.pooled for p in points})
    if pooled and pooled[-1] > 1:
        number = " to ".join(str(n) for n in dict.fromkeys((pooled[0], pooled[-1])))
        notes.append(f"means over {number} choices of the lost workers")
    waiting = sum(1 for p in results.points if not p.skipped and not len(p.trials))
    if not results.finished:
        tail = f": {counted(waiting, 'point')} without a trial yet" if waiting else ""
        notes.append("unfinished run" + tail)
    return notes


def counted(number: int, noun: str) -> str:
    """"1 point", "2 points"."""
    return f"{number} {noun}" + ("" if number == 1 else "s")


def aligned(above, below, column):
    """(a, b): the column of two lists of points as (point, trial), masked where a trial is missing.
    `column` may be a function of a point that gives its trials' values. Of pooled points, the parts
    that both have of a trial are added up: the ratio of two means stays as it is."""
    read = column if callable(column) else lambda point: point.column(column)
    trials = sorted({int(t) for p in (*above, *below) for t in p.trials["trial"]})
    place = {t: i for i, t in enumerate(trials)}

    def matrix(points):
        values = np.ma.masked_all((len(points), len(trials)))
        for row, point in enumerate(points):
            values[row, [place[int(t)] for t in point.trials["trial"]]] = read(point)
        return values

    stride = max(p.stride for p in (*above, *below))
    own = [t % stride for t in trials] if stride else None
    a, b = matrix(above), matrix(below)
    there = ~(np.ma.getmaskarray(a) | np.ma.getmaskarray(b))
    return tuple(_added_up(m, there, own) for m in (a, b))


def _added_up(matrix, there, trials):
    """The columns of each trial as one, where `there`; masked where none is."""
    if trials is None:
        return matrix
    sums = by_trial(np.where(there, np.ma.getdata(matrix), 0.0).T, trials).T
    return np.ma.array(sums, mask=by_trial(there.T.astype(float), trials).T == 0)


def recorded(points, *columns: str) -> bool:
    """Whether any trial has all of these columns: what does not apply to a run is NaN throughout."""
    return any(all(np.isfinite(p.column(c)).any() for c in columns) for p in points)


def classifies(points) -> bool:
    """Whether outputs are scores of classes: there are labels, or the model's outputs are said to be
    logits or probabilities. Only then does it mean anything which output is the largest."""
    return recorded(points, "base_accuracy") or any(
        p.setting("/model/output") in ("logits", "softmax") for p in points)


class Estimates:
    """Means of one column at the points of a line, without those that have no place on the axis."""

    def __init__(self, line: Line, x, column, transform=None, logarithmic=True):
        """`column`: a name, or a function that estimates something else of a point."""
        estimate = column if callable(column) else lambda p: p.estimate(column)
        pairs = sorted(zip((x(p) for p in line.points), line.points), key=lambda pair: pair[0])
        all_ = [(value, estimate(point)) for value, point in pairs]
        self.line = line
        self.broken = [(v, e) for v, e in all_ if e.nonfinite]
        # What floor.py draws: it has no place on a log axis.
        self.zeros = [v for v, e in all_ if logarithmic and e.known and e.value <= 0]
        kept = [(v, e) for v, e in all_ if e.known and not (logarithmic and e.value <= 0)]
        self.x = [v for v, _ in kept]
        estimates = [e.map(transform) if transform else e for _, e in kept]
        self.value = [e.value for e in estimates]
        # A bound of next to nothing would take the whole of a logarithmic axis.
        self.low = [max(e.low, 1e-3 * e.value) if logarithmic else e.low for e in estimates]
        self.high = [e.high for e in estimates]

    def notes(self, what: str, symbol: str = "") -> list:
        """Which points have no mean."""
        if not self.broken:
            return []
        places = ", ".join(f"{value:g}" for value, _ in self.broken)
        where = f" at {symbol + ' = ' if symbol else ''}{places}" if self.x or self.zeros else ""
        return [f"{self.line.name}: no mean{where}, "
                + without_value([e for _, e in self.broken], what)]


def without_value(estimates, what: str) -> str:
    """How many trials keep points from having a mean."""
    return (f"{sum(e.nonfinite for e in estimates)} of "
            f"{counted(sum(e.used for e in estimates), 'trial')} without a finite {what}")
