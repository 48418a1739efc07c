#!/usr/bin/env bash
# Trains encoders and decoders, one after the other; what is finished is left alone, what was
# interrupted is gone on with.
#     bash experiments/learned-code/train.sh [JOB ...]     a job is BASE/DATA/ENCODER/K/LOSS
# EPOCHS=500 is the published run; the default is cut down to what finishes on two cores.
# Checkpoints stay in results/, so that EPOCHS=100 goes on from 25; weights that came without one (git)
# are in the way of another EPOCHS, which says so and stops: move them away. LAGGARD names the program.
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh

if [ $# -eq 0 ]; then
  set --
  for base in lenet5/fashion lenet5/mnist; do
    for encoder in mlp conv; do
      for k in 2 5; do set -- "$@" "$base/$encoder/$k/mse-base"; done
    done
  done
  for loss in kl-base xent-label; do set -- "$@" "lenet5/fashion/mlp/2/$loss"; done
  set -- "$@" mlp/fashion/mlp/2/mse-base
fi

for job; do
  IFS=/ read -r base data encoder k loss <<<"$job"
  name=code-$base-$data-$encoder-k$k-$loss
  finished "$name" && continue
  deployed "$base" "$data"
  case $encoder-$k in
    mlp-2) epochs=30 ;;
    mlp-*) epochs=8 ;;
    conv-2) epochs=8 ;;
    *) epochs=2 ;;
  esac
  data_options "$data"
  "$laggard" train configs/train-code-lenet5-fashion.json --resume \
    --set "/name=$name" --set "/task/base=weights/$base-$data.h5" \
    --set "/task/encoder=$encoder" --set "/task/k=$k" --set "/task/loss=$loss" \
    "${data_options[@]}" --set "/batch=$([ "$k" = 2 ] && echo 64 || echo 32)" \
    --set "/epochs=${EPOCHS:-$epochs}" --set /keep_checkpoint=true
done
