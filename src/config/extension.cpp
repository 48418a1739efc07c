#include "config/extension.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <vector>

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

/// Combinations that give the same, in their order, until each has a partner.
using Twins = std::vector<const Combination*>;

/// Takes one that asks for as many trials as `older`, or else the first that asks for no fewer;
/// none if there is no such one.
const Combination* take_partner(Twins& twins, const Combination& older) {
  const auto covers = [](const Combination& one, const Combination& other) {
    return surplus(other.config->trials, one.config->trials).empty();
  };
  auto found = std::find_if(twins.begin(), twins.end(), [&](const Combination* twin) {
    return covers(*twin, older) && covers(older, *twin);
  });
  if (found == twins.end())
    found = std::find_if(twins.begin(), twins.end(),
                         [&](const Combination* twin) { return covers(*twin, older); });
  if (found == twins.end()) return nullptr;
  const Combination* partner = *found;
  twins.erase(found);
  return partner;
}

}  // namespace

Extension extension_of(const Json& there, const Json& now, const Vocabulary& vocabulary) {
  const Plan older = expand(there, vocabulary), newer = expand(now, vocabulary);
  std::unordered_map<std::string, Twins> known;
  for (const Combination& combination : newer.combinations)
    known[identity_of(newer, combination, vocabulary)].push_back(&combination);
  Extension extension;
  for (const Combination& combination : older.combinations) {
    Twins& twins = known[identity_of(older, combination, vocabulary)];
    if (twins.empty()) return {{}, loss_of(combination, older.resolved, newer.resolved)};
    const Combination* partner = take_partner(twins, combination);
    if (partner == nullptr)
      return {{},
              fmt::format("its point {} {}", name_of(combination),
                          surplus(combination.config->trials, twins.front()->config->trials))};
    for (std::uint32_t i = 0; i < combination.config->points(); ++i)
      extension.now.push_back(partner->first_point + i);
  }
  return extension;
}

}  // namespace laggard::config
