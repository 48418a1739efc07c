"""Checks of result files for the scripts beside this one: check_results.py CHECK ARGUMENT ..."""

import json
import os
import sys

os.environ.setdefault("HDF5_USE_FILE_LOCKING", "FALSE")  # files that a run is writing, too

import h5py
import numpy as np


def _trials(path):
    with h5py.File(path) as file:
        return file["trials"][()]


def _finished(path):
    with h5py.File(path) as file:
        return "finished" in file.attrs


def complete(path, count):
    """FILE COUNT: the run is finished and has that many trials."""
    rows, finished = len(_trials(path)), _finished(path)
    print(f"{os.path.basename(path)}: {rows} trials, {'' if finished else 'not '}finished")
    return finished and rows == int(count)


def begun(path, count):
    """FILE COUNT: the run goes on, and has written at least that many trials."""
    return os.path.exists(path) and not _finished(path) and len(_trials(path)) >= int(count)


def resumed(path, count):
    """FILE COUNT: the run was taken up again that many times."""
    with h5py.File(path) as file:
        times = len(json.loads(file.attrs.get("resumed", "[]")))
    print(f"{os.path.basename(path)}: taken up again {times} time(s)")
    return times == int(count)


def same(one, other):
    """A B: the trials have the same bits."""
    equal = _trials(one).tobytes() == _trials(other).tobytes()
    print(f"{os.path.basename(one)} and {os.path.basename(other)}: "
          f"{'the same bits' if equal else 'different trials'}")
    return equal


def together(whole, *parts):
    """WHOLE PART ...: the parts' trials, but for the numbers of the points, are those of the whole."""
    def bits(path):
        rows = _trials(path)
        rows["point"] = 0
        return [row.tobytes() for row in rows]

    equal = sorted(bits(whole)) == sorted(bit for part in parts for bit in bits(part))
    print(f"the parts are {'' if equal else 'not '}the whole of {os.path.basename(whole)}")
    return equal


def hosts(path, count):
    """FILE COUNT: the run was on that many hosts."""
    with h5py.File(path) as file:
        names = file.attrs["hosts"]
    print(f"{os.path.basename(path)}: on {names}")
    return len(names.split(",")) == int(count)


def failures(path, ranks):
    """FILE RANKS: these ranks (a comma between) died, and no others."""
    with h5py.File(path) as file:
        rows = file["failures"][()]
    for row in rows:
        print(f"{os.path.basename(path)}: rank {row['rank']} died, noticed in trial {row['trial']}")
    return sorted(rows["rank"]) == [int(rank) for rank in ranks.split(",")]


def late(path, ranks):
    """FILE RANKS: workers on these ranks (a comma between) are late at least three times as often
    as the others."""
    with h5py.File(path) as file:
        rows = file["workers"][()]
        late_status = h5py.check_enum_dtype(file["workers"].dtype["status"])["late"]
    here = np.isin(rows["rank"], [int(rank) for rank in ranks.split(",")])
    behind, others = ((rows["status"][where] == late_status).mean() for where in (here, ~here))
    print(f"{os.path.basename(path)}: late {behind:.1%} on ranks {ranks}, {others:.1%} elsewhere")
    return behind >= 3 * others


if __name__ == "__main__":
    sys.exit(0 if globals()[sys.argv[1]](*sys.argv[2:]) else 1)
