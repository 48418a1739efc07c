"""Reads a result file of laggard: the only module here that knows HDF5.

    results = open_results("results/convergence.h5")
    for point in results.points:
        point.scheme, point.workers, point.stragglers, point.column("mse")

Files of a run that is still going on, or that was killed, are read as far as they go.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

# A run in progress holds HDF5's file lock; reading beside it is the point of a flushed file.
# HDF5 looks at the variable when it is loaded.
os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")

import h5py  # noqa: E402
import numpy as np  # noqa: E402

UNWRITTEN = 0xFFFFFFFF  # fill value of the u32 columns: a row that was allocated, never written

STATUSES = ("used", "late", "lost", "failed")  # of /workers, where the file does not name them
_USES = {"laggard-training": "draw it with `plot curves`",
         "laggard-checkpoint": "draw it with `plot curves`",
         "laggard-matrices": "give it to `plot coded` with --matrices"}
_PIECE = 1_000_000  # rows of a large table held at a time
_GROUPS = ("parm", "learned")  # codes of groups of k inputs and r parities

_POINT_COLUMNS = ("point", "scheme", "workers", "data_points", "stragglers", "noise_sigma",
                  "parameters", "skipped")


class LaggardError(Exception):
    """A problem of the user's: one line in the shape `problem (why); what to do`."""

    def __init__(self, problem: str, why: str, remedy: str):
        super().__init__(f"{problem} ({why}); {remedy}")


def flatten(value, pointer: str = "") -> dict:
    """JSON pointer -> scalar for every leaf of objects and of lists of objects."""
    if isinstance(value, dict):
        items = [(key.replace("~", "~0").replace("/", "~1"), v) for key, v in value.items()]
    elif isinstance(value, list) and any(isinstance(v, dict) for v in value):
        items = [(str(i), v) for i, v in enumerate(value)]
    else:
        return {pointer: value}
    return {p: leaf for key, v in items for p, leaf in flatten(v, f"{pointer}/{key}").items()}


