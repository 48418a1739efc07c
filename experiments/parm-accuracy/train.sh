#!/usr/bin/env bash
# Trains the parity models of this folder and of parm-r2, one after the other; what is finished is
# left alone, what was interrupted continues.
#     bash experiments/parm-accuracy/train.sh [JOB ...]     a job is BASE/DATA/K[/ENCODER[/PARITY]]
# EPOCHS=500 is the published run; the default is cut down to what finishes on two cores, but for the
# MLP, which gets all 500. Checkpoints stay in results/, so that EPOCHS=100 goes on from 25; weights that
# came without one (git) are in the way of another EPOCHS, which says so and stops: move them away.
# LAGGARD names the program.
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh

if [ $# -eq 0 ]; then
  set -- {lenet5,mlp,resnet18}/{fashion,mnist}/{2,3,4,2/concatenation,4/concatenation}
  set -- "$@" lenet5/fashion/{2,3,4}/addition/1
fi

for job; do
  IFS=/ read -r base data k encoder parity <<<"$job"
  encoder=${encoder:-addition} parity=${parity:-0}
  name=parity-$base-$data-k$k
  [ "$encoder" = addition ] || name+=-$encoder
  [ "$parity" = 0 ] || name+=-p$parity
  finished "$name" && continue
  deployed "$base" "$data"
  network="{\"kind\": \"$base\"}"
  [ "$base" = resnet18 ] && network='{"kind": "resnet18", "width": 16}'
  case $base in
    mlp) epochs=500 ;;
    lenet5) epochs=100 ;;
    *) epochs=25 ;;
  esac
  data_options "$data"
  "$laggard" train configs/train-parity-lenet5-fashion.json --resume \
    --set "/name=$name" --set "/network=$network" --set "/task/base=results/weights/$base-$data.h5" \
    --set "/task/k=$k" --set "/task/encoder=$encoder" --set "/task/parity=$parity" \
    "${data_options[@]}" --set "/batch=$([ "$k" = 2 ] && echo 64 || echo 32)" \
    --set "/epochs=${EPOCHS:-$epochs}" --set /keep_checkpoint=true
done
