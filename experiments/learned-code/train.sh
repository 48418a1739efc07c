#!/usr/bin/env bash
# Trains encoders and decoders, one after the other; what is finished is left alone, what was
# interrupted is gone on with.
#     bash experiments/learned-code/train.sh [JOB ...]     a job is BASE/DATA/ENCODER/K/LOSS
# The paper's whole grid: {mlp,lenet5,resnet18}/{mnist,fashion}/{mlp,conv}/{2,5}/{mse-base,kl-base,xent-label}
# EPOCHS=500 is the published run; the default is cut down to what finishes on two cores.
# Checkpoints stay in results/, so that EPOCHS=100 goes on from 25; weights that came without one (git)
# are in the way of another EPOCHS, which says so and stops: move them away. LAGGARD names the program.
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh

if [ $# -eq 0 ]; then
  set -- lenet5/fashion/{mlp,conv}/2/{mse-base,kl-base,xent-label} lenet5/mnist/{mlp,conv}/2/mse-base
  set -- "$@" lenet5/fashion/mlp/5/{mse-base,xent-label} mlp/fashion/mlp/2/mse-base \
    resnet18/fashion/mlp/2/xent-label
fi

for job; do
  IFS=/ read -r base data encoder k loss <<<"$job"
  name=code-$base-$data-$encoder-k$k-$loss
  finished "$name" && continue
  deployed "$base" "$data"
  case $encoder-$k in
    mlp-2) epochs=30 ;;
    mlp-*) epochs=10 ;;
    conv-2) epochs=12 ;;
    *) epochs=2 ;;
  esac
  data_options "$data"
  "$laggard" train configs/train-code-lenet5-fashion.json --resume \
    --set "/name=$name" --set "/task/base=weights/$base-$data.h5" \
    --set "/task/encoder=$encoder" --set "/task/k=$k" --set "/task/loss=$loss" \
    "${data_options[@]}" --set "/batch=$([ "$k" = 2 ] && echo 64 || echo 32)" \
    --set "/epochs=${EPOCHS:-$epochs}" --set /keep_checkpoint=true
done
