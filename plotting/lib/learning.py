"""Reads /training of a file of the experiment `training`."""

from __future__ import annotations

import numpy as np

from .files import LaggardError, opened, table_of


def open_trainings(path) -> dict:
    """Point -> trial -> rows of /training by step."""
    def read(path, file):
        rows = table_of(file, "training", ("point", "trial", "step", "seconds"))
        if rows is None or len(rows) == 0:
            raise LaggardError(f"'{path}' has no trainings", "the table /training is missing or empty",
                               "give the file of an experiment of the kind 'training'")
        found = {}
        for row in np.split(rows, np.flatnonzero(np.diff(rows["point"].astype("i8") << 32
                                                         | rows["trial"])) + 1):
            found.setdefault(int(row["point"][0]), {})[int(row["trial"][0])] = np.sort(
                row, order="step", kind="stable")
        return found

    return opened(path, read)


def time_to(rows, accuracy: float) -> float:
    """Seconds until the test accuracy is reached for the first time, by a straight line from the row
    before; infinite if it never is."""
    reached = np.flatnonzero(rows["test_accuracy"] >= accuracy)
    if not len(reached):
        return np.inf
    at = reached[0]
    if at == 0:
        return float(rows["seconds"][0])
    before, after = rows[at - 1], rows[at]
    share = (accuracy - before["test_accuracy"]) / (after["test_accuracy"] - before["test_accuracy"])
    return float(before["seconds"] + share * (after["seconds"] - before["seconds"]))


def times_to(point, accuracy: float) -> list:
    """time_to() of each trial of a point, in the order of its rows in /trials."""
    trainings = open_trainings(point.path)
    return [time_to(trainings[part.index][int(trial)], accuracy)
            for part in point.parts or (point,) for trial in part.trials["trial"]]
