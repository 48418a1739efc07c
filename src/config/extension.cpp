#include "config/extension.hpp"

#include <fmt/format.h>

#include <unordered_map>

#include "config/difference.hpp"
#include "core/text.hpp"

namespace laggard::config {
namespace {

constexpr const char* kSweep = "sweep";

// They say how a run is made, and not what it gives.
constexpr const char* kNoResult[] = {"/training/checkpoint_every", "/failures/timeout_seconds"};

/// What the rows of a combination follow from.
Json what_counts(Json document) {
  document.erase(kSweep);
  document.erase("trials");
  for (const char* name : kNoResult) {
    const Json::json_pointer pointer(name);
    if (document.contains(pointer)) document.at(pointer.parent_pointer()).erase(pointer.back());
  }
  return document;
}

/// The same as text.
std::string identity_of(const Plan& plan, const Combination& combination,
                        const Vocabulary& vocabulary) {
  Json document = plan.resolved;
  document.erase(kSweep);
  combination.swept.apply(document);
  return what_counts(expand(document, vocabulary).resolved).dump();
}

std::string name_of(const Combination& combination) {
  constexpr std::size_t kLongest = 100;
  const Json& parameters = combination.swept.parameters;
  return parameters.empty() ? "without a sweep" : "with " + clip(parameters.dump(), kLongest);
}

/// Why the combination of an older plan is none of the new one.
std::string loss_of(const Combination& combination, const Json& there, const Json& now) {
  const std::string difference = first_difference(what_counts(there), what_counts(now));
  if (!difference.empty()) return "it was made with another configuration: " + difference;
  return fmt::format("it has a point {}, which this configuration lacks", name_of(combination));
}

}  // namespace

Extension extension_of(const Json& there, const Json& now, const Vocabulary& vocabulary) {
  const Plan older = expand(there, vocabulary), newer = expand(now, vocabulary);
  std::unordered_map<std::string, const Combination*> known;
  for (const Combination& combination : newer.combinations)
    known.emplace(identity_of(newer, combination, vocabulary), &combination);
  Extension extension;
  for (const Combination& combination : older.combinations) {
    const auto found = known.find(identity_of(older, combination, vocabulary));
    if (found == known.end()) return {{}, loss_of(combination, older.resolved, newer.resolved)};
    const std::string more = surplus(combination.config->trials, found->second->config->trials);
    if (!more.empty()) return {{}, fmt::format("its point {} {}", name_of(combination), more)};
    for (std::uint32_t i = 0; i < combination.config->points(); ++i)
      extension.now.push_back(found->second->first_point + i);
  }
  return extension;
}

}  // namespace laggard::config
