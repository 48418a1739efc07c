#!/usr/bin/env bash
# What encoding costs beside a ResNet-18 of width 64: times do not depend on what the networks have
# learnt, so that a few steps of training will do. LAGGARD names the program.
#     bash experiments/learned-code/latency.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh

train() {  # CONFIG NAME [MORE ...]
  "$laggard" train "configs/$1" --quiet --overwrite --set "/name=latency-$2" --set "/weights=results/latency-$2.h5" \
    --set /dataset/limit=700 --set /test/limit=200 --set /validation=200 --set /epochs=1 "${@:3}"
}
train train-resnet18-fashion.json base --set /network/width=64
for encoder in mlp conv; do
  train train-code-lenet5-fashion.json "$encoder" --set /task/base=results/latency-base.h5 \
    --set "/task/encoder=$encoder"
done
"$laggard" run experiments/learned-code/latency.json --overwrite
bash experiments/times.sh results/latency.h5
