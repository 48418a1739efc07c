// Policies that encode queries in groups.
#pragma once

#include <algorithm>

#include "experiment/serving/policy.hpp"

namespace laggard::serving {

/// Members of a policy that encodes k consecutive queries into r more.
struct GroupConfig : PolicyConfig {
  std::uint32_t k = 0;
  std::uint32_t r = 1;
  std::vector<std::string> parity;  ///< read by Deployment

  void fields(Fields& fields);
};

/// Groups form in the order of arrival, and are encoded when their last query comes. When `needed`
/// answers of a group are there, one of them coded, the answers that lack are decoded, and its jobs
/// leave the queues. When all k queries have their own answer, the coded jobs leave.
class GroupPolicy : public Policy {
 public:
  JobCounts jobs() const override {
    return {systematic_ ? 1U : 0U, k_, systematic_ ? r_ : k_ + r_};
  }
  double work() const override { return systematic_ ? 1.0 : share(); }
  double least_work() const override { return systematic_ ? std::min(1.0, share()) : share(); }
  void arrived(Server& server, Batch batch) const override;
  void encoded(Server& server, Group group) const override;
  void finished(Server& server, const Task& task) const override;
  bool is_wanted(const Server& server, const Task& task) const override;

 protected:
  struct Code {
    std::uint32_t needed = 0;   ///< 0: k
    bool systematic = true;     ///< the queries themselves are served, too
    Line line = Line::kSecond;  ///< of coded queries
  };

  /// Errors: schemes::Inapplicable if k exceeds the deployed instances, or more answers are needed
  /// than there are.
  GroupPolicy(const GroupConfig& config, const Instances& instances, const Code& code);

 private:
  /// Answers that a group needs, by query.
  double share() const { return static_cast<double>(needed_) / k_; }
  void decode(Server& server, Group group) const;

  std::uint32_t k_, r_, needed_;
  bool systematic_;
  Line line_;
};

}  // namespace laggard::serving
