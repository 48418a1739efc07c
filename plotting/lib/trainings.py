"""Reads the files beside the results: training curves, networks, encoding matrices."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .files import LaggardError, format_of, object_of, opened, table_of, text_of

_CURVES = ("learning_rate", "train_loss", "train_accuracy", "validation_loss",
           "validation_accuracy", "seconds")


def training_config(path) -> dict:
    """The configuration of a training, from its curves or from the weights that it wrote."""
    return opened(path, lambda _, file: object_of(text_of(file.attrs.get("config", ""))), "train")


def training_task(path) -> dict:
    """What a network was trained for: the member `task` of its configuration."""
    task = training_config(path).get("task", {})
    return task if isinstance(task, dict) else {}


def open_curves(path) -> np.ndarray:
    """Rows of /curves, one per epoch, from a file of `laggard train`. Missing columns are NaN."""
    def read(path, file):
        rows = table_of(file, "curves", ("epoch",))
        if rows is None or len(rows) == 0:
            raise LaggardError(f"'{path}' has no training curves",
                               "the table /curves is missing or empty; its format is "
                               f"'{format_of(file) or 'that of another program'}'",
                               "give the results/train-NAME.h5 of `laggard train`")
        found = np.zeros(len(rows), [("epoch", "u4")] + [(name, "f8") for name in _CURVES])
        for name in found.dtype.names:
            found[name] = rows[name] if name in rows.dtype.names else np.nan
        return np.sort(found, order="epoch", kind="stable")

    return opened(path, read, "train")


def open_encoders(path) -> dict:
    """Scheme label -> encoder matrix (N x K), from a file of `laggard matrices`."""
    def read(path, file):
        if format_of(file) != "laggard-matrices":
            raise LaggardError(f"'{path}' has no matrices",
                               "its root attribute 'format' is not \"laggard-matrices\"",
                               "give a file that `laggard matrices` wrote")
        return {name: group["encoder"][()] for name, group in file.items() if "encoder" in group}

    return opened(path, read, "matrices")


def training_effort(point) -> tuple:
    """(epochs, minutes) of the network of a point's scheme, from its weights and from
    results/train-NAME.h5; None for what is not there, 0 for a scheme without a network of its own."""
    files = point.own("parity") or [point.own("weights") or ""]
    weights = Path(files[0] if isinstance(files, list) else files)
    if weights == Path():
        return 0, 0
    epochs = training_config(weights).get("epochs") if weights.is_file() else None
    curves = Path("results") / f"train-{weights.stem}.h5"
    minutes = float(open_curves(curves)["seconds"].sum()) / 60 if curves.is_file() else None
    return epochs, minutes
