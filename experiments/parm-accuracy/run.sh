#!/usr/bin/env bash
# Runs what train.sh made: every query of a group lost in turn, 9,600 test images for each position.
#     bash experiments/parm-accuracy/run.sh [BASE/DATA ...]
set -euo pipefail
cd "$(dirname "$0")/../.."
source experiments/lib.sh
[ $# -gt 0 ] || set -- {lenet5,mlp,resnet18}/{fashion,mnist}

for what; do
  IFS=/ read -r base data <<<"$what"
  for k in 2 3 4; do
    weights=weights/parity-$base-$data-k$k
    [ -e "$weights.h5" ] || continue
    schemes="{\"kind\": \"parm\", \"label\": \"addition\", \"k\": $k, \"parity\": [\"$weights.h5\"]}"
    schemes+=", {\"kind\": \"parm\", \"label\": \"F itself\", \"k\": $k}"
    [ ! -e "$weights-concatenation.h5" ] || schemes+=", {\"kind\": \"parm\", \"label\": \"concatenation\",
      \"k\": $k, \"encoder\": \"concatenation\", \"parity\": [\"$weights-concatenation.h5\"]}"
    positions=$(seq -s '], [' 0 $((k - 1)))
    name=parm-accuracy-$base-$data-k$k
    "$laggard" run experiments/parm-accuracy/config.json --overwrite --output "results/$name.h5" \
      --set "/name=$name" --set "/schemes=[$schemes]" --set "/dataset/images=$(images "$data" t10k)" \
      --set "/model={\"kind\": \"$base\", \"weights\": \"weights/$base-$data.h5\", \"output\": \"logits\"}" \
      --set "/workers=$((1200 / k * (k + 1)))" --set "/worker_block=$((60 * (k + 1)))" \
      --set "/stragglers/period=$((k + 1))" --set "/sweep={\"/stragglers/workers\": [[$positions]]}"
    "$laggard" summary "results/$name.h5" | sed -n '/^reconstructed/,$p'
  done
done
