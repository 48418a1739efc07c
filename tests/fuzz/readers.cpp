#include "fuzz/readers.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include "config/reader.hpp"
#include "core/error.hpp"
#include "data/dataset.hpp"
#include "data/tar.hpp"
#include "experiment/kinds.hpp"
#include "experiment/serving/arrivals.hpp"
#include "experiment/serving/calibration.hpp"
#include "faults/trace_lines.hpp"
#include "faults/trace_table.hpp"
#include "model/weights.hpp"
#include "output/summary.hpp"
#include "temporary.hpp"
#include "trainer/checkpoint.hpp"
#include "trainer/train_config.hpp"

namespace laggard::testing {
namespace {

/// For files that readers want a path to.
const TemporaryDirectory& folder() {
  static const TemporaryDirectory made;
  return made;
}

template <class Read>
bool try_to(Read&& read) {
  try {
    read();
    return true;
  } catch (const Error&) {
    return false;
  }
}

template <class Read>
bool try_file(std::string_view bytes, Read&& read) {
  const std::filesystem::path path = folder().write("input", std::string(bytes));
  return try_to([&] { read(path.string()); });
}

/// Two rows of a dataset, and all of its labels.
void read_dataset(const std::string& parameters) {
  const auto dataset = config::make(
      data::datasets(), config::component_of(config::parse(parameters, "the fuzzer"), "/dataset"),
      std::string("/dataset"));
  const std::uint32_t rows = dataset->rows(data::Part::kTrials).value_or(1);
  const std::vector<std::uint32_t> first{0, rows - 1};
  if (rows > 0) dataset->rows_at(first, data::Part::kTrials);
  dataset->check_labels(10);
}

bool read_json(std::string_view bytes) {
  return try_to(
      [&] { config::expand(config::parse(bytes, "x"), experiment::kinds().vocabulary()); });
}

bool read_training(std::string_view bytes) {
  return try_to([&] { trainer::read_train_config(config::parse(bytes, "x")); });
}

bool read_npy(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) {
    read_dataset(fmt::format(R"({{"kind": "npy", "inputs": "{}"}})", path));
  });
}

bool read_idx(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) {
    read_dataset(fmt::format(R"({{"kind": "idx", "images": "{}", "labels": ""}})", path));
  });
}

/// Labels beside two images of one pixel.
bool read_labels(std::string_view bytes) {
  constexpr std::string_view kImages{"\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\1\0\1", 18};
  static const std::string images = folder().write("images", std::string(kImages)).string();
  return try_file(bytes, [&](const std::string& path) {
    read_dataset(fmt::format(R"({{"kind": "idx", "images": "{}", "labels": "{}"}})", images, path));
  });
}

bool read_cifar10(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) {
    read_dataset(fmt::format(R"({{"kind": "cifar10", "files": ["{}"]}})", path));
  });
}

bool read_tar(std::string_view bytes) {
  static const std::vector<data::Member> members{{"folder/one.bin", "one.bin", 600, ""},
                                                 {"two", "two", 0, ""}};
  return try_file(bytes,
                  [](const std::string& path) { data::unpack(path, members, folder() / ""); });
}

bool read_trace(std::string_view bytes) {
  const auto in_unit = [&](const char* unit) {
    return try_file(bytes, [&](const std::string& path) { faults::read_trace_lines(path, unit); });
  };
  const bool named = in_unit(""), given = in_unit("s");
  return named || given;
}

bool read_latencies(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) { serving::read_latency_table(path); });
}

bool read_arrivals(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) { serving::TraceArrivals({path}); });
}

bool read_hdf5(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) {
    read_dataset(fmt::format(R"({{"kind": "hdf5", "file": "{}", "labels": "labels"}})", path));
  });
}

bool read_weights(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) { model::read_weights(path); });
}

bool read_checkpoint(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) { trainer::read_checkpoint(path); });
}

bool read_trace_table(std::string_view bytes) {
  return try_file(bytes,
                  [](const std::string& path) { faults::read_trace_table(path, "/measured", 0); });
}

/// What `laggard summary` makes of a result file.
bool read_results(std::string_view bytes) {
  return try_file(bytes, [](const std::string& path) {
    const hdf5::File file(path, hdf5::Access::kReadOnly);
    const config::Json document = config::parse_or_discard(output::result_config(file));
    const sweep::Kinds& kinds = experiment::kinds();
    const std::string_view kind = kinds.vocabulary().of(document).name;
    kinds.find(kind).report(file, {.keep = [](const PointRecord&) { return true; }});
  });
}

}  // namespace

const std::vector<Reader>& readers() {
  static const std::vector<Reader> table{{"json", read_json},
                                         {"training", read_training},
                                         {"npy", read_npy},
                                         {"idx", read_idx},
                                         {"labels", read_labels},
                                         {"cifar10", read_cifar10},
                                         {"tar", read_tar},
                                         {"trace", read_trace},
                                         {"latencies", read_latencies},
                                         {"arrivals", read_arrivals},
                                         {"hdf5", read_hdf5, true},
                                         {"weights", read_weights, true},
                                         {"checkpoint", read_checkpoint, true},
                                         {"trace_table", read_trace_table, true},
                                         {"results", read_results, true}};
  return table;
}

}  // namespace laggard::testing
