"""Time lines of the workers for a viewer: CSV, or the trace format that ui.perfetto.dev and Chrome read.

A worker is a thread of the trace, a trial a process. Each worker has its delay and its computing as bars. The
virtual clock knows of the delay alone: what its time model adds is one bar behind it.
"""

from __future__ import annotations

import json

import numpy as np

from .files import LaggardError
from .frames import workers

_MICROSECONDS = 1e6


def timeline(path, point: int | None = None, trial: int | None = None):
    """The rows of /workers of one point (default: the first that has some) and one trial (default:
    all) as a DataFrame with the moments `begin_seconds` and `end_seconds` of the computing; on the virtual
    clock, of messages and computing."""
    rows = workers(path)
    if len(rows):
        rows = rows[rows["point"] == (rows["point"].iloc[0] if point is None else point)]
    if trial is not None:
        rows = rows[rows["trial"] == trial]
    if not len(rows):
        raise LaggardError(f"'{path}' has no time line for this choice", "/workers has no such row",
                           "choose another point or trial")
    units = dict(rows.attrs["units"])
    end = rows["arrival_seconds"]
    # The copy of a task may be there before its first delay is over.
    after_delay = np.minimum(rows["delay_seconds"], end)
    rows = rows.assign(begin_seconds=(end - rows["compute_seconds"]).fillna(after_delay), end_seconds=end)
    rows.attrs["units"] = {**units, "begin_seconds": "s", "end_seconds": "s"}
    return rows.sort_values(["trial", "worker"], kind="stable").reset_index(drop=True)


def _bar(name: str, row, begin: float, end: float) -> dict:
    return {"name": name, "cat": str(row.status), "ph": "X", "pid": int(row.trial), "tid": int(row.worker),
            "ts": begin * _MICROSECONDS, "dur": (end - begin) * _MICROSECONDS,
            "args": {"status": str(row.status), "rank": int(row.rank)}}


def trace_events(rows) -> list:
    """The events of a trace from the rows of timeline(). An answer that never came has no bar."""
    events = [{"name": "process_name", "ph": "M", "pid": int(trial), "args": {"name": f"trial {trial}"}}
              for trial in rows["trial"].unique()]
    for row in rows.itertuples():
        if not np.isfinite(row.end_seconds):
            events.append({"name": str(row.status), "ph": "i", "s": "t", "pid": int(row.trial),
                           "tid": int(row.worker), "ts": 0.0})
            continue
        if row.begin_seconds > 0:
            events.append(_bar("delay", row, 0.0, row.begin_seconds))
        if row.end_seconds > row.begin_seconds:
            measured = np.isfinite(row.compute_seconds)
            events.append(_bar("compute" if measured else "messages and computing", row, max(0.0, row.begin_seconds), row.end_seconds))
    return events


def trace_text(rows) -> str:
    """The trace as JSON."""
    return json.dumps({"traceEvents": trace_events(rows), "displayTimeUnit": "ms"}) + "\n"
