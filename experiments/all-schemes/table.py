#!/usr/bin/env python3
"""Accuracy in % and RMSE of every scheme against N, one Markdown table for each level of losses.

    /usr/bin/python3 experiments/all-schemes/table.py results/all-schemes-n{72,75,80,90,120}.h5
"""
import json
import signal
import sys

import h5py
import numpy as np

signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `| head` is no error
cells, workers, base = {}, [], {}
for path in sys.argv[1:]:
    try:
        with h5py.File(path) as file:
            points, summary = file["points"][()], file["summary"][()]
    except OSError as error:
        sys.exit(f"'{path}' cannot be read ({error}); is it still being written?")
    for row in summary:
        point = points[row["point"]]
        level = json.loads(point["parameters"])["/stragglers/probability"]
        number = int(point["workers"])
        if number not in workers:
            workers.append(number)
        cells.setdefault(level, {}).setdefault(point["scheme"].decode(), {})[number] = (
            f"{100 * row['accuracy_mean']:.1f}, {np.sqrt(row['mse_mean']):.3g}")
        base[level] = row["base_accuracy"]
for level, schemes in sorted(cells.items()):
    print(f"\np = {level:g}, the model itself {100 * base[level]:.1f} %\n")
    print("| scheme | " + " | ".join(f"N = {n}" for n in workers) + " |")
    print("|---" * (len(workers) + 1) + "|")
    for scheme, row in schemes.items():
        print(f"| {scheme} | " + " | ".join(row.get(n, "") for n in workers) + " |")
