// Schemes from JSON, and what they do with answers, for tests.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "config/reader.hpp"
#include "random_matrix.hpp"
#include "schemes/robust/robust_decoder.hpp"
#include "schemes/scheme.hpp"

namespace laggard::testing {

inline std::unique_ptr<schemes::Scheme> scheme_of(const std::string& json,
                                                  const schemes::CodeContext& context) {
  const Catalogue catalogue{role("schemes", "scheme", schemes::schemes()),
                            role("robust", "robust decoder", schemes::robust_decoders())};
  const auto document = config::parse(json, "the test");
  return config::make(schemes::schemes(),
                      config::read_component(document, "/schemes/0", catalogue, "schemes"),
                      context);
}

inline std::unique_ptr<schemes::Scheme> scheme_of(const std::string& json, std::uint32_t k,
                                                  std::uint32_t n,
                                                  const schemes::StoredCodes* stored = nullptr) {
  schemes::CodeContext context;
  context.data_points = k;
  context.workers = n;
  context.where = "/schemes/0";
  context.stored = stored;
  return scheme_of(json, context);
}

/// The scheme `curve` with these members.
inline std::unique_ptr<schemes::Scheme> curve(const std::string& members, std::uint32_t k,
                                              std::uint32_t n) {
  return scheme_of(R"({"kind": "curve", )" + members + "}", k, n);
}

/// Workers 0..n-1 without `lost`.
inline std::vector<WorkerId> everyone_but(std::uint32_t n, const std::vector<WorkerId>& lost) {
  std::vector<WorkerId> received;
  for (WorkerId worker = 0; worker < n; ++worker)
    if (std::find(lost.begin(), lost.end(), worker) == lost.end()) received.push_back(worker);
  return received;
}

}  // namespace laggard::testing
