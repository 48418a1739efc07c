"""Time lines of the workers for ui.perfetto.dev, or as CSV.

Needs `"output": {"workers": true}`. The output is a trace in JSON, which ui.perfetto.dev and Chrome's
about:tracing open: a process for each trial, and a thread for each worker. On the wall clock a worker has
bars for its delay, for messages and waiting, and for its computing; on the virtual clock for its delay, and
for messages and computing together. With --csv it is a row for each worker and trial. Without -o it is printed.
"""

from __future__ import annotations

from ..cli import base_parser, put_text
from ..timeline import timeline, trace_text


def parser():
    """Arguments of this figure."""
    arguments = base_parser(__name__, __doc__, filters=False)
    arguments.add_argument("--point", type=int, help="which point (default: the first that has it)")
    arguments.add_argument("--trial", type=int, help="which trial (default: all)")
    arguments.add_argument("--csv", action="store_true", help="a table instead of a trace")
    arguments.add_argument("-o", "--output", metavar="FILE", help="write this file")
    return arguments


def run(options, progress) -> None:
    """Prints the time lines, or writes them."""
    progress.step(f"reading {options.files[0]}")
    rows = timeline(options.files[0], options.point, options.trial)
    put_text(rows.to_csv(index=False) if options.csv else trace_text(rows), options.output)
