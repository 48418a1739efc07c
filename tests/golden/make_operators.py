#!/usr/bin/python3
"""Writes operators.h5: operators of the newer decoders, computed in 50 digits by other means than the
library's, from nodes and targets that are doubles.

Floater and Hormann's interpolants are blends of polynomials, as they are defined; smoothing splines come
from the dense system of their kernel; polynomials from the normal equations; kriging from the system with
Lagrange's multiplier; and what a method errs at a value that it does not know from refitting without it.
"""

import pathlib

import h5py
import mpmath as mp
import numpy as np

mp.mp.dps = 50
OUTPUT = pathlib.Path(__file__).with_name("operators.h5")
TARGETS = [1.0, 0.99999, 0.77, 0.3, 0.0, -0.4321, -0.9, -1.0]


def chebyshev(count, lost=()):
    points = np.cos(np.arange(count) * np.pi / (count - 1))
    return [float(x) for n, x in enumerate(points) if n not in lost]


def equispaced(count, lost=()):
    return [float(x) for n, x in enumerate(np.linspace(1, -1, count)) if n not in lost]


NODES = {
    "few": chebyshev(7, {3}),
    "ends": chebyshev(30, {0, 1, 29}),
    "gap": chebyshev(40, set(range(17, 23))),
    "equispaced": equispaced(33, {5, 6, 20}),
}


def doubles(matrix):
    return np.array(matrix.tolist(), dtype=float)


def exact(points):
    return [mp.mpf(x) for x in points]


def lagrange_row(target, nodes):
    return [mp.fprod((target - x) / (node - x) for j, x in enumerate(nodes) if j != i)
            for i, node in enumerate(nodes)]


def floater_hormann(targets, nodes, degree):
    """sum_i lambda_i p_i / sum_i lambda_i, where p_i interpolates at nodes i..i+degree."""
    degree = min(degree, len(nodes) - 1)
    matrix = mp.zeros(len(targets), len(nodes))
    for row, target in enumerate(targets):
        if target in nodes:
            matrix[row, nodes.index(target)] = 1
            continue
        total = mp.mpf(0)
        for i in range(len(nodes) - degree):
            window = nodes[i:i + degree + 1]
            weight = (-1) ** i / mp.fprod(target - x for x in window)
            total += weight
            for j, share in enumerate(lagrange_row(target, window)):
                matrix[row, i + j] += weight * share
        for j in range(len(nodes)):
            matrix[row, j] /= total
    return matrix


def kernel(order, s, t):
    """int_{-1}^{min} (s - u)^(m-1) (t - u)^(m-1) du / (m-1)!^2."""
    a, d = min(s, t) + 1, abs(s - t)
    if order == 2:
        return a ** 3 / 3 + d * a ** 2 / 2
    return (a ** 5 / 5 + d * a ** 4 / 2 + d ** 2 * a ** 3 / 3) / 4


def spline(order, targets, nodes, weight):
    """Least sum (y - g)^2 + weight int (g^(order))^2."""
    n, free = len(nodes), min(order, len(nodes))
    system = mp.zeros(n + free, n + free)
    for i in range(n):
        for j in range(n):
            system[i, j] = kernel(order, nodes[i], nodes[j]) + (weight if i == j else 0)
        for p in range(free):
            system[i, n + p] = system[n + p, i] = nodes[i] ** p
    right = mp.zeros(n + free, len(targets))
    for t, target in enumerate(targets):
        for i in range(n):
            right[i, t] = kernel(order, nodes[i], target)
        for p in range(free):
            right[n + p, t] = target ** p
    return solve(system, right)[:n, :].T


def solve(system, right):
    """By elimination with pivoting; mpmath's own factorises again for every column."""
    n, columns = system.rows, right.cols
    rows = [[system[i, j] for j in range(n)] + [right[i, c] for c in range(columns)]
            for i in range(n)]
    for c in range(n):
        pivot = max(range(c, n), key=lambda r: abs(rows[r][c]))
        rows[c], rows[pivot] = rows[pivot], rows[c]
        for r in range(c + 1, n):
            factor = rows[r][c] / rows[c][c]
            if factor:
                rows[r][c:] = [a - factor * b for a, b in zip(rows[r][c:], rows[c][c:])]
    for c in reversed(range(n)):
        rows[c][n:] = [value / rows[c][c] for value in rows[c][n:]]
        for r in range(c):
            rows[r][n:] = [a - rows[r][c] * b for a, b in zip(rows[r][n:], rows[c][n:])]
    return mp.matrix([row[n:] for row in rows])


