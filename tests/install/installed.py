#!/usr/bin/env python3
"""Installs a build, makes the tree read-only, moves it, and uses it from another folder.

    tests/install/installed.py build/release

The program runs configurations and a network that were installed, its schema is the installed one, the plots draw, and
the links of the installed pages lead to files that are there, too. A program that finds laggard with find_package is
built with other compiler flags than laggard and runs over MPI. Where dpkg-deb is there, the Debian package is made as
well, unpacked and started; where pip is there, the Python package.
"""

import argparse
import csv
import importlib.util
import os
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable


class Failure(Exception):
    pass


def run(*words, cwd, **variables):
    """What a command prints; Failure with its errors unless it succeeds."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, errors="replace",
                          check=False, env={**os.environ, **variables})
    if done.returncode != 0:
        raise Failure(f"{' '.join(map(str, words))}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
    return done.stdout


def expect(condition, what):
    if not condition:
        raise Failure(what)


def state(tree):
    """Every file of a tree with its size and its time."""
    return {path: (path.lstat().st_size, path.lstat().st_mtime_ns) for path in sorted(tree.rglob("*"))}


def make_read_only(tree):
    for path in [tree, *tree.rglob("*")]:
        if not path.is_symlink():
            path.chmod(path.stat().st_mode & ~0o222)


def make_writable(tree):
    for path in [tree, *tree.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)


def follow_links(share):
    """Every link of the installed pages, by the test of the pages of the source."""
    spec = importlib.util.spec_from_file_location("links", ROOT / "tests/pages/links.py")
    links = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(links)
    pages = sorted(share.rglob("*.md"))
    expect(share / "README.md" in pages, "no pages are installed")
    wrong = [f"{page.relative_to(share)}: {problem}" for page in pages for problem in links.wrong_links(page)]
    expect(not wrong, "installed pages: " + "; ".join(wrong))


def use_program(tree, away, with_torch):
    """Runs, shows and draws an installed configuration."""
    program, share = tree / "bin/laggard", tree / "share/laggard"
    version = run(program, "--version", cwd=away)
    expect(("not built in" not in version) == with_torch, f"libtorch in the installed program: {version}")
    schema = run(program, "schema", cwd=away)
    expect(schema == (share / "configs/laggard.schema.json").read_text(), "the installed schema is another one")
    run(program, "run", share / "configs/convergence.json", "--set", "/trials=2", "-q", "-o", away / "r.h5", cwd=away)
    expect("letcc" in run(program, "summary", away / "r.h5", cwd=away), "no summary")
    run(tree / "bin/laggard-plot", "convergence", away / "r.h5", "-o", away / "r.png", cwd=away,
        PYTHONDONTWRITEBYTECODE="1")
    expect((away / "r.png").stat().st_size > 1000, "no figure")
    if with_torch:
        run_network(program, share, away)
    else:
        expect(sorted((share / "results/weights").glob("*.h5")), "no weights are installed")


def run_network(program, share, away):
    """An installed network, on images of noise, since images are not installed. Configurations name weights by paths
    that begin in share/laggard."""
    images = away / "noise-images-idx3-ubyte"
    images.write_bytes(struct.pack(">4i", 0x803, 100, 28, 28) + random.Random(1).randbytes(100 * 28 * 28))
    (away / "noise-labels-idx1-ubyte").write_bytes(struct.pack(">2i", 0x801, 100) + bytes(n % 10 for n in range(100)))
    run(program, "run", "configs/quickstart.json", "-q", "-o", away / "network.h5", "--set", "/trials=1", "--set",
        f'/dataset={{"kind": "idx", "images": "{images}"}}', "--set", '/sweep={"/stragglers/count": [0]}', cwd=share)
    rows = csv.DictReader(run(program, "summary", "--csv", away / "network.h5", cwd=away).splitlines())
    errors = {row["scheme"]: float(row["mse_mean"]) for row in rows}
    expect(errors["uncoded"] < 1e-9 < errors["bacc"] < 1, f"the installed network has the errors {errors}")


def build_own_program(tree, away):
    """The example against the installed library, with flags that give Eigen another alignment by itself."""
    build = away / "own"
    run("cmake", "-S", ROOT / "tests/install/own_program", "-B", build, f"-DCMAKE_PREFIX_PATH={tree}",
        "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS=-march=x86-64" if os.uname().machine == "x86_64" else "", cwd=away)
    run("cmake", "--build", build, cwd=away)
    own = build / "own_program"
    libraries = run("ldd", own, cwd=away)
    expect(not re.search("hdf5|torch", libraries), f"the example links {libraries}")
    oversubscribe = ["--oversubscribe"] if "Open MPI" in run("mpirun", "--version", cwd=away) else []
    said = run("mpirun", *oversubscribe, "-n", 17, own, cwd=away)
    errors = [float(text) for text in re.findall(r"error is (\S+)", said)]
    expect(len(errors) == 2 and all(error < 0.1 for error in errors), f"the example says {said}")
    print(said, end="")


def use_package(build, away):
    """The Debian package, unpacked."""
    run("cpack", "-G", "DEB", "-B", away / "deb", "--config", build / "CPackConfig.cmake", cwd=away)
    (package,) = (away / "deb").glob("*.deb")
    depends = run("dpkg-deb", "--field", package, "Depends", cwd=away)
    expect("openmpi-bin" in depends and "libhdf5" in depends, f"the package depends on {depends}")
    run("dpkg-deb", "-x", package, away / "unpacked", cwd=away)
    expect("laggard 0." in run(away / "unpacked/usr/bin/laggard", "--version", cwd=away), "no version")
    print(f"{package.name}: {package.stat().st_size / 1e6:.1f} MB, depends on {depends}", end="")


def use_python(away):
    """`pip install ./plotting` in an environment of its own."""
    source, environment = away / "plotting", away / "environment"
    shutil.copytree(ROOT / "plotting", source, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    run(PYTHON, "-m", "venv", "--system-site-packages", "--without-pip", environment, cwd=away)
    run(PYTHON, "-m", "pip", "--python", environment / "bin/python", "install", "--quiet", "--no-index", "--no-deps",
        "--no-build-isolation", source, cwd=away)
    said = run(environment / "bin/python", "-c", "import laggard; print(laggard.__file__, laggard.open_results('r.h5').finished)",
               cwd=away)
    expect(str(environment) in said and "True" in said, f"import laggard says {said}")
    run(environment / "bin/laggard-plot", "convergence", "r.h5", "-o", "pip.png", cwd=away)
    expect((away / "pip.png").is_file(), "no figure of the Python package")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("build", type=Path)
    build = parser.parse_args().build.resolve()
    cache = (build / "CMakeCache.txt").read_text()
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
    with tempfile.TemporaryDirectory(prefix="laggard-installed-") as place:
        away, tree = Path(place) / "away", Path(place) / "moved"
        away.mkdir()
        run("cmake", "--install", build, "--prefix", Path(place) / "first", cwd=away)
        (Path(place) / "first").rename(tree)
        make_read_only(tree)
        before = state(tree)
        try:
            follow_links(tree / "share/laggard")
            use_program(tree, away, "LAGGARD_TORCH:BOOL=ON" in cache)
            build_own_program(tree, away)
            expect(state(tree) == before, "the installed tree was written to")
            if shutil.which("dpkg-deb") and shutil.which("cpack"):
                use_package(build, away)
            if subprocess.run([PYTHON, "-c", "import pip, venv, setuptools"], capture_output=True).returncode == 0:
                use_python(away)
        except Failure as failure:
            sys.exit(str(failure))
        finally:
            make_writable(tree)


if __name__ == "__main__":
    main()
