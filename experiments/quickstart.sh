#!/usr/bin/env bash
# Installs what is missing, builds, and runs the main job on real images over MPI.
set -euo pipefail
cd "$(dirname "$0")/.."
. experiments/setup.sh

install_packages
build_preset release -DLAGGARD_TESTS=OFF
mkdir -p results
laggard=build/release/laggard

say "LeNet-5 on Fashion-MNIST: 60 images on 100 coded workers, up to 30 of them lost"
"$laggard" launch -n 3 run configs/quickstart.json --output results/quickstart.h5 --overwrite
"$laggard" summary results/quickstart.h5
plotting/plot stragglers results/quickstart.h5 -o results/quickstart.png

say "convergence: x sin(x) from 16 to 512 workers"
"$laggard" launch -n 3 run configs/convergence.json --output results/quickstart-convergence.h5 --overwrite
"$laggard" summary results/quickstart-convergence.h5
plotting/plot convergence results/quickstart-convergence.h5 -o results/quickstart-convergence.png

say "written: results/quickstart.h5, results/quickstart.png, results/quickstart-convergence.{h5,png}"
