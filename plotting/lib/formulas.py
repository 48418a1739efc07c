"""Formulas over what a file says about points: their settings, and statistics of their trials.

    100 * degraded_accuracy          the mean over the trials, times 100
    sqrt(mse)                        the root of the mean
    1e6 * median(timings.encode_seconds) * k / K

Names are settings of the point (N, K, S, p, sigma, active; k, r and every other member of its scheme;
"/a/pointer" in quotes) and columns of /trials and, as timings.NAME, of /timings. A column stands for
its mean over the trials, which is NaN if a trial is not finite, as in /summary. Inside mean,
standard_error (of the mean), median, sum, least, greatest, low and high (the ends of the 95 % interval
of the mean) it stands for all its trials. time_to(.9) is a column, too: the seconds until a training
has the test accuracy .9. The interval of a difference is that of mean(a - b): its trials are paired.
"""

from __future__ import annotations

import ast
import operator
import string
from pathlib import Path

import numpy as np

from .files import LaggardError
from .learning import times_to
from .losses import loss_level
from .stats import by_trial, estimate_mean, estimate_ratio
from .trainings import training_effort

_FACTS = {"N": lambda p: p.workers, "K": lambda p: p.data_points, "S": lambda p: p.stragglers,
          "p": lambda p: dict([loss_level(p)]).get("p"), "sigma": lambda p: p.noise_sigma,
          "active": lambda p: p.active, "scheme": lambda p: p.scheme, "kind": lambda p: p.kind,
          "point": lambda p: p.index, "epochs": lambda p: training_effort(p)[0],
          "minutes": lambda p: training_effort(p)[1],
          "losses": lambda p: "{} = {:g}".format(*loss_level(p))}
_TABLES = ("trials", "timings")
_OF_MEAN = ("mean", "low", "high")
_STATISTICS = {"median": np.median, "sum": np.sum, "least": np.min, "greatest": np.max,
               "standard_error": lambda v: np.std(v, ddof=1) / np.sqrt(len(v)) if len(v) > 1 else np.nan}
_FUNCTIONS = {"sqrt": np.sqrt, "log10": np.log10, "abs": np.abs, "min": np.minimum,
              "max": np.maximum}
_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
              ast.Div: np.divide, ast.Pow: np.float_power, ast.USub: operator.neg,
              ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt,
              ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
# Shares of the reconstructed queries of a trial: they weigh as much as there are queries.
_WEIGHTED = {"degraded_accuracy": "reconstructed", "reconstruction_accuracy": "reconstructed"}


def fact(point, name: str):
    """A setting of a point, of its scheme or of its file; None if it has no such one."""
    if name in _FACTS:
        return _FACTS[name](point)
    return point.setting(name) if name.startswith("/") else point.own(name)


class Formula:
    """A formula, which is checked when it is made."""

    def __init__(self, text: str):
        self.text = text
        try:
            self._tree = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # or too deep
            raise LaggardError(f"'{text}' is no formula", "it cannot be read",
                               "write it like 100*accuracy or sqrt(mse)") from None

    def require(self, points) -> None:
        """Raises if a name stands for nothing at all of these points. At some of them it may: a
        scheme without k has no k."""
        for name in _names(self._tree):
            if name not in _FACTS and all(_column([p], name) is None and fact(p, name) is None
                                          for p in points):
                raise self._wrong(f"there is no '{name}'")

    def has_ends(self, points) -> bool:
        """Whether the ends of the interval of a mean are those of the formula: not so for the means of
        two columns, whose errors belong together. mean(a - b) has ends."""
        return sum(_column(points, name) is not None if name else 1 for name in _means(self._tree)) <= 1

    def of(self, points, end: str = "value") -> tuple:
        """(value, whether trials have a part in it) over all trials of these points. `end`: "low" or
        "high" takes that end of the 95 % interval of each mean instead."""
        self._points, self._counted, self._end = points, False, end
        try:
            with np.errstate(all="ignore"):
                value = self._value(self._tree, trials=False)
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise self._wrong(f"its parts do not go together: {error}") from None
        return value, self._counted

    def _value(self, node, trials: bool):
        if isinstance(node, ast.Constant):
            return self._name(node.value, trials) if _is_pointer(node) else node.value
        if isinstance(node, ast.Name):
            return self._name(node.id, trials)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return self._name(f"{node.value.id}.{node.attr}", trials)
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](self._value(node.left, trials),
                                             self._value(node.right, trials))
        if isinstance(node, ast.UnaryOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](self._value(node.operand, trials))
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in _OPERATORS:
            return _OPERATORS[type(node.ops[0])](self._value(node.left, trials),
                                                 self._value(node.comparators[0], trials))
        if isinstance(node, ast.BoolOp):
            parts = [bool(self._value(v, trials)) for v in node.values]
            return all(parts) if isinstance(node.op, ast.And) else any(parts)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.keywords:
            return self._call(node.func.id, node.args, trials)
        raise self._wrong(f"it knows numbers, names, + - * / **, comparisons and "
                          f"{', '.join([*_FUNCTIONS, *_OF_MEAN, *_STATISTICS, 'time_to'])}")

    def _call(self, name: str, arguments, trials: bool):
        if name in (*_OF_MEAN, *_STATISTICS) and len(arguments) == 1:
            values = np.atleast_1d(np.asarray(self._value(arguments[0], trials=True), float))
            if not len(values) or not np.isfinite(values).all():
                return np.nan
            if name in _OF_MEAN:
                return float(getattr(self._estimate(values), self._end if name == "mean" else name))
            return float(_STATISTICS[name](values))
        if name in _FUNCTIONS and len(arguments) == (2 if name in ("min", "max") else 1):
            return _FUNCTIONS[name](*(self._value(a, trials) for a in arguments))
        if name == "time_to" and len(arguments) == 1:
            return self._mean(_times_to(self._points, float(self._value(arguments[0], trials))), trials)
        raise self._wrong(f"there is no {name} of {len(arguments)} numbers")

    def _mean(self, column, trials: bool):
        self._counted = True
        return column if trials else getattr(self._estimate(column), self._end)

    def _trials(self, count: int):
        """The trial of each of `count` values; None where they are not those of /trials."""
        trials = np.concatenate([p.own_trials for p in self._points])
        return trials if len(trials) == count else None

    def _estimate(self, values):
        return estimate_mean(values, self._trials(len(values)))

    def _name(self, name: str, trials: bool):
        column = _column(self._points, name)
        if column is not None:
            if name in _WEIGHTED and not trials:
                self._counted = True
                return self._share(column, _column(self._points, _WEIGHTED[name]))
            return self._mean(column, trials)
        found = {repr(value): value for value in (fact(p, name) for p in self._points)}
        if len(found) > 1:
            raise self._wrong(f"'{name}' is {' and '.join(list(found)[:2])}")
        value = next(iter(found.values()))
        return np.nan if value is None else value

    def _share(self, values, weights) -> float:
        """The weighted mean, or an end of its interval."""
        weighted = np.where(weights > 0, values * weights, 0.0)
        sums = by_trial(np.column_stack([weighted, weights]), self._trials(len(values)))
        return getattr(estimate_ratio(sums[:, 0], sums[:, 1]), self._end)

    def _wrong(self, why: str) -> LaggardError:
        return LaggardError(f"cannot compute '{self.text}'", why,
                            "see `plot table --help` for what a formula may hold")


