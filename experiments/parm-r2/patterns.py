#!/usr/bin/env python3
"""Accuracies of reconstructions for each pattern of losses.

    /usr/bin/python3 experiments/parm-r2/patterns.py results/parm-r2.h5
"""
import sys

import h5py

for path in sys.argv[1:]:
    with h5py.File(path) as file:
        points, summary = file["points"][()], file["summary"][()]
    for row in summary:
        point = points[row["point"]]
        print(f"{point['scheme'].decode():<12} {point['parameters'].decode():<32} "
              f"{row['reconstructed']:>6} queries, Ad {100 * row['degraded_accuracy']:.2f} %, as the "
              f"model {100 * row['reconstruction_accuracy']:.2f} %")
