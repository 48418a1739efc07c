"""Reads the result files of laggard, estimates, and draws.

    for point in open_results("results/convergence.h5").points:
        print(point.scheme, point.workers, point.stragglers, point.column("mse").mean())

Results: files.py opens HDF5, results.py reads a run, trainings.py the other kinds of file; frames.py
gives tables as DataFrames, timeline.py time lines for other viewers. Numbers:
stats.py estimates; series.py groups points into lines, losses.py and waits.py know what the lost
workers and the wait policies are called. Drawing: style.py is the look, layout.py says where things
stand, labels.py places names in a panel, axis.py is a log axis with a zero, floor.py what lies below
it, images.py draws rows of images. Tables: formulas.py computes, pivot.py arranges. Report:
claims.py compares with published numbers, claim_rules.py says what a claim may be, page.py is the HTML
page, reproduce.py runs what is missing.
cli.py is the command line, progress.py what it says when it takes long.
"""

from .files import LaggardError
from .results import Point, Results, open_results
from .trainings import open_curves, open_encoders
from .frames import points, queries, table, training, trials, workers
from .timeline import timeline

__all__ = ["LaggardError", "Point", "Results", "open_curves", "open_encoders", "open_results",
           "points", "queries", "table", "timeline", "training", "trials", "workers"]
