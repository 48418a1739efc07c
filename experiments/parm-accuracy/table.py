#!/usr/bin/env python3
"""Degraded accuracy of every base model, encoder and k, as one Markdown table: Ad in %, in brackets
the share of reconstructions with the model's own class.

    /usr/bin/python3 experiments/parm-accuracy/table.py results/parm-accuracy-*.h5
"""
import json
import sys

import h5py
import numpy as np

K = (2, 3, 4)
cells, base = {}, {}
for path in sys.argv[1:]:
    with h5py.File(path) as file:
        config = json.loads(file.attrs["config"])
        points, summary = file["points"][()], file["summary"][()]
    model, data = config["name"].removeprefix("parm-accuracy-").rsplit("-", 1)[0].split("-", 1)
    for scheme in config["schemes"]:
        label = scheme["label"] or scheme["kind"]
        rows = np.array([points[row["point"]]["scheme"].decode() == label for row in summary])
        lost = summary["reconstructed"][rows]
        share = [100 * np.average(summary[name][rows], weights=lost)
                 for name in ("degraded_accuracy", "reconstruction_accuracy")]
        cells.setdefault((model, data), {}).setdefault(label, {})[scheme["k"]] = share
        base[model, data] = 100 * summary["base_accuracy"][rows].mean()

print("| F, data | Aa | encoder | " + " | ".join(f"k = {k}" for k in K) + " |")
print("|---" * (3 + len(K)) + "|")
for (model, data), encoders in cells.items():
    for number, (encoder, row) in enumerate(encoders.items()):
        first = f"{model}, {data} | {base[model, data]:.2f}" if number == 0 else " | "
        shares = " | ".join("{:.2f} ({:.1f})".format(*row[k]) if k in row else "-" for k in K)
        print(f"| {first} | {encoder} | {shares} |")
