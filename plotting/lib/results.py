"""Reads a result file of `laggard run`.

    results = open_results("results/convergence.h5")
    for point in results.points:
        point.scheme, point.workers, point.stragglers, point.column("mse")

The file of a run that is still going on, or that was killed, is read as far as it goes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .files import (Damaged, LaggardError, arrays_of, dataset_of, format_of, names_of, object_of,
                    opened, printable, table_of, text_of)
from .stats import Estimate, estimate_mean

STATUSES = ("used", "late", "lost", "failed")  # of /workers, where the file does not name them
_USES = {"laggard-training": "draw it with `plot curves`",
         "laggard-checkpoint": "draw it with `plot curves`",
         "laggard-matrices": "give it to `plot coded` with --matrices"}
_PIECE = 1_000_000  # rows of a large table held at a time

_POINT_COLUMNS = ("point", "scheme", "workers", "data_points", "stragglers", "noise_sigma",
                  "parameters", "skipped")


def flatten(value, pointer: str = "") -> dict:
    """JSON pointer -> scalar for every leaf of objects and of lists of objects."""
    if isinstance(value, dict):
        items = [(key.replace("~", "~0").replace("/", "~1"), v) for key, v in value.items()]
    elif isinstance(value, list) and any(isinstance(v, dict) for v in value):
        items = [(str(i), v) for i, v in enumerate(value)]
    else:
        return {pointer: value}
    return {p: leaf for key, v in items for p, leaf in flatten(v, f"{pointer}/{key}").items()}


def flatten_parameters(parameters: dict) -> dict:
    """Sweep values, keyed by JSON pointer, with object values flattened further."""
    return {p: leaf for pointer, value in parameters.items()
            for p, leaf in flatten(value, pointer).items()}


@dataclass(frozen=True, eq=False)
class Point:
    """One (combination of the sweep, scheme), with its trials in ascending order."""

    index: int
    combination: int  # the schemes of one combination of the sweep have the same
    position: int     # index in the configuration's /schemes
    scheme: str
    workers: int
    data_points: int
    stragglers: int
    noise_sigma: float
    parameters: dict  # JSON pointer -> value, as the sweep set it, objects flattened
    skipped: str
    trials: np.ndarray = field(repr=False)
    timings: np.ndarray = field(repr=False)
    config: dict = field(repr=False)  # resolved and flattened, without what the sweep replaces
    mean_stragglers: float = float("nan")  # not rounded, where their number is a matter of chance
    recorded_active: int | None = None     # None in files of format version 1
    parts: tuple = ()  # points that it stands for, see series.select; empty: itself
    stride: int = 0    # trial t of part i then has the number t + i * stride
    path: Path | None = None  # of the file

    def column(self, name: str) -> np.ndarray:
        """One column of /trials; NaN for a column that this version did not write."""
        if name not in (self.trials.dtype.names or ()):
            return np.full(len(self.trials), np.nan)
        return self.trials[name]

    @property
    def pooled(self) -> int:
        """Of how many points it has the trials."""
        return max(1, len(self.parts))

    @property
    def own_trials(self) -> np.ndarray:
        """The trial of each row: parts have the same data in the trials of one number."""
        return self.trials["trial"] % self.stride if self.stride else self.trials["trial"]

    def estimate(self, name: str) -> Estimate:
        """The mean of a column of /trials with its interval."""
        return estimate_mean(self.column(name), self.own_trials if self.stride else None)

    def setting(self, pointer: str, default=None):
        """A leaf of the configuration as it holds at this point of the sweep."""
        return self.parameters.get(pointer, self.config.get(pointer, default))

    def own(self, member: str, default=None):
        """A member of this point's scheme in the configuration."""
        return self.setting(f"/schemes/{self.position}/{member}", default)

    @property
    def kind(self) -> str:
        """Kind of the scheme; the label where the configuration does not tell."""
        return str(self.own("kind", self.scheme))

    @property
    def active(self) -> int:
        """Workers that the scheme has work for; the others are idle, not lost."""
        if self.recorded_active is not None:
            return self.recorded_active
        if self.kind == "uncoded":
            return self.data_points
        if self.kind in ("parm", "learned"):  # a swept scheme may leave k and r out
            k, r = self.own("k", 2), self.own("r", 1)
            return self.data_points // k * (k + r)
        return self.workers

    @property
    def lost(self) -> float:
        """Mean number of active workers that did not answer in time."""
        received = self.column("received").astype(float)
        return self.active - float(np.mean(received)) if len(received) else float("nan")


