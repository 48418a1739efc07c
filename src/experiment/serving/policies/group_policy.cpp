#include "experiment/serving/policies/group_policy.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "experiment/serving/server.hpp"
#include "schemes/scheme.hpp"

namespace laggard::serving {

void GroupConfig::fields(Fields& fields) {
  PolicyConfig::fields(fields);
  fields.integer({"k", "queries in a group; 0: that of /serving"}, k, 0, 1000);
  fields.integer({"r", "coded queries more than there are queries in a group"}, r, 1, 100);
  fields.texts({"parity",
                "wall clock: files with the weights of the r parity models that coded queries go "
                "through; an empty list: the model itself"},
               parity);
}

GroupPolicy::GroupPolicy(const GroupConfig& config, const Instances& instances, const Code& code)
    : Policy(config),
      k_(config.k == 0 ? instances.k : config.k),
      r_(config.r),
      needed_(code.needed == 0 ? k_ : code.needed),
      systematic_(code.systematic),
      line_(code.line) {
  if (k_ > instances.deployed)
    throw schemes::Inapplicable(fmt::format(
        "k = {}, but there are {} instances to serve a group at once", k_, instances.deployed));
  if (needed_ > k_ + r_)
    throw schemes::Inapplicable(
        fmt::format("{} answers are needed, but a group has k + r = {}", needed_, k_ + r_));
}

void GroupPolicy::arrived(Server& server, Batch batch) const {
  if (systematic_) server.submit({batch}, Line::kFirst);
  // Without it, the queries of the last group would have no answer at all.
  const bool last = !systematic_ && server.is_last(batch);
  if (batch % k_ == k_ - 1 || last) server.encode(batch / k_);
}

void GroupPolicy::encoded(Server& server, Group group) const {
  if (server.counts(group).done) return;
  for (std::uint32_t copy = 0; copy < jobs().coded; ++copy)
    server.submit({group, copy, true}, line_);
}

void GroupPolicy::finished(Server& server, const Task& task) const {
  if (!task.coded) server.answer(task.owner);
  const Group group = task.coded ? task.owner : task.owner / k_;
  Server::Counts& counts = server.counts(group);
  ++(task.coded ? counts.coded : counts.proper);
  if (!counts.done) decode(server, group);
}

bool GroupPolicy::is_wanted(const Server& server, const Task& task) const {
  return task.coded ? !server.counts(task.owner).done : Policy::is_wanted(server, task);
}

void GroupPolicy::decode(Server& server, Group group) const {
  Server::Counts& counts = server.counts(group);
  const Batch first = server.first_of(group), end = server.end_of(group);
  const bool all_there = counts.proper == end - first;
  const bool enough = counts.coded > 0 && counts.proper + counts.coded >= needed_;
  if (!all_there && !enough) return;
  counts.done = true;
  for (std::uint32_t copy = 0; copy < jobs().coded; ++copy) server.withdraw({group, copy, true});
  if (all_there) return;
  const Seconds decode_s = server.decode_s(needed_, end - first - counts.proper);
  for (Batch batch = first; batch < end; ++batch) {
    if (server.answered(batch)) continue;
    server.substitute(batch, decode_s);
    if (systematic_) server.withdraw({batch});
  }
}

}  // namespace laggard::serving
