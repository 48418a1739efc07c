#!/usr/bin/env python3
"""Measured times of codes of groups, from /timings: per group to encode and to decode, per query to
compute, and what encoding takes in units of one answer of the model.

    /usr/bin/python3 experiments/parm-accuracy/times.py results/FILE.h5 ...

Medians over the trials. Decoding counts the groups that had something to decode.
"""
import json
import sys

import h5py
import numpy as np

print(f"{'scheme':<24} {'k':>2} {'groups':>6} {'encode us':>10} {'decode us':>10} {'model us':>9} "
      f"{'encode / model':>14}")
for path in sys.argv[1:]:
    with h5py.File(path) as file:
        points, trials, timings = (file[name][()] for name in ("points", "trials", "timings"))
        config = json.loads(file.attrs["config"])
    groups = {}
    for number, point in enumerate(points):
        schemes = json.loads(point["parameters"]).get("/schemes", config["schemes"])
        label = point["scheme"].decode()
        scheme = next(s for s in schemes if (s.get("label") or s["kind"]) == label)
        if "k" in scheme:
            groups.setdefault((label, scheme["k"]), (scheme, []))[1].append(number)
    for (label, _), (scheme, rows) in groups.items():
        mine, counted = np.isin(timings["point"], rows), np.isin(trials["point"], rows)
        if not counted.any():
            continue
        groups = points["data_points"][rows[0]] // scheme["k"]
        decoded = max(trials["reconstructed"][counted].mean(), 1)
        times = timings[mine]
        encode = np.median(times["encode_seconds"]) / groups * 1e6
        decode = np.median(times["decode_seconds"]) / min(decoded, groups) * 1e6
        answered = trials["received"][counted].mean()
        model = np.median(times["compute_seconds"]) / answered * 1e6
        print(f"{label:<24} {scheme['k']:>2} {groups:>6} {encode:>10.1f} {decode:>10.1f} "
              f"{model:>9.1f} {encode / model:>14.2f}")
