#!/usr/bin/env bash
# Trains encoders and decoders, one after the other; what is finished is left alone, what was
# interrupted continues.
#     bash experiments/learned-code/train.sh [JOB ...]     a job is BASE/DATA/ENCODER/K/LOSS
# Without jobs: the paper's whole grid, with the epochs that grid.txt gives each of them. EPOCHS=500
# is the published run. Checkpoints stay in results/, so that EPOCHS=100 goes on from 25; weights that
# came without one (git) are in the way of another EPOCHS, which says so and stops: move them away.
# LAGGARD names the program; DEVICE=cuda trains on a GPU, if its libtorch can.
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh
grid=experiments/learned-code/grid.txt
[ $# -gt 0 ] || set -- $(awk '{print $2}' $grid)

for job in "$@"; do
  epochs=${EPOCHS:-$(awk -v job="$job" '$2 == job {print $1}' $grid)}
  [ -n "$epochs" ] || { echo "train.sh: '$job' is not in $grid; give it EPOCHS=..." >&2; exit 2; }
  IFS=/ read -r base data encoder k loss <<<"$job"
  name=code-$base-$data-$encoder-k$k-$loss
  finished "$name" && continue
  deployed "$base" "$data"
  data_options "$data"
  "$laggard" train configs/train-code-lenet5-fashion.json --resume \
    --set "/name=$name" --set "/task/base=results/weights/$base-$data.h5" \
    --set "/task/encoder=$encoder" --set "/task/k=$k" --set "/task/loss=$loss" \
    "${data_options[@]}" --set "/batch=$([ "$k" = 2 ] && echo 64 || echo 32)" \
    --set "/epochs=$epochs" --set /keep_checkpoint=true --set "/device=${DEVICE:-cpu}"
done
