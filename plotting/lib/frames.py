"""The tables of a file as DataFrames of pandas.

    import laggard
    trials = laggard.trials("results/my.h5")
    trials.groupby(["scheme", "workers"])["mse"].mean()
    trials.attrs["units"]                            # {"encode_seconds": "s", ...}

Units stand in `attrs["units"]` for the columns that have one. Numbers with names, as the status of a worker,
are categories. Every table but `points` also has the scheme of its points and what the sweep set there, by the JSON
pointer ("/delay/mean"). There a list is a tuple and an object is JSON text, so that one can group by them.
"""

from __future__ import annotations

import json

import numpy as np

from .files import LaggardError, dataset_of, names_of, object_of, opened, table_of, text_of
from .results import flatten_parameters

_OF_POINT = ("scheme", "workers", "data_points", "stragglers", "noise_sigma")


def _pandas():
    try:
        import pandas
    except ImportError:
        raise LaggardError("there is no pandas", "tables are DataFrames of pandas",
                           "run 'apt install python3-pandas' or 'pip install pandas'") from None
    return pandas


def _values(column, pandas):
    """A column as pandas likes it: texts as str, numbers with names as categories."""
    names = names_of(column.dtype)
    if names:
        return pandas.Categorical.from_codes(
            np.searchsorted(sorted(names), column), [names[number] for number in sorted(names)])
    return [text_of(value) for value in column] if column.dtype.kind in "OSU" else column


def table(path, name: str):
    """The table /name of a file of laggard, as it stands there."""
    pandas = _pandas()

    def read(path, file):
        rows = table_of(file, name)
        if rows is None or rows.dtype.names is None:
            raise LaggardError(f"'{path}' has no table /{name}", "the run did not record it",
                               "see results/README.md for the tables and the settings that record them")
        frame = pandas.DataFrame({key: _values(rows[key], pandas) for key in rows.dtype.names})
        units = object_of(text_of(dataset_of(file, name).attrs.get("units", "")))
        frame.attrs["units"] = {key: unit for key, unit in units.items() if key in frame}
        return frame

    return opened(path, read)


def _cell(value):
    """A value of the configuration as something that can be grouped by."""
    if isinstance(value, list):
        return tuple(_cell(member) for member in value)
    return json.dumps(value, sort_keys=True) if isinstance(value, dict) else value


def points(path):
    """/points, with a column for every leaf that the sweep sets."""
    frame = table(path, "points")
    units = frame.attrs["units"]
    swept = [flatten_parameters(object_of(text)) for text in frame["parameters"]]
    for pointer in dict.fromkeys(pointer for setting in swept for pointer in setting):
        frame[pointer] = [_cell(setting.get(pointer)) for setting in swept]
    frame.attrs["units"] = units
    return frame


def _of_points(path, name: str):
    """A table of a run with the columns of its points before its own."""
    frame, places = table(path, name), points(path)
    units = {**places.attrs["units"], **frame.attrs["units"]}
    kept = ["point", *[key for key in places if key in _OF_POINT or key.startswith("/")]]
    joined = places[[key for key in kept if key == "point" or key not in frame]].merge(
        frame, on="point", validate="one_to_many")
    joined.attrs["units"] = {key: unit for key, unit in units.items() if key in joined}
    return joined


def trials(path):
    """/trials of a run: a row for each trial of each point."""
    return _of_points(path, "trials")


def workers(path):
    """/workers of a run with `"output": {"workers": true}`: a row for each worker of each trial."""
    return _of_points(path, "workers")


def queries(path):
    """/queries of an experiment on serving."""
    return _of_points(path, "queries")


def training(path):
    """/training of an experiment on training, or /curves of a file of `laggard train`."""
    is_run = opened(path, lambda _, file: dataset_of(file, "points") is not None)
    return _of_points(path, "training") if is_run else table(path, "curves")
