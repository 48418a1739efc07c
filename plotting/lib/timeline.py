"""Time lines of the workers for a viewer: CSV, or the trace format that ui.perfetto.dev and Chrome read.

A worker is a thread of the trace, a trial a process. Its first bar is the delay that was drawn for it. On the
wall clock, messages and waiting follow, and then the measured computing. The virtual clock keeps only the
moment of the arrival, so what follows the delay there is one bar.
"""

from __future__ import annotations

import json

import numpy as np

from .files import LaggardError
from .frames import workers

_MICROSECONDS = 1e6
_SHORTEST_S = 1e-9  # of a bar; what is shorter is rounding


def timeline(path, point: int | None = None, trial: int | None = None):
    """The rows of /workers of one point (default: the first that has some) and one trial (default:
    all) as a DataFrame with the moments `begin_seconds` and `end_seconds` of the computing. On the virtual
    clock `begin_seconds` is the end of the delay, and messages are between the two as well."""
    rows = workers(path)
    if len(rows):
        rows = rows[rows["point"] == (rows["point"].iloc[0] if point is None else point)]
    if trial is not None:
        rows = rows[rows["trial"] == trial]
    if not len(rows):
        raise LaggardError(f"'{path}' has no time line for this choice", "/workers has no such row",
                           "choose another point or trial")
    units = dict(rows.attrs["units"])
    end, compute = rows["arrival_seconds"], rows["compute_seconds"]
    # A task that was sent again can have its answer before its first delay is over.
    begin = (end - compute).where(compute.notna(), np.minimum(rows["delay_seconds"], end))
    rows = rows.assign(begin_seconds=begin, end_seconds=end)
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
        begin = max(0.0, row.begin_seconds)
        delay = min(row.delay_seconds, begin)
        last = "compute" if np.isfinite(row.compute_seconds) else "messages and computing"
        for name, *ends in (("delay", 0.0, delay), ("messages and waiting", delay, begin),
                            (last, begin, row.end_seconds)):
            if ends[1] - ends[0] > _SHORTEST_S:
                events.append(_bar(name, row, *ends))
    return events


def trace_text(rows) -> str:
    """The trace as JSON."""
    return json.dumps({"traceEvents": trace_events(rows), "displayTimeUnit": "ms"}) + "\n"