def _is_pointer(node) -> bool:
    return isinstance(node.value, str) and node.value.startswith("/")


def _names(tree) -> list:
    """What a formula names, functions aside."""
    found, inner = [], set()
    for node in ast.walk(tree):  # parents come first
        if isinstance(node, ast.Call):
            inner.add(node.func)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            inner.add(node.value)
            found.append(f"{node.value.id}.{node.attr}")
        elif isinstance(node, ast.Name) and node not in inner:
            found.append(node.id)
        elif isinstance(node, ast.Constant) and _is_pointer(node):
            found.append(node.value)
    return found


def _means(tree) -> list:
    """Names that may stand for means over trials, each time that they are there; "" is a mean(...)."""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
        if tree.func.id in (*_OF_MEAN, *_STATISTICS):
            return [""] if tree.func.id == "mean" else []
        if tree.func.id == "time_to":
            return [""]
        return [name for argument in tree.args for name in _means(argument)]
    if isinstance(tree, ast.Attribute) and isinstance(tree.value, ast.Name):
        return [f"{tree.value.id}.{tree.attr}"]
    if isinstance(tree, ast.Name):
        return [tree.id]
    return [name for node in ast.iter_child_nodes(tree) for name in _means(node)]


def _column(points, name: str):
    """All trials of a column, point after point; None if a point has no such column."""
    table, _, column = name.rpartition(".")
    if (table or "trials") not in _TABLES:
        return None
    tables = [getattr(p, table or "trials") for p in points]
    if any(column not in (t.dtype.names or ()) for t in tables):
        return None
    return np.concatenate([t[column].astype(float) for t in tables])


def _times_to(points, accuracy: float):
    """Of all trials, point after point: seconds until the test accuracy is reached."""
    return np.concatenate([times_to(p, accuracy) for p in points])


class Template:
    """Text with formulas in braces, "{100*accuracy:.1f} %", or one formula alone."""

    def __init__(self, text: str, number_format: str):
        self._parts, self._format = [], number_format
        if "{" not in text:
            self._parts = [("", Formula(text), None)]
            return
        try:
            for before, formula, form, _ in string.Formatter().parse(text):
                self._parts.append((before, Formula(formula) if formula else None, form or None))
        except ValueError as error:
            raise LaggardError(f"cannot read the template '{text}'", str(error),
                               'write it like "{100*accuracy:.1f} %"') from None

    def require(self, points) -> None:
        """Raises if a name stands for nothing at all of these points."""
        for _, formula, _ in self._parts:
            if formula is not None:
                formula.require(points)

    def of(self, points) -> tuple:
        """(text, whether trials have a part in it)."""
        texts, counted = [], False
        for before, formula, form in self._parts:
            texts.append(before)
            if formula is not None:
                value, has_trials = formula.of(points)
                whole = isinstance(value, (int, np.integer))  # a setting: .2f is not for it
                texts.append(shown(value, form or ("" if whole else self._format)))
                counted = counted or has_trials
        return "".join(texts), counted


def shown(value, form: str = "") -> str:
    """A value for print; "-" for what is not finite or unknown."""
    if value is None or (isinstance(value, (float, np.floating)) and not np.isfinite(value)):
        return "-"
    if isinstance(value, (bool, str, list, int, np.integer)) and not form:
        return str(value)
    try:
        return format(value, form) if form else repr(float(value))
    except ValueError:
        raise LaggardError(f"'{form}' is no format for a number", f"{value} cannot be written so",
                           "write it like .2f or .3g") from None


def short_names(values) -> dict:
    """Paths by the last part in which they differ: ".../fashion-mnist/a.gz" is "fashion-mnist"."""
    paths = [Path(v).parts for v in values if isinstance(v, str) and "/" in v]
    while len(set(paths)) > 1 and all(len(p) > 1 for p in paths) and len({p[-1] for p in paths}) == 1:
        paths = [p[:-1] for p in paths]
    long = [v for v in values if isinstance(v, str) and "/" in v]
    short = [Path(p[-1]).stem for p in paths]
    return dict(zip(long, short)) if len(set(short)) == len(set(long)) else {}
