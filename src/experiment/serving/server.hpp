// A server under load: what it does at each event, whoever serves its jobs.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "experiment/serving/agenda.hpp"
#include "experiment/serving/arrivals.hpp"
#include "experiment/serving/fifo.hpp"
#include "experiment/serving/job_costs.hpp"
#include "experiment/serving/outages.hpp"
#include "experiment/serving/policy.hpp"
#include "experiment/serving/service.hpp"
#include "experiment/serving/transfers.hpp"
#include "round/time_model.hpp"

namespace laggard::serving {

/// What the server does, whatever its policy.
struct ServerConfig {
  double rate = 270.0;  ///< queries per second
  std::uint32_t queries = 100'000;
  std::uint32_t batch = 1;  ///< queries that are served together
  Seconds encode_s = 93e-6, decode_s = 8e-6;
  TransferConfig transfers;
  OutageConfig outages;
};

/// The components of one simulation.
struct Scene {
  const ServerConfig& config;
  const Arrivals& arrivals;
  const Service& service;
  faults::Occasion trial;
  std::span<const double> speeds = {};  ///< factor of each instance's services; empty: all are 1
  JobCosts costs = {};                  ///< on the virtual clock
};

/// When each query came and each batch was answered; infinity: not at all.
struct Answers {
  std::vector<Seconds> arrival;     ///< of queries
  std::vector<Seconds> proper;      ///< by the deployed model, of batches
  std::vector<Seconds> substitute;  ///< by decoding or a cheaper model, of batches
  Seconds busy_s = 0.0;             ///< of all instances together
  Seconds end_s = 0.0;              ///< of the last service
  std::uint64_t events = 0, services = 0;
};

/// The mechanics of ParM's server (Kosaian et al., SOSP 2019). Two queues; an instance takes one
/// job at a time and the next one once its answer was looked at; of several idle instances, the one
/// that has been idle longest takes a job. Encoders form a pool that serves groups in order. All
/// state lies in arrays by batch and group; an event costs no allocation. Derived classes say how
/// time passes and who serves the jobs; policies see no difference.
class Server {
 public:
  /// Jobs have numbers of 32 bits. Errors: ConfigError if a trial has more.
  static void check_jobs(const JobCounts& jobs, const ServerConfig& config,
                         const std::string& where);

  virtual ~Server() = default;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Until the last job is done. `answers` is overwritten; its memory is used again.
  void run(Answers& answers);

  // What a policy may do.

  /// A new job, at the end of a line.
  void submit(const Task& task, Line line);
  /// Whether the job was taken out of its line by an instance.
  bool has_started(const Task& task) const;
  /// Takes a job out of its line; one that is not in a line is left alone.
  void withdraw(const Task& task);
  /// Policy::encoded() follows when an encoder was free and is done.
  void encode(Group group);
  /// Policy::reminded() follows after this time, which must be the same in every call, unless the
  /// server is done before. The batch must have a job.
  void remind(Batch batch, Seconds after);
  /// The deployed model has answered; later answers change nothing.
  void answer(Batch batch);
  /// Another answer is there after this time; later ones change nothing.
  void substitute(Batch batch, Seconds after);

  bool answered(Batch batch) const { return answers_->proper[batch] != kNever; }
  bool substituted(Batch batch) const { return answers_->substitute[batch] != kNever; }
  bool is_last(Batch batch) const { return batch + 1 == batches_; }
  Batch first_of(Group group) const { return group * jobs_.group; }
  /// One past the last batch of the group, of those that will come.
  Batch end_of(Group group) const { return std::min(batches_, (group + 1) * jobs_.group); }
  /// What the policy knows of a group.
  struct Counts {
    std::uint16_t proper = 0, coded = 0;  ///< answers
    bool done = false;
  };
  Counts& counts(Group group) { return counts_[group]; }
  const Counts& counts(Group group) const { return counts_[group]; }
  /// What it takes to decode so many missing answers of a group from those that are there.
  Seconds decode_s(std::uint32_t answers, std::uint32_t missing) const {
    return scene_.config.decode_s + scene_.costs.decode_s(answers, missing);
  }

