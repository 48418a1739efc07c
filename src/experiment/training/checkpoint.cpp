#include "experiment/training/checkpoint.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "sweep/unit_records.hpp"

namespace laggard::training {
namespace {

std::string packed(const TrainingState& state) {
  sweep::Packer packer;
  packer.put(std::uint32_t{state.is_finished});
  packer.put(state.step);
  packer.put(state.seconds);
  packer.put_all(state.weights);
  packer.put_all(state.optimizer);
  packer.put_all(state.free_s);
  packer.put_all(state.rows);
  for (const double sum :
       {state.received, state.uncovered_parts, state.weight_amplification, state.decoding_error,
        state.noise_variance, state.noise_length, state.order_s, state.encode_s, state.compute_s,
        state.collect_s, state.decode_s})
    packer.put(sum);
  return packer.take();
}

TrainingState unpacked(std::string_view bytes) {
  sweep::Unpacker unpacker(bytes);
  TrainingState state;
  state.is_finished = unpacker.get<std::uint32_t>() != 0;
  state.step = unpacker.get<std::uint32_t>();
  state.seconds = unpacker.get<Seconds>();
  state.weights = unpacker.get_all<double>();
  state.optimizer = unpacker.get_all<double>();
  state.free_s = unpacker.get_all<Seconds>();
  state.rows = unpacker.get_all<TrainingRecord>();
  for (double* sum :
       {&state.received, &state.uncovered_parts, &state.weight_amplification, &state.decoding_error,
        &state.noise_variance, &state.noise_length, &state.order_s, &state.encode_s,
        &state.compute_s, &state.collect_s, &state.decode_s})
    *sum = unpacker.get<double>();
  return state;
}

}  // namespace

Checkpoint::Checkpoint(const std::filesystem::path& folder, std::string identity)
    : path_(folder.empty() ? folder : folder / sha256_of(identity)),
      identity_(std::move(identity)) {}

void Checkpoint::save(const TrainingState& state) const {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(path_.parent_path(), ignored);
  const std::string bytes = packed(state);
  const std::filesystem::path fresh = path_.string() + ".new";
  {
    std::ofstream file(fresh, std::ios::binary);
    file << identity_ << '\n' << sha256_of(bytes) << '\n' << bytes;
    file.flush();
    if (!file)
      throw RunError(fmt::format("cannot write the checkpoint '{}'", fresh.string()),
                     "the disk is full, or the folder cannot be written",
                     "make room, then add --resume to continue");
  }
  std::filesystem::rename(fresh, path_);
}

std::optional<TrainingState> Checkpoint::load() const {
  std::ifstream file(path_, std::ios::binary);
  std::string identity, digest;
  if (!file || !std::getline(file, identity) || identity != identity_ ||
      !std::getline(file, digest))
    return std::nullopt;
  std::ostringstream rest;
  rest << file.rdbuf();
  const std::string bytes = rest.str();
  if (sha256_of(bytes) != digest) return std::nullopt;
  return unpacked(bytes);
}

void Checkpoint::remove() const {
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

}  // namespace laggard::training
