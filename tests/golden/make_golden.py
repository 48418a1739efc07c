#!/usr/bin/python3
"""Writes golden.h5: encoder and decoder matrices computed by other means than the library's.

Berrut and Lagrange matrices come straight from their formulas in 50 digits, at points that are
themselves cosines in 50 digits; splines from scipy.interpolate (CubicSpline for lambda = 0,
make_smoothing_spline otherwise) applied to unit vectors; the H^2-norm encoder from the dense kernel
system in 50 digits. Run it only to add cases; the file is kept under version control.
"""

import pathlib

import h5py
import mpmath as mp
import numpy as np
from scipy.interpolate import CubicSpline, make_smoothing_spline

mp.mp.dps = 50
OUTPUT = pathlib.Path(__file__).with_name("golden.h5")


def alphas(count):
    return [mp.cos((2 * k - 1) * mp.pi / (2 * count)) for k in range(1, count + 1)]


def betas(count, kind):
    if kind == "equispaced":
        return [1 - mp.mpf(2) * n / (count - 1) for n in range(count)]
    return [mp.cos(n * mp.pi / (count - 1)) for n in range(count)]


def rational(targets, nodes, weights):
    """sum_i w_i v_i / (z - z_i) over sum_i w_i / (z - z_i), row by row."""
    matrix = np.zeros((len(targets), len(nodes)))
    for row, target in enumerate(targets):
        terms = [w / (target - node) if abs(target - node) > mp.mpf(10) ** -40 else None
                 for w, node in zip(weights, nodes)]
        if None in terms:
            matrix[row, terms.index(None)] = 1.0
        else:
            matrix[row] = [float(term / mp.fsum(terms)) for term in terms]
    return matrix


def berrut(targets, nodes):
    return rational(targets, nodes, [(-1) ** i for i in range(len(nodes))])


def lagrange(targets, nodes):
    """The product form, without barycentric weights."""
    matrix = np.zeros((len(targets), len(nodes)))
    for row, target in enumerate(targets):
        for i, node in enumerate(nodes):
            others = nodes[:i] + nodes[i + 1:]
            matrix[row, i] = float(mp.fprod((target - x) / (node - x) for x in others))
    return matrix


def spline(targets, nodes, smoothing):
    """`nodes` descend. Natural splines are lines beyond the outer knots."""
    knots = np.array([float(x) for x in reversed(nodes)])
    points = np.array([float(x) for x in targets])
    inside = np.clip(points, knots[0], knots[-1])
    columns = []
    for unit in np.eye(len(knots))[::-1]:
        if smoothing == 0.0:
            curve = CubicSpline(knots, unit, bc_type="natural")
        else:
            curve = make_smoothing_spline(knots, unit, lam=len(knots) * smoothing)
        columns.append(curve(inside) + curve.derivative()(inside) * (points - inside))
    return np.column_stack(columns)


def norm_ridge(targets, nodes, smoothing):
    """k(z, .) (k(., .) + n lambda I)^-1 with the kernel of H^2[-1, 1]."""
    def kernel(s, t):
        a, b = min(s, t) + 1, max(s, t) + 1
        return 1 + a * b + a * a * b / 2 - a ** 3 / 6

    n = len(nodes)
    system = mp.matrix(n, n)
    for i in range(n):
        for j in range(n):
            system[i, j] = kernel(nodes[i], nodes[j]) + (n * mp.mpf(smoothing) if i == j else 0)
    inverse = system ** -1
    evaluation = mp.matrix([[kernel(z, t) for t in nodes] for z in targets])
    return np.array((evaluation * inverse).tolist(), dtype=float)


def chosen_for_degree(received, threshold):
    """T survivors evenly by rank, both ends included, halves rounded up."""
    last = len(received) - 1
    return [int(mp.floor(mp.mpf(i * last) / (threshold - 1) + mp.mpf(1) / 2))
            for i in range(threshold)]


class Writer:
    def __init__(self, file):
        self.file = file

    def write(self, kind, part, size, smoothing, degree, received, matrix, beta="chebyshev"):
        """Dataset KIND-PART-NUMBER; one list of numbers, which keeps the file small."""
        head = [*size, smoothing, degree, 1.0 if beta == "equispaced" else 0.0, len(received)]
        self.file[f"{kind}-{part}-{len(self.file):02d}"] = np.concatenate(
            [head, list(received), matrix.ravel()])


def without(workers, lost):
    return [n for n in range(workers) if n not in lost]


def write_encoders(writer):
    plan = {(5, 20): ([0.0, 1e-4], [1e-8, 1e-2]), (8, 33): ([1e-8, 1.0], [0.0, 1e-4]),
            (8, 64): ([1e-2], [1.0])}
    for size, (seminorm, norm) in plan.items():
        points, workers = alphas(size[0]), betas(size[1], "chebyshev")
        everyone = range(size[1])
        writer.write("bacc", "encoder", size, 0.0, 0, everyone, berrut(workers, points))
        writer.write("lcc", "encoder", size, 0.0, 0, everyone, lagrange(workers, points))
        for smoothing in seminorm:
            writer.write("nercc", "encoder", size, smoothing, 0, everyone,
                         spline(workers, points, smoothing))
        for smoothing in norm:
            writer.write("letcc", "encoder", size, smoothing, 0, everyone,
                         norm_ridge(workers, points, smoothing))


def write_decoders(writer):
    losses = [  # size, workers that do not answer, lambdas
        ((5, 20), {}, [0.0, 1e-8]),
        ((5, 20), {0, 1, 19}, [1e-4, 1.0]),
        ((8, 20), {3, 9, 10, 16}, [0.0, 1e-2]),
        ((8, 33), {}, [1e-4]),
        ((8, 33), set(range(12, 21)), [0.0, 1e-8, 1.0]),
        ((5, 33), {0, 2, 31, 32}, [0.0, 1e-2]),
        ((8, 64), {0, 1, 2, 5, 17, 30, 31, 50, 63}, [0.0, 1e-4]),
        ((5, 64), set(range(40, 64)), [1e-8, 1e-2]),
    ]
    for size, lost, smoothings in losses:
        received = without(size[1], lost)
        points = alphas(size[0])
        beta = "equispaced" if size == (5, 33) else "chebyshev"
        nodes = [betas(size[1], beta)[n] for n in received]
        writer.write("bacc", "decoder", size, 0.0, 0, received, berrut(points, nodes), beta)
        for smoothing in smoothings:
            writer.write("letcc", "decoder", size, smoothing, 0, received,
                         spline(points, nodes, smoothing), beta)
        if size[1] == 20:  # every survivor is used
            writer.write("lcc", "decoder", size, 0.0, 0, received, lagrange(points, nodes))
        else:
            used = chosen_for_degree(received, 2 * (size[0] - 1) + 1)
            matrix = np.zeros((size[0], len(received)))
            matrix[:, used] = lagrange(points, [nodes[i] for i in used])
            writer.write("lcc", "decoder", size, 0.0, 2, received, matrix, beta)


def main():
    with h5py.File(OUTPUT, "w", libver="latest") as file:
        writer = Writer(file)
        write_encoders(writer)
        write_decoders(writer)
        print(f"{OUTPUT.name}: {len(file)} matrices, ", end="")
    print(f"{OUTPUT.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