 protected:
  static constexpr Seconds kNever = std::numeric_limits<Seconds>::infinity();

  Server(const Scene& scene, const Policy& policy);

  /// Lets time pass up to the next event, and handles it.
  virtual void advance() = 0;
  /// An instance has a job from now on; its answer reaches the frontend's link at `done`.
  virtual void begin(std::uint32_t instance, const Task& task, Seconds done) = 0;

  const Scene& scene() const { return scene_; }
  std::uint32_t instances() const { return instances_; }
  /// The times of the next events.
  Agenda& agenda() { return agenda_; }
  /// A batch has its first substitute.
  virtual void on_substitute(Batch /*batch*/) {}
  /// What happens at a time of the agenda.
  void on_event(std::uint32_t slot);
  /// The job of the instance is done.
  void on_done(std::uint32_t instance);
  /// An instance takes no jobs any more; the one that it has begins again elsewhere, if the policy
  /// still wants it.
  void fail(std::uint32_t instance);
  void recover(std::uint32_t instance);
  bool is_down(std::uint32_t instance) const { return staffed_[instance].down; }
  bool is_idle(std::uint32_t instance) const { return staffed_[instance].job == kNobody; }
  /// Whether an instance is there that reads the first line.
  bool serves_queries() const;

  Seconds now_ = 0.0;

 private:
  enum class State : std::uint8_t { kNew, kQueued, kRunning, kDone, kWithdrawn };
  static constexpr std::uint32_t kNobody = ~0U;

  struct Instance {
    std::uint32_t job = kNobody;  // packed
    Seconds since = 0.0;
    Line line = Line::kFirst;  // that the job came from
    std::uint8_t kind = 0;     // which lines it reads: those of Line, or both
    bool down = false;
    bool answers = false;  // the job's answer passes the frontend's link
  };
  struct Timed {
    Seconds time;
    std::uint32_t who;
    bool operator==(const Timed&) const = default;
  };

  std::uint32_t pack(const Task& task) const;
  Task unpack(std::uint32_t job) const;
  State& state(std::uint32_t job) { return states_[job & 1U][job >> 1U]; }

  void on_arrival();
  void on_reply(std::uint32_t instance);
  void on_encoded();
  void on_reminder();
  void on_outage(std::uint32_t instance);

  /// Reminders do not count: a batch has a job until it is answered.
  bool work_left() const { return running_ + waiting_ + encoding_.size() > 0; }
  void schedule_arrival();
  void start(std::uint32_t instance, std::uint32_t job, Line line);
  /// Starts the job if a reader of the line is idle.
  bool start_at_once(std::uint32_t job, Line line);
  void pull(std::uint32_t instance);
  /// The next job of a line that was not withdrawn, or kNobody.
  std::uint32_t take(Line line);

  Scene scene_;
  const Policy& policy_;
  const JobCounts jobs_;
  const std::uint32_t again_;  // what a job that begins again adds to the step of its address
  const Staff staff_;
  const std::uint32_t instances_, batches_;
  std::unique_ptr<ArrivalProcess> process_;
  Transfers transfers_;
  Outages outages_;
  round::Link link_;  // of the frontend
  Seconds encode_s_;
  Agenda agenda_;  // instances, arrival, encoder, reminder, transfer, then outages of instances

  Answers* answers_ = nullptr;
  std::uint32_t arrived_ = 0;                // queries
  std::uint32_t running_ = 0, waiting_ = 0;  // jobs, without withdrawn ones
  std::vector<Instance> staffed_;
  Fifo<std::uint32_t> lines_[2], idle_[3];
  std::vector<State> states_[2];  // of the batches' and of the groups' jobs
  std::vector<Counts> counts_;
  Fifo<Timed> encoding_, reminders_;
  std::vector<Seconds> encoders_;  // when they are free, in a ring
  std::uint32_t next_encoder_ = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> interrupted_;  // how often, by job
};

}  // namespace laggard::serving
