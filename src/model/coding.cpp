#include "model/coding.hpp"

namespace laggard::model {

TaskKind task_kind(const std::string& name) {
  if (name == "parity") return TaskKind::kParity;
  return name == "code" ? TaskKind::kCode : TaskKind::kClassifier;
}

std::string to_text(TaskKind kind) {
  if (kind == TaskKind::kParity) return "parity";
  return kind == TaskKind::kCode ? "code" : "classifier";
}

}  // namespace laggard::model