@dataclass(frozen=True, eq=False)
class Results:
    """What a file holds. Tables that it lacks are None."""

    path: Path
    attributes: dict
    config: dict
    points: list
    surface: np.ndarray | None
    optimum: np.ndarray | None

    @property
    def finished(self) -> bool:
        return "finished" in self.attributes

    @property
    def drawn(self) -> list:
        """Points with at least one trial."""
        return [p for p in self.points if len(p.trials)]

    def joined(self) -> np.ndarray:
        """One row per trial: the columns of /points, then those of /trials."""
        with_trials = self.drawn
        if not with_trials:
            return np.empty(0)
        head = [("scheme", f"U{max(len(p.scheme) for p in with_trials)}"), ("workers", "u4"), ("data_points", "u4"),
                ("stragglers", "u4"), ("noise_sigma", "f8"), ("combination", "u4")]
        trial_type = with_trials[0].trials.dtype
        tail = [(name, trial_type[name]) for name in trial_type.names]
        rows = np.empty(sum(len(p.trials) for p in with_trials), dtype=head + tail)
        start = 0
        for point in with_trials:
            block = rows[start:start + len(point.trials)]
            for name, _ in head:
                block[name] = getattr(point, name)
            for name, _ in tail:
                block[name] = point.trials[name]
            start += len(point.trials)
        return rows

    def predictions(self, point: Point, trial: int | None = None):
        """Arrays of /predictions/<point>/<trial> by name, `shape` and the trial; None if absent."""
        def read(_, file):
            group = file.get(f"predictions/{point.index}")
            if group is None or len(group) == 0:
                return None
            name = str(trial) if trial is not None else min(group, key=_as_number)
            if name not in group:
                return None
            found = arrays_of(group[name])
            shape = found.get("shape")
            found["shape"] = None if shape is None else tuple(int(v) for v in np.ravel(shape))
            found["trial"] = int(name) if name.isdigit() else name
            if "used" in found:  # a worker that answers too late counts as lost
                found["lost"] = np.setdiff1d(np.arange(point.active), found["used"])
            return found

        return opened(self.path, read)

    def anytime_rows(self, point: Point):
        """Rows of /anytime of a point, whose table may be long; None if absent."""
        def read(_, file):
            table = dataset_of(file, "anytime")
            if table is None:
                return None
            pieces = (table[start:start + _PIECE] for start in range(0, len(table), _PIECE))
            kept = [rows[rows["point"] == point.index] for rows in pieces]
            return np.concatenate(kept) if kept else None

        return opened(self.path, read)

    def worker_rows(self, point: Point, trial: int | None = None):
        """(trial, rows of /workers in the order of the workers, status names); None if absent.

        The table has a row per worker and trial, so that it is read in pieces.
        """
        if trial is None:
            trial = int(point.trials["trial"][0]) if len(point.trials) else 0

        def read(_, file):
            table = dataset_of(file, "workers")
            if table is None:
                return None
            kept = []
            for start in range(0, len(table), _PIECE):
                rows = table[start:start + _PIECE]
                kept.append(rows[(rows["point"] == point.index) & (rows["trial"] == trial)])
            if not any(map(len, kept)):
                return None
            names = names_of(table.dtype["status"]) or dict(enumerate(STATUSES))
            return trial, np.sort(np.concatenate(kept), order="worker"), names

        return opened(self.path, read)


def _as_number(name: str):
    return (0, int(name)) if name.isdigit() else (1, name)


