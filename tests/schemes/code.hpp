// Schemes from JSON, and what they do with answers, for tests.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "config/reader.hpp"
#include "core/random.hpp"
#include "schemes/robust/robust_decoder.hpp"
#include "schemes/scheme.hpp"

namespace laggard::testing {

inline std::unique_ptr<schemes::Scheme> scheme_of(const std::string& json, std::uint32_t k,
                                                  std::uint32_t n) {
  schemes::CodeContext context;
  context.data_points = k;
  context.workers = n;
  context.where = "/schemes/0";
  const Catalogue catalogue{role("schemes", "scheme", schemes::schemes()),
                            role("robust", "robust decoder", schemes::robust_decoders())};
  const auto document = config::parse(json, "the test");
  return config::make(schemes::schemes(),
                      config::read_component(document, "/schemes/0", catalogue, "schemes"),
                      context);
}

inline Matrix normal_matrix(Index rows, Index columns, std::uint32_t seed) {
  Stream stream({seed, Purpose::kData, 0, 0});
  Matrix data(rows, columns);
  fill_standard_normal(stream, {data.data(), static_cast<std::size_t>(data.size())});
  return data;
}

/// Workers 0..n-1 without `lost`.
inline std::vector<WorkerId> everyone_but(std::uint32_t n, const std::vector<WorkerId>& lost) {
  std::vector<WorkerId> received;
  for (WorkerId worker = 0; worker < n; ++worker)
    if (std::find(lost.begin(), lost.end(), worker) == lost.end()) received.push_back(worker);
  return received;
}

}  // namespace laggard::testing
