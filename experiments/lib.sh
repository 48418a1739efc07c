# What the scripts of this folder share; they source it from the root of the project.
laggard=${LAGGARD:-build/release/laggard}  # the program, or else the installed one
[ -n "${LAGGARD:-}" ] || [ -x "$laggard" ] || laggard=laggard

images() {  # DATA PART: where the images are
  if [ "$1" = mnist ]; then echo "datasets/mnist/$2-images-idx3-ubyte.gz"
  else echo "/usr/share/datasets/fashion-mnist/$2-images-idx3-ubyte.gz"; fi
}

data_options() {  # DATA: fills `data_options`, for laggard train
  data_options=(--set "/dataset/images=$(images "$1" train)" --set "/test/images=$(images "$1" t10k)")
}

deployed() {  # BASE DATA: trains the deployed network, if it is not there
  local name=$1-$2 epochs=()
  [ ! -e "results/weights/$name.h5" ] || return 0
  [ "$name" != resnet18-mnist ] || epochs=(--set /epochs=3)
  data_options "$2"
  "$laggard" train "configs/train-$1-fashion.json" --resume --set "/name=$name" \
    "${data_options[@]}" "${epochs[@]}"
}

finished() {  # NAME: whether its weights are there and no number of epochs was asked for
  [ -z "${EPOCHS:-}" ] && [ -e "results/weights/$1.h5" ] || return 1
  echo "results/weights/$1.h5 is there"
}
