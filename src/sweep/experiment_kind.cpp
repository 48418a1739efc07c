#include "sweep/experiment_kind.hpp"

#include <stdexcept>

namespace laggard::sweep {

std::unique_ptr<transport::BlockFunction> ExperimentKind::make_worker(const std::string&,
                                                                      std::uint32_t) const {
  throw std::logic_error(std::string(name()) + " has no work for worker ranks");
}

config::Vocabulary Kinds::vocabulary() const {
  config::Vocabulary vocabulary{roles, {}};
  for (const ExperimentKind* kind : kinds)
    vocabulary.experiments.push_back(
        {kind->name(), kind->summary(), [kind] { return kind->make_config(); }});
  return vocabulary;
}

const ExperimentKind& Kinds::find(std::string_view name) const {
  const std::string_view known = vocabulary().find(name).name;
  return **std::find_if(kinds.begin(), kinds.end(),
                        [&](const ExperimentKind* kind) { return kind->name() == known; });
}

std::string job_of(const ExperimentKind& kind, const std::string& job) {
  return std::string(kind.name()) + "\n" + job;
}

transport::BlockFunctionFactory worker_factory(const Kinds& kinds, std::uint32_t rank) {
  return [&kinds, rank](const std::string& text) -> std::unique_ptr<transport::BlockFunction> {
    if (text == kWarmUpJob) {
      kinds.warm_up();
      return nullptr;
    }
    const std::size_t end = text.find('\n');
    return kinds.find(text.substr(0, end)).make_worker(text.substr(end + 1), rank);
  };
}

}  // namespace laggard::sweep
