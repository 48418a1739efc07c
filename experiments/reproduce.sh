#!/usr/bin/env bash
# Runs the experiments that are missing, and writes every published number beside ours into
# results/report/index.html.
#     bash experiments/reproduce.sh [--quick] [NAME ...]
set -euo pipefail
cd "$(dirname "$0")/.."
exec plotting/plot --reproduce "$@"
