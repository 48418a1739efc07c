#!/usr/bin/python3
"""Largest differences of the library's large spline matrices, as a table.

Three numbers per case: laggard against SciPy, laggard against a reference in 40 digits and SciPy
against that reference, so that SciPy's own error can be told apart. The reference is the banded
Reinsch system for the smoothing spline and the dense kernel system for the norm penalty; both are
solved at the points that the program itself wrote, for a few target rows.
"""

import argparse
import json
import pathlib
import subprocess
import tempfile

import h5py
import mpmath as mp
import numpy as np
from scipy.interpolate import CubicSpline, make_smoothing_spline

mp.mp.dps = 40
ROOT = pathlib.Path(__file__).resolve().parents[2]


def matrices(program, folder, points, workers, smoothing, lost):
    config = pathlib.Path(folder) / "config.json"
    config.write_text(json.dumps({
        "data_points": points, "workers": workers,
        "schemes": [
            {"kind": "nercc", "lambda_encode": smoothing, "lambda_decode": smoothing},
            {"kind": "letcc", "centre": False, "lambda_encode": smoothing, "lambda_decode": smoothing}]}))
    output = pathlib.Path(folder) / "matrices.h5"
    command = [program, "matrices", str(config), "--output", str(output)]
    if lost:
        command += ["--lost", ",".join(map(str, lost))]
    subprocess.run(command, check=True)
    with h5py.File(output) as file:
        received = file["nercc/received"][:]
        return {"alpha": file["alpha"][:], "beta": file["beta"][:], "received": received,
                "decoder": file["nercc/decoder"][:], "seminorm": file["nercc/encoder"][:],
                "norm": file["letcc/encoder"][:]}


def scipy_spline(targets, nodes, smoothing, columns):
    """The given columns of the matrix; `nodes` descend."""
    knots = nodes[::-1]
    inside = np.clip(targets, knots[0], knots[-1])
    result = []
    for column in columns:
        unit = np.zeros(len(knots))
        unit[len(knots) - 1 - column] = 1.0
        if smoothing == 0.0:
            curve = CubicSpline(knots, unit, bc_type="natural")
        else:
            curve = make_smoothing_spline(knots, unit, lam=len(knots) * smoothing)
        result.append(curve(inside) + curve.derivative()(inside) * (targets - inside))
    return np.column_stack(result)


def solve_pentadiagonal(main, first, second, right):
    """LDL^T without pivoting in the precision of its arguments."""
    n = len(main)
    d, l1, l2 = [None] * n, [mp.mpf(0)] * n, [mp.mpf(0)] * n
    x = list(right)
    for i in range(n):
        pivot = main[i]
        coupling = mp.mpf(0)
        if i >= 2:
            l2[i] = second[i - 2] / d[i - 2]
            pivot -= l2[i] * second[i - 2]
        if i >= 1:
            coupling = first[i - 1] - (second[i - 2] * l1[i - 1] if i >= 2 else 0)
            l1[i] = coupling / d[i - 1]
            pivot -= l1[i] * coupling
        d[i] = pivot
        x[i] -= (l1[i] * x[i - 1] if i >= 1 else 0) + (l2[i] * x[i - 2] if i >= 2 else 0)
    for i in reversed(range(n)):
        x[i] /= d[i]
        x[i] -= (l1[i + 1] * x[i + 1] if i + 1 < n else 0) + (l2[i + 2] * x[i + 2] if i + 2 < n else 0)
    return x


