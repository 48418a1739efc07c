#include "model/coding.hpp"

#include <fmt/format.h>

#include <numeric>

namespace laggard::model {

TaskKind task_kind(const std::string& name) {
  if (name == "parity") return TaskKind::kParity;
  return name == "code" ? TaskKind::kCode : TaskKind::kClassifier;
}

std::string to_text(TaskKind kind) {
  if (kind == TaskKind::kParity) return "parity";
  return kind == TaskKind::kCode ? "code" : "classifier";
}

std::string describe(const CodingTask& task) {
  if (task.kind == TaskKind::kClassifier) return "a classifier";
  if (task.kind == TaskKind::kParity)
    return fmt::format("a parity model for parity {} of k = {}, {}", task.parity, task.k,
                       task.encoder);
  return fmt::format("a code of k = {}, r = {}", task.k, task.r);
}

double count_loss_patterns(std::uint32_t k, std::uint32_t r) {
  double count = 0.0, of_all = 1.0, of_parities = 1.0;  // sets of e among k + r, among r
  for (std::uint32_t e = 1; e <= r; ++e) {
    of_all *= static_cast<double>(k + r + 1 - e) / e;
    of_parities *= static_cast<double>(r + 1 - e) / e;
    count += of_all - of_parities;
  }
  return count;
}

std::vector<std::vector<std::uint32_t>> loss_patterns(std::uint32_t k, std::uint32_t r) {
  std::vector<std::vector<std::uint32_t>> patterns;
  for (std::uint32_t e = 1; e <= r; ++e) {
    std::vector<std::uint32_t> lost(e);
    std::iota(lost.begin(), lost.end(), 0U);
    // Sets come in the order of their members, so that those of parities alone come last.
    while (lost.front() < k) {
      patterns.push_back(lost);
      std::uint32_t last = e;  // one past the member that can still grow
      while (last > 0 && lost[last - 1] == k + r - e + last - 1) --last;
      if (last == 0) break;
      std::iota(lost.begin() + (last - 1), lost.end(), lost[last - 1] + 1);
    }
  }
  return patterns;
}

}  // namespace laggard::model
