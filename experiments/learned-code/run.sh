#!/usr/bin/env bash
# Runs what train.sh made: every query of a group lost in turn, and the encoders' times at batch 1.
#     bash experiments/learned-code/run.sh [BASE/DATA[/K] ...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh
[ $# -gt 0 ] || set -- {lenet5,mlp,resnet18}/{fashion,mnist}

for what; do
  IFS=/ read -r base data sizes <<<"$what"
  for k in ${sizes:-2 5}; do
    schemes=
    for encoder in mlp conv; do
      for loss in mse-base kl-base xent-label; do
        weights=weights/code-$base-$data-$encoder-k$k-$loss.h5
        [ -e "$weights" ] || continue
        schemes+="${schemes:+, }{\"kind\": \"learned\", \"label\": \"$encoder $loss\", \"k\": $k,
          \"weights\": \"$weights\"}"
      done
    done
    [ -n "$schemes" ] || continue
    positions=$(seq -s '], [' 0 $((k - 1)))
    name=learned-code-$base-$data-k$k
    common=(experiments/learned-code/config.json --overwrite --set "/schemes=[$schemes]"
      --set "/dataset/images=$(images "$data" t10k)" --set "/stragglers/period=$((k + 1))"
      --set "/model={\"kind\": \"$base\", \"weights\": \"weights/$base-$data.h5\", \"output\": \"logits\"}")
    "$laggard" run "${common[@]}" --output "results/$name.h5" --set "/name=$name" \
      --set "/workers=$((1200 / k * (k + 1)))" --set "/worker_block=$((60 * (k + 1)))" \
      --set "/sweep={\"/stragglers/workers\": [[$positions]]}"
    "$laggard" summary "results/$name.h5" | sed -n '/^reconstructed/,$p'
    "$laggard" run "${common[@]}" --output "results/$name-times.h5" --set "/name=$name-times" \
      --set /data_points="$k" --set "/workers=$((k + 1))" --set /worker_block=1 --set /trials=100 \
      --set "/sweep={\"/stragglers/workers\": [[0]]}"
    /usr/bin/python3 experiments/parm-accuracy/times.py "results/$name-times.h5"
  done
done
