"""Reads the result files of laggard, estimates, and draws.

    for point in open_results("results/convergence.h5").points:
        print(point.scheme, point.workers, point.stragglers, point.column("mse").mean())

Results: files.py opens HDF5, results.py reads a run, training.py the other kinds of file. Numbers:
stats.py estimates; series.py groups points into lines, by losses.py and waits.py. Drawing: style.py
is the look, layout.py where things stand, axis.py a log axis with a zero, floor.py what lies below it, images.py rows of images.
cli.py is the command line, progress.py what it says when it takes long.
"""

from .files import LaggardError
from .results import Point, Results, open_results
from .training import open_curves, open_encoders

__all__ = ["LaggardError", "Point", "Results", "open_curves", "open_encoders", "open_results"]