def polynomial(targets, nodes, degree):
    degree = min(degree, len(nodes) - 1)

    def columns(points):
        return mp.matrix([[mp.chebyt(p, x) for p in range(degree + 1)] for x in points])

    on_nodes = columns(nodes)
    return columns(targets) * solve(on_nodes.T * on_nodes, on_nodes.T)


def distance(a, b):
    return mp.sqrt(mp.fsum((x - y) ** 2 for x, y in zip(a, b)))


def kriging(targets, nodes):
    n = len(nodes)
    system, right = mp.zeros(n + 1, n + 1), mp.zeros(n + 1, len(targets))
    for i, a in enumerate(nodes):
        for j, b in enumerate(nodes):
            system[i, j] = distance(a, b)
        system[i, n] = system[n, i] = 1
        for t, target in enumerate(targets):
            right[i, t] = distance(a, target)
    for t in range(len(targets)):
        right[n, t] = 1
    return solve(system, right)[:n, :].T


def left_out(nodes, values, operator):
    """The errors at each inner value by what the operator makes of the others."""
    errors = mp.zeros(len(nodes), values.cols)
    for i in range(1, len(nodes) - 1):
        others = [j for j in range(len(nodes)) if j != i]
        row = operator([nodes[i]], [nodes[j] for j in others])
        for c in range(values.cols):
            errors[i, c] = values[i, c] - mp.fsum(row[0, at] * values[j, c]
                                                  for at, j in enumerate(others))
    return errors


def values_on(nodes):
    """Two columns of doubles that are smooth, with a kink."""
    return mp.matrix([[float(mp.sin(5 * x)), float(abs(x - 0.2))] for x in nodes])


class Writer:
    def __init__(self, file):
        self.file = file

    def write(self, kind, nodes, parameter, matrix, **more):
        group = self.file.create_group(f"{kind}/{len(self.file.get(kind, ())):02d}")
        group["nodes"] = np.array(nodes, dtype=float)
        group["parameter"] = np.array([float(parameter)])
        group["matrix"] = doubles(matrix)
        for name, array in more.items():
            group[name] = np.array(array, dtype=float)


def write_curves(writer):
    for nodes in NODES.values():
        points, targets, n = exact(nodes), exact(TARGETS), len(nodes)
        for degree in (0, 1, 3, 6):
            writer.write("floater_hormann", nodes, degree, floater_hormann(targets, points, degree),
                         targets=TARGETS)
        for degree in (0, 3, 5, 14):
            writer.write("polynomial", nodes, degree, polynomial(targets, points, degree),
                         targets=TARGETS)
        for stiffness in (0.0, 1e-2, 1e3, 1e7):  # lambda n^6
            smoothing = stiffness / n ** 6
            writer.write("quintic", nodes, smoothing,
                         spline(3, targets, points, n * mp.mpf(smoothing)), targets=TARGETS)


def write_kriging(writer):
    random = np.random.default_rng(14)
    for count, dimensions, scale in ((1, 3, 1.0), (2, 1, 1.0), (12, 2, 1.0), (30, 5, 1e-4), (25, 40, 1e6)):
        nodes = random.normal(size=(count, dimensions)) * scale
        targets = np.vstack([random.normal(size=(5, dimensions)) * scale, nodes[:2]])
        matrix = kriging([exact(row) for row in targets], [exact(row) for row in nodes])
        writer.write("kriging", nodes, dimensions, matrix, targets=targets)


def write_left_out(writer):
    """`matrix` holds the errors at the inner values."""
    for nodes in (NODES["few"], chebyshev(18, {7, 8}), equispaced(17, {0, 4})):
        points, n = exact(nodes), len(nodes)
        values = values_on(points)
        table = doubles(values)
        for order, name in ((2, "left_out_cubic"), (3, "left_out_quintic")):
            for stiffness in (1e-2, 1e3, 1e7):
                smoothing = stiffness / n ** (2 * order)
                errors = left_out(points, values,
                                  lambda t, x: spline(order, t, x, n * mp.mpf(smoothing)))
                writer.write(name, nodes, smoothing, errors, values=table)
        for degree in (0, 3, 5):
            errors = left_out(points, values, lambda t, x: polynomial(t, x, degree))
            writer.write("left_out_polynomial", nodes, degree, errors, values=table)


def main():
    with h5py.File(OUTPUT, "w", libver="latest") as file:
        writer = Writer(file)
        write_curves(writer)
        write_kriging(writer)
        write_left_out(writer)
        count = sum(len(group) for group in file.values())
    print(f"{OUTPUT.name}: {count} operators, {OUTPUT.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