def _by_point(rows: np.ndarray | None, path: Path, name: str) -> dict:
    if rows is None or len(rows) == 0:
        return {}
    rows = rows[np.lexsort((rows["trial"], rows["point"]))]
    same = (rows["point"][1:] == rows["point"][:-1]) & (rows["trial"][1:] == rows["trial"][:-1])
    if same.any():  # it would narrow every interval
        row = rows[np.argmax(same)]
        raise Damaged(f"/{name} of '{path}' is damaged",
                      f"trial {row['trial']} of point {row['point']} is there twice",
                      "remove the file and run it again")
    indices, starts = np.unique(rows["point"], return_index=True)
    return dict(zip(indices.tolist(), np.split(rows, starts[1:])))


class _Sweep:
    """What the sweep sets at a point, and what is left of the configuration there."""

    def __init__(self, config: dict):
        self._config = flatten(config)
        self._known = {}

    def at(self, text: str) -> tuple:
        """(parameters, configuration without what they replace), both flattened."""
        if text not in self._known:
            parameters = object_of(text)
            # A swept object replaces all that stood there, with the members that it leaves out.
            replaced = tuple(f"{pointer}/" for pointer in parameters)
            rest = {p: leaf for p, leaf in self._config.items() if not p.startswith(replaced)}
            self._known[text] = flatten_parameters(parameters), rest
        return self._known[text]


def _combinations(rows) -> list:
    """Number of the combination of every row. Version 1 of the format does not record it: there the
    points of one combination follow each other and have the same parameters."""
    if "combination" in rows.dtype.names:
        return rows["combination"].tolist()
    changes = [True] + [a != b for a, b in zip(rows["parameters"][1:], rows["parameters"])]
    return (np.cumsum(changes[:len(rows)]) - 1).tolist()


def _make_points(path: Path, rows, trials: tuple, timings: tuple, config: dict) -> list:
    """`trials` and `timings`: (rows by point, no rows)."""
    points, seen, sweep = [], {}, _Sweep(config)
    for row, combination in zip(rows, _combinations(rows)):
        labels = seen.setdefault(combination, [])
        label, index = printable(text_of(row["scheme"])), int(row["point"])
        position, repeats = len(labels), labels.count(label)
        labels.append(label)
        parameters, rest = sweep.at(text_of(row["parameters"]))
        active, mean = (row[name] if name in rows.dtype.names else None
                        for name in ("active", "mean_stragglers"))
        points.append(Point(
            index=index, combination=combination, position=position,
            # Two schemes of one label in a combination must not become one line.
            scheme=label if repeats == 0 else f"{label} ({repeats + 1})",
            workers=int(row["workers"]), data_points=int(row["data_points"]),
            stragglers=int(row["stragglers"]), noise_sigma=float(row["noise_sigma"]),
            parameters=parameters, skipped=printable(text_of(row["skipped"])),
            trials=trials[0].get(index, trials[1]), timings=timings[0].get(index, timings[1]),
            config=rest, recorded_active=None if active is None else int(active),
            mean_stragglers=float("nan") if mean is None else float(mean), path=path))
    return points


def _read(path: Path, file: h5py.File) -> Results:
    kind = format_of(file)
    if kind != "laggard":
        raise LaggardError(f"'{path}' is not a result of `laggard run`",
                           f"its root attribute 'format' is '{kind}', not 'laggard'",
                           _USES.get(kind, "give a file that `laggard run` wrote"))
    attributes = {k: text_of(v) if isinstance(v, (bytes, str)) else v
                  for k, v in file.attrs.items()}
    config = object_of(attributes.get("config", ""))

    def table(name):
        rows = table_of(file, name, ("point", "trial"))
        none = np.empty(0, dtype=rows.dtype if rows is not None else [("point", "u4")])
        return _by_point(rows, path, name), none

    rows = table_of(file, "points", _POINT_COLUMNS)
    # A row per trial is in /trials, /runs (of trainings) or /latency (of servers).
    units = next((name for name in ("runs", "latency") if name in file), "trials")
    points = [] if rows is None else _make_points(path, rows, table(units), table("timings"),
                                                  config)
    return Results(path=path, attributes=attributes, config=config, points=points,
                   surface=table_of(file, "surface"), optimum=table_of(file, "optimum"))


def open_results(path) -> Results:
    """Reads a result file. Raises LaggardError with one clear line when that cannot be done."""
    return opened(path, _read)
