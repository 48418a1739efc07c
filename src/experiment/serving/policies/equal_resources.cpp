#include "experiment/serving/policies/equal_resources.hpp"

#include "experiment/serving/server.hpp"

namespace laggard::serving {

void EqualResources::arrived(Server& server, Batch batch) const {
  server.submit({batch}, Line::kFirst);
}

void EqualResources::finished(Server& server, const Task& task) const {
  server.answer(task.owner);
}

}  // namespace laggard::serving
