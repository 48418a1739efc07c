#!/usr/bin/env bash
# What encoding costs beside a ResNet-18 of width 64: times do not depend on what the networks have
# learnt, so that a few steps of training will do. LAGGARD names the program.
#     bash experiments/learned-code/latency.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

train() {  # CONFIG NAME [MORE ...]
  "$laggard" train "configs/$1" --quiet --set "/name=$2" --set "/weights=$folder/$2.h5" \
    --set "/results=$folder/curves-$2.h5" --set /dataset/limit=700 --set /test/limit=200 \
    --set /validation=200 --set /epochs=1 "${@:3}"
}
schemes=
train train-resnet18-fashion.json base --set '/network={"kind": "resnet18"}'
for encoder in mlp conv; do
  train train-code-lenet5-fashion.json "$encoder" --set "/task/base=$folder/base.h5" \
    --set "/task/encoder=$encoder"
  schemes+="${schemes:+, }{\"kind\": \"learned\", \"label\": \"$encoder\", \"k\": 2, \"weights\": \"$folder/$encoder.h5\"}"
done
"$laggard" run experiments/learned-code/config.json --quiet --output "$folder/times.h5" \
  --set /data_points=2 --set /workers=3 --set /worker_block=1 --set /trials=100 \
  --set '/sweep={"/stragglers/workers": [[0]]}' --set "/schemes=[$schemes]" \
  --set "/model={\"kind\": \"resnet18\", \"weights\": \"$folder/base.h5\", \"output\": \"logits\"}"
/usr/bin/python3 experiments/parm-accuracy/times.py "$folder/times.h5"