@dataclass(frozen=True, eq=False)
class Point:
    """One (combination of the sweep, scheme), with its trials in ascending order."""

    index: int
    combination: int  # consecutive rows of the same parameters: the schemes of one combination
    position: int     # index in the configuration's /schemes
    scheme: str
    workers: int
    data_points: int
    stragglers: int
    noise_sigma: float
    parameters: dict  # JSON pointer -> value, as the sweep set it, objects flattened
    skipped: str
    trials: np.ndarray = field(repr=False)
    config: dict = field(repr=False)  # resolved and flattened, without what the sweep replaces
    pooled: int = 1   # points that it stands for, see laggard_series.select

    def column(self, name: str) -> np.ndarray:
        """One column over the trials; NaN for a column that this version did not write."""
        if name not in (self.trials.dtype.names or ()):
            return np.full(len(self.trials), np.nan)
        return self.trials[name]

    def setting(self, pointer: str, default=None):
        """A leaf of the configuration as it holds at this point of the sweep."""
        return self.parameters.get(pointer, self.config.get(pointer, default))

    @property
    def kind(self) -> str:
        """Kind of the scheme; the label where the configuration does not tell."""
        return str(self.setting(f"/schemes/{self.position}/kind", self.scheme))

    @property
    def active(self) -> int:
        """Workers that the scheme has work for; the others are idle, not lost."""
        if self.kind == "uncoded":
            return self.data_points
        if self.kind in _GROUPS:
            # A swept scheme may leave k and r at their defaults.
            k = self.setting(f"/schemes/{self.position}/k", 2)
            r = self.setting(f"/schemes/{self.position}/r", 1)
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
    rates: np.ndarray | None

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
        head = [("scheme", "U64"), ("workers", "u4"), ("data_points", "u4"),
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
            found = {key: np.asarray(item[()]) for key, item in group[name].items()
                     if isinstance(item, h5py.Dataset)}
            holders = [found] + [h.attrs for h in (group[name], group, file["predictions"])]
            if "inputs" in found:
                holders.insert(1, group[name]["inputs"].attrs)
            shapes = [h["shape"] for h in holders if "shape" in h]
            found["shape"] = tuple(int(v) for v in np.ravel(shapes[0])) if shapes else None
            found["trial"] = int(name) if name.isdigit() else name
            if "used" in found:  # who came too late counts as lost
                found["lost"] = np.setdiff1d(np.arange(point.active), found["used"])
            return found

        return _opened(self.path, read)

    def worker_rows(self, point: Point, trial: int | None = None):
        """(trial, rows of /workers in the order of the workers, status names); None if absent.

        The table has a row per worker and trial, so that it is read in pieces.
        """
        if trial is None:
            trial = int(point.trials["trial"][0]) if len(point.trials) else 0

        def read(_, file):
            table = file.get("workers")
            if not isinstance(table, h5py.Dataset):
                return None
            kept = []
            for start in range(0, len(table), _PIECE):
                rows = table[start:start + _PIECE]
                kept.append(rows[(rows["point"] == point.index) & (rows["trial"] == trial)])
            if not any(map(len, kept)):
                return None
            names = h5py.check_enum_dtype(table.dtype["status"]) or dict(
                zip(STATUSES, range(len(STATUSES))))
            rows = np.sort(np.concatenate(kept), order="worker")
            return trial, rows, {v: k for k, v in names.items()}

        return _opened(self.path, read)


def _as_number(name: str):
    return (0, int(name)) if name.isdigit() else (1, name)


def _text(value) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _object(text: str) -> dict:
    try:
        value = json.loads(text) if text else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _table(file: h5py.File, name: str, needed=()) -> np.ndarray | None:
    """A compound dataset without its unwritten rows; None if the file has none."""
    if not isinstance(file.get(name), h5py.Dataset):
        return None
    dataset = file[name]
    missing = [c for c in needed if c not in (dataset.dtype.names or ())]
    if missing:
        raise LaggardError(f"cannot read /{name} of '{file.filename}'",
                           f"it has no column {', '.join(missing)}",
                           "was it written by laggard, with this version or a newer one?")
    rows = dataset[()]
    if "point" in (rows.dtype.names or ()):
        rows = rows[rows["point"] != UNWRITTEN]
    return rows


def _trials_by_point(rows: np.ndarray | None) -> dict:
    if rows is None or len(rows) == 0:
        return {}
    rows = rows[np.lexsort((rows["trial"], rows["point"]))]
    indices, starts = np.unique(rows["point"], return_index=True)
    return dict(zip(indices.tolist(), np.split(rows, starts[1:])))


def _make_points(rows, trials: dict, none: np.ndarray, config: dict) -> list:
    points, combination, position, before, seen = [], -1, 0, None, {}
    for row in rows:
        parameters = _text(row["parameters"])
        if parameters != before:
            combination, position, before, seen = combination + 1, 0, parameters, {}
        label = _text(row["scheme"])
        seen[label] = seen.get(label, 0) + 1
        # Two schemes of one label in a combination must not become one line.
        shown = label if seen[label] == 1 else f"{label} ({seen[label]})"
        points.append(Point(
            index=int(row["point"]), combination=combination, position=position, scheme=shown,
            workers=int(row["workers"]), data_points=int(row["data_points"]),
            stragglers=int(row["stragglers"]), noise_sigma=float(row["noise_sigma"]),
            parameters=flatten_parameters(_object(parameters)), skipped=_text(row["skipped"]),
            trials=trials.get(int(row["point"]), none), config=config))
        position += 1
    return points


def flatten_parameters(parameters: dict) -> dict:
    """Sweep values, keyed by JSON pointer, with object values flattened further."""
    return {p: leaf for pointer, value in parameters.items()
            for p, leaf in flatten(value, pointer).items()}


def _read(path: Path, file: h5py.File) -> Results:
    kind = _text(file.attrs.get("format", ""))
    if kind != "laggard":
        raise LaggardError(f"'{path}' is not a result of `laggard run`",
                           f"its root attribute 'format' is '{kind}', not 'laggard'",
                           _USES.get(kind, "give a file that `laggard run` wrote"))
    attributes = {k: _text(v) if isinstance(v, (bytes, str)) else v for k, v in file.attrs.items()}
    config = _object(attributes.get("config", ""))
    trials = _table(file, "trials", ("point", "trial"))
    none = np.empty(0, dtype=trials.dtype if trials is not None else [("point", "u4")])
    rows = _table(file, "points", _POINT_COLUMNS)
    # A swept object replaces the whole of what stood there, with the members that it leaves out.
    replaced = tuple(f"{pointer}/" for pointer in config.get("sweep", ()))
    kept = {p: leaf for p, leaf in flatten(config).items() if not p.startswith(replaced)}
    points = [] if rows is None else _make_points(rows, _trials_by_point(trials), none, kept)
    return Results(path=path, attributes=attributes, config=config, points=points,
                   surface=_table(file, "surface"), optimum=_table(file, "optimum"),
                   rates=_table(file, "rates"))


def _opened(path, read, command: str = "run"):
    """read(path, file) of a file that `laggard <command>` wrote; LaggardError if it cannot be."""
    path, remedy = Path(path), f"give a file that `laggard {command}` wrote"
    if not path.is_file():
        raise LaggardError(f"cannot open '{path}'", "there is no such file", remedy)
    if not h5py.is_hdf5(path):
        raise LaggardError(f"cannot read '{path}'", "it is not an HDF5 file", remedy)
    try:
        with h5py.File(path, "r") as file:
            return read(path, file)
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        why = " ".join(str(error).split())
        if command == "run":
            remedy = "`laggard run --resume` repairs a file that a crash cut short"
        raise LaggardError(f"cannot read '{path}'", why, remedy) from None


def open_results(path) -> Results:
    """Reads a result file. Raises LaggardError with one clear line when that cannot be done."""
    return _opened(path, _read)


def open_encoders(path) -> dict:
    """Scheme label -> encoder matrix (N x K), from a file of `laggard matrices`."""
    def read(path, file):
        if _text(file.attrs.get("format", "")) != "laggard-matrices":
            raise LaggardError(f"'{path}' has no matrices",
                               "its root attribute 'format' is not \"laggard-matrices\"",
                               "give a file that `laggard matrices` wrote")
        return {name: group["encoder"][()] for name, group in file.items() if "encoder" in group}

    return _opened(path, read, "matrices")


def is_training(path) -> bool:
    """Whether `laggard train` wrote a file."""
    kinds = ("laggard-training", "laggard-checkpoint")
    return _opened(path, lambda _, file: _text(file.attrs.get("format", "")) in kinds)


def training_task(path) -> dict:
    """What a file of `laggard train` was trained for: the member task of its configuration."""
    def read(_, file):
        try:
            return json.loads(_text(file.attrs.get("config", "{}"))).get("task", {})
        except (ValueError, AttributeError):
            return {}

    return _opened(path, read, "train")


def open_curves(path) -> np.ndarray:
    """Rows of /curves, one per epoch, from a file of `laggard train`. Missing columns are NaN."""
    names = ("learning_rate", "train_loss", "train_accuracy", "validation_loss",
             "validation_accuracy", "seconds")

    def read(path, file):
        rows = _table(file, "curves", ("epoch",))
        if rows is None or len(rows) == 0:
            kind = _text(file.attrs.get("format", "another program's"))
            raise LaggardError(f"'{path}' has no training curves",
                               f"the table /curves is missing or empty; its format is '{kind}'",
                               "give the results/train-NAME.h5 of `laggard train`")
        found = np.zeros(len(rows), [("epoch", "u4")] + [(name, "f8") for name in names])
        for name in found.dtype.names:
            found[name] = rows[name] if name in rows.dtype.names else np.nan
        return np.sort(found, order="epoch", kind="stable")

    return _opened(path, read, "train")