def exact_row(target, nodes, smoothing):
    """One row of the smoothing spline's matrix: row = e_g + Q A^-1 (e_gamma - D Q^T e_g)."""
    t = [mp.mpf(float(x)) for x in nodes[::-1]]
    z, n = mp.mpf(float(target)), len(nodes)
    weight = n * mp.mpf(smoothing)
    h = [b - a for a, b in zip(t, t[1:])]
    q = [(1 / h[j - 1], -1 / h[j - 1] - 1 / h[j], 1 / h[j]) for j in range(1, n - 1)]
    size = n - 2
    main = [(h[c] + h[c + 1]) / 3 + weight * mp.fsum(v * v for v in q[c]) for c in range(size)]
    first = [h[c + 1] / 6 + weight * (q[c][1] * q[c + 1][0] + q[c][2] * q[c + 1][1])
             for c in range(size - 1)]
    second = [weight * q[c][2] * q[c + 2][0] for c in range(size - 2)]
    # The value at z from the values and second derivatives at both ends of its piece.
    j = min(max(int(np.searchsorted(nodes[::-1], target, side="right")) - 1, 0), n - 2)
    a, b = (t[j + 1] - z) / h[j], (z - t[j]) / h[j]
    if z < t[0]:
        cubic = (mp.mpf(0), -b * h[j] ** 2 / 6)
    elif z > t[-1]:
        cubic = (-a * h[j] ** 2 / 6, mp.mpf(0))
    else:
        cubic = ((a ** 3 - a) * h[j] ** 2 / 6, (b ** 3 - b) * h[j] ** 2 / 6)
    row = [mp.mpf(0)] * n
    row[j], row[j + 1] = a, b
    right = [mp.mpf(0)] * size
    for side in range(2):
        if 0 <= j - 1 + side < size:
            right[j - 1 + side] += cubic[side]
    for c in range(max(0, j - 2), min(size, j + 2)):
        right[c] -= weight * mp.fsum(q[c][k] * row[c + k] for k in range(3))
    solution = solve_pentadiagonal(main, first, second, right)
    for c in range(size):
        for k in range(3):
            row[c + k] += q[c][k] * solution[c]
    return np.array([float(v) for v in reversed(row)])


def exact_norm_rows(targets, nodes, smoothing):
    def kernel(s, t):
        a, b = min(s, t) + 1, max(s, t) + 1
        return 1 + a * b + a * a * b / 2 - a ** 3 / 6

    points = [mp.mpf(float(x)) for x in nodes]
    n = len(points)
    system = mp.matrix(n, n)
    for i in range(n):
        for j in range(n):
            system[i, j] = kernel(points[i], points[j]) + (n * mp.mpf(smoothing) if i == j else 0)
    rows = []
    for target in targets:
        right = mp.matrix([kernel(mp.mpf(float(target)), p) for p in points])
        rows.append([float(v) for v in mp.lu_solve(system, right)])
    return np.array(rows)


def largest(difference):
    return np.abs(difference).max()


def report(program, points, workers, smoothing, lost, rows, columns):
    with tempfile.TemporaryDirectory() as folder:
        found = matrices(program, folder, points, workers, smoothing, lost)
    nodes = found["beta"][found["received"]]
    cases = [("decoder", found["alpha"], nodes), ("seminorm", found["beta"], found["alpha"])]
    for name, targets, knots in cases:
        some = np.unique(np.linspace(0, len(knots) - 1, columns).astype(int))
        few = np.unique(np.linspace(0, len(targets) - 1, rows).astype(int))
        scipy = scipy_spline(targets, knots, smoothing, some)
        exact = np.array([exact_row(targets[t], knots, smoothing) for t in few])
        print(f"{workers:6d} {points:5d} {len(lost):5d} {name:9s} {smoothing:8.0e} "
              f"{largest(found[name][:, some] - scipy):12.1e} {largest(found[name][few] - exact):12.1e} "
              f"{largest(scipy[few] - exact[:, some]):12.1e}", flush=True)
    few = np.unique(np.linspace(0, workers - 1, rows).astype(int))
    exact = exact_norm_rows(found["beta"][few], found["alpha"], smoothing)
    print(f"{workers:6d} {points:5d} {len(lost):5d} {'norm':9s} {smoothing:8.0e} {'-':>12s} "
          f"{largest(found['norm'][few] - exact):12.1e} {'-':>12s}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=str(ROOT / "build/release/laggard"))
    parser.add_argument("--rows", type=int, default=4, help="target rows of the exact reference")
    parser.add_argument("--columns", type=int, default=40, help="unit vectors that SciPy smooths")
    arguments = parser.parse_args()
    print(f"{'N':>6s} {'K':>5s} {'lost':>5s} {'matrix':9s} {'lambda':>8s} "
          f"{'to SciPy':>12s} {'to exact':>12s} {'SciPy-exact':>12s}")
    for points, workers in [(8, 256), (20, 500), (60, 2000)]:
        lost = sorted(set(range(0, 3)) | set(range(workers // 2, workers // 2 + workers // 50)))
        for smoothing in [0.0, 1e-10, 1e-6, 1e-3, 1.0]:
            report(arguments.program, points, workers, smoothing, lost, arguments.rows,
                   arguments.columns)


if __name__ == "__main__":
    main()
