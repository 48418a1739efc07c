// What a server does against slow instances: which instances serve what, and which jobs a query
// becomes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "core/table.hpp"
#include "core/types.hpp"

namespace laggard::serving {

class Server;

/// Consecutive queries that are served together; counted from 0.
using Batch = std::uint32_t;
/// Consecutive batches that are encoded together; counted from 0.
using Group = std::uint32_t;

/// The two queues of a server.
enum class Line : std::uint8_t { kFirst = 0, kSecond = 1 };

/// What an instance does at one time: a copy of a batch, or a coded query of a group.
struct Task {
  std::uint32_t owner = 0;  ///< Batch or Group
  std::uint32_t copy = 0;   ///< counts the tasks of an owner
  bool coded = false;
};

/// How many instances read which line.
struct Staff {
  std::uint32_t first = 0;   ///< the first line only
  std::uint32_t second = 0;  ///< the second line only
  std::uint32_t both = 0;    ///< the second line while the first one is empty

  std::uint32_t all() const { return first + second + both; }
};

/// Jobs that a policy may submit.
struct JobCounts {
  std::uint32_t copies = 1;  ///< of a batch
  std::uint32_t group = 0;   ///< k, batches in a coding group; 0: there are none
  std::uint32_t coded = 0;   ///< of a group
  bool cheaper = false;      ///< copies after the first go through a cheaper model
};

/// The instances that a policy has.
struct Instances {
  std::uint32_t deployed = 0;
  std::uint32_t extra = 0;
  std::uint32_t k = 0;  ///< of /serving
};

/// Members that every policy has.
struct PolicyConfig {
  std::string label;
  NumberOrRule accuracy{kNaN, "unknown"};

  void fields(Fields& fields);
};

class Policy {
 public:
  explicit Policy(const PolicyConfig& config)
      : accuracy_(config.accuracy.rule.empty() ? config.accuracy.number : kNaN) {}
  virtual ~Policy() = default;

  virtual Staff staff() const = 0;
  virtual JobCounts jobs() const = 0;
  /// Jobs of the first line that a batch needs at least.
  virtual double work() const { return 1.0; }
  /// Jobs of either line that it needs at least.
  virtual double least_work() const { return work(); }
  /// Services of this task are so many times as fast as the model's.
  virtual double speed(const Task& /*task*/) const { return 1.0; }
  /// A substitute must not be released before the median of the proper answers.
  virtual bool waits_for_median() const { return false; }

  // What happens, in the order of time.
  virtual void arrived(Server& server, Batch batch) const = 0;
  virtual void reminded(Server& /*server*/, Batch /*batch*/) const {}  ///< see Server::remind()
  virtual void encoded(Server& /*server*/, Group /*group*/) const {}   ///< see Server::encode()
  virtual void started(Server& /*server*/, const Task& /*task*/) const {}
  virtual void finished(Server& server, const Task& task) const = 0;
  /// Whether a job that was under way when its instance failed is done again.
  virtual bool is_wanted(const Server& server, const Task& task) const;

  /// Share of substitutes that are right; NaN if nobody knows.
  double accuracy() const { return accuracy_; }

 protected:
  /// Errors: schemes::Inapplicable without extra instances.
  static void require_extra(const Instances& instances);

 private:
  double accuracy_;
};

using PolicyKind = Kind<Policy, Instances>;

/// Every policy by name. Factories throw schemes::Inapplicable where
/// there are too few instances.
const std::vector<PolicyKind>& policies();

}  // namespace laggard::serving
