#include "experiment/serving/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <utility>

#include "core/error.hpp"

namespace laggard::serving {
namespace {

// Slots of the agenda behind those of the instances.
enum Slot : std::uint32_t { kArrival, kEncoder, kReminder, kTransfer, kSlots };

constexpr std::uint8_t kBoth = 2;  // kind of an instance that reads both lines

/// Jobs of a batch or group differ by their copy, and a job that begins again by how often it did:
/// both go into the step of its address.
constexpr std::uint32_t kFewestCopies = 1U << 8U, kCodedStep = 1U << 23U;

std::uint32_t divide_up(std::uint32_t a, std::uint32_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

}  // namespace

void Server::check_jobs(const JobCounts& jobs, const ServerConfig& config,
                        const std::string& where) {
  constexpr std::uint64_t kMost = (1ULL << 31U) - 1;  // one bit says which jobs are coded
  const std::uint32_t batches = divide_up(config.queries, config.batch);
  const std::uint32_t groups = jobs.group == 0 ? 0 : divide_up(batches, jobs.group);
  const std::uint64_t most =
      std::max(std::uint64_t{batches} * jobs.copies, std::uint64_t{groups} * jobs.coded);
  if (most >= kMost)
    throw ConfigError(fmt::format("{} makes {} jobs in a trial", where, most),
                      fmt::format("a server numbers {} at most", kMost - 1),
                      "lower /serving/queries, and raise /trials instead");
}

Server::Server(const Scene& scene, const Policy& policy)
    : scene_(scene),
      policy_(policy),
      jobs_(policy.jobs()),
      again_(std::max(kFewestCopies, std::bit_ceil(std::max(jobs_.copies, jobs_.coded)))),
      staff_(policy.staff()),
      instances_(staff_.all()),
      batches_(divide_up(scene.config.queries, scene.config.batch)),
      process_(scene.arrivals.start(scene.trial, scene.config.rate)),
      transfers_(scene.config.transfers, instances_, scene.trial),
      outages_(scene.config.outages, instances_, scene.trial),
      link_(scene.costs.frontend_bandwidth, 0.0),
      encode_s_(scene.config.encode_s + scene.costs.encode_s(jobs_.group, jobs_.coded)),
      agenda_(instances_ + kSlots + (outages_.any() ? instances_ : 0)),
      staffed_(instances_) {
  const std::uint32_t groups = jobs_.group == 0 ? 0 : divide_up(batches_, jobs_.group);
  states_[0].resize(std::size_t{batches_} * jobs_.copies);
  states_[1].resize(std::size_t{groups} * jobs_.coded);
  counts_.resize(groups);
  // ParM's artifact has half an encoder for each deployed instance of a group.
  if (jobs_.group > 0)
    encoders_.resize(std::max(1U, (staff_.first + staff_.both) / jobs_.group / 2));
  for (std::uint32_t i = 0; i < instances_; ++i) {
    const std::uint32_t dedicated = staff_.first + staff_.second;
    staffed_[i].kind = i < staff_.first ? 0 : i < dedicated ? 1 : kBoth;
    idle_[staffed_[i].kind].push(i);
    if (outages_.any()) agenda_.set(instances_ + kSlots + i, outages_.stay(i, false));
  }
  if (transfers_.any()) agenda_.set(instances_ + kTransfer, transfers_.next());
}

void Server::run(Answers& answers) {
  answers_ = &answers;
  answers.arrival.assign(scene_.config.queries, kNever);
  answers.proper.assign(batches_, kNever);
  answers.substitute.assign(batches_, kNever);
  answers.busy_s = answers.end_s = 0.0;
  answers.events = answers.services = 0;
  schedule_arrival();
  while (arrived_ < scene_.config.queries || work_left()) {
    advance();
    ++answers.events;
  }
}

void Server::on_event(std::uint32_t slot) {
  if (slot < instances_) return on_reply(slot);
  switch (slot - instances_) {
    case kArrival:
      return on_arrival();
    case kEncoder:
      return on_encoded();
    case kReminder:
      return on_reminder();
    case kTransfer:
      transfers_.advance();
      return agenda_.set(slot, transfers_.next());
    default:
      return on_outage(slot - instances_ - kSlots);
  }
}

void Server::schedule_arrival() {
  agenda_.set(instances_ + kArrival, process_->next());
}

void Server::on_arrival() {
  answers_->arrival[arrived_++] = now_;
  const bool last = arrived_ == scene_.config.queries;
  if (last)
    agenda_.clear(instances_ + kArrival);
  else
    schedule_arrival();
  if (last || arrived_ % scene_.config.batch == 0)
    policy_.arrived(*this, (arrived_ - 1) / scene_.config.batch);
}

void Server::encode(Group group) {
  Seconds& free = encoders_[next_encoder_];
  next_encoder_ = (next_encoder_ + 1) % static_cast<std::uint32_t>(encoders_.size());
  free = std::max(free, now_) + encode_s_;
  if (encoding_.empty()) agenda_.set(instances_ + kEncoder, free);
  encoding_.push({free, group});
}

void Server::on_encoded() {
  const Group group = encoding_.pop().who;
  if (encoding_.empty())
    agenda_.clear(instances_ + kEncoder);
  else
    agenda_.set(instances_ + kEncoder, encoding_.front().time);
  policy_.encoded(*this, group);
}

void Server::remind(Batch batch, Seconds after) {
  if (reminders_.empty()) agenda_.set(instances_ + kReminder, now_ + after);
  reminders_.push({now_ + after, batch});
}

void Server::on_reminder() {
  const Batch batch = reminders_.pop().who;
  if (reminders_.empty())
    agenda_.clear(instances_ + kReminder);
  else
    agenda_.set(instances_ + kReminder, reminders_.front().time);
  policy_.reminded(*this, batch);
}

std::uint32_t Server::pack(const Task& task) const {
  const std::uint32_t tasks = task.coded ? jobs_.coded : jobs_.copies;
  return (task.owner * tasks + task.copy) << 1U | (task.coded ? 1U : 0U);
}

Task Server::unpack(std::uint32_t job) const {
  const bool coded = (job & 1U) != 0;
  const std::uint32_t tasks = coded ? jobs_.coded : jobs_.copies, index = job >> 1U;
  if (tasks == 1) return {index, 0, coded};
  return {index / tasks, index % tasks, coded};
}

bool Server::has_started(const Task& task) const {
  const std::uint32_t job = pack(task);
  const State found = states_[job & 1U][job >> 1U];
  return found == State::kRunning || found == State::kDone;
}

void Server::submit(const Task& task, Line line) {
  const std::uint32_t job = pack(task);
  if (start_at_once(job, line)) return;
  state(job) = State::kQueued;
  lines_[static_cast<std::size_t>(line)].push(job);
  ++waiting_;
}

void Server::withdraw(const Task& task) {
  State& found = state(pack(task));
  if (found != State::kQueued) return;
  found = State::kWithdrawn;
  --waiting_;
}

bool Server::start_at_once(std::uint32_t job, Line line) {
  Fifo<std::uint32_t>& idle = idle_[staff_.both > 0 ? kBoth : static_cast<std::uint8_t>(line)];
  if (idle.empty()) return false;
  start(idle.pop(), job, line);
  return true;
}

std::uint32_t Server::take(Line line) {
  Fifo<std::uint32_t>& jobs = lines_[static_cast<std::size_t>(line)];
  while (!jobs.empty()) {
    const std::uint32_t job = jobs.pop();
    if (state(job) != State::kQueued) continue;  // withdrawn
    --waiting_;
    return job;
  }
  return kNobody;
}

void Server::start(std::uint32_t instance, std::uint32_t job, Line line) {
  const Task task = unpack(job);
  std::uint32_t step = task.copy | (task.coded ? kCodedStep : 0);
  if (!interrupted_.empty())
    if (const auto found = interrupted_.find(job); found != interrupted_.end())
      step |= again_ * std::min(found->second, kCodedStep / again_ - 1);
  const faults::Address address = {scene_.trial.seed, scene_.trial.trial, task.owner, step};
  const double slowness = scene_.speeds.empty() ? 1.0 : scene_.speeds[instance];
  const double queries = scene_.config.batch;
  const JobCosts& costs = scene_.costs;
  const Seconds done = link_.pass(now_, costs.bytes_in) + costs.there_s +
                       slowness *
                           (scene_.service.draw({address, task.coded, queries}) + costs.compute_s) /
                           policy_.speed(task) * transfers_.factor(instance, address) +
                       costs.back_s;
  state(job) = State::kRunning;
  Instance& found = staffed_[instance];
  found.job = job;
  found.since = now_;
  found.line = line;
  found.answers = false;
  ++running_;
  ++answers_->services;
  begin(instance, task, done);
  policy_.started(*this, task);
}

void Server::on_reply(std::uint32_t instance) {
  Instance& found = staffed_[instance];
  if (!std::exchange(found.answers, true)) {
    const Seconds passed = link_.pass(now_, scene_.costs.bytes_out);
    if (passed > now_) return agenda_.set(instance, passed);
  }
  on_done(instance);
}

void Server::on_done(std::uint32_t instance) {
  Instance& found = staffed_[instance];
  const std::uint32_t job = std::exchange(found.job, kNobody);
  answers_->busy_s += now_ - found.since;
  answers_->end_s = now_;
  --running_;
  state(job) = State::kDone;
  policy_.finished(*this, unpack(job));
  pull(instance);
}

void Server::pull(std::uint32_t instance) {
  const std::uint8_t kind = staffed_[instance].kind;
  Line line = kind == 1 ? Line::kSecond : Line::kFirst;
  std::uint32_t job = take(line);
  if (job == kNobody && kind == kBoth) job = take(line = Line::kSecond);
  if (job != kNobody) return start(instance, job, line);
  agenda_.clear(instance);
  idle_[kind].push(instance);
}

void Server::on_outage(std::uint32_t instance) {
  const bool fails = !staffed_[instance].down;
  agenda_.set(instances_ + kSlots + instance, now_ + outages_.stay(instance, fails));
  fails ? fail(instance) : recover(instance);
}

bool Server::serves_queries() const {
  return std::any_of(staffed_.begin(), staffed_.end(),
                     [](const Instance& instance) { return !instance.down && instance.kind != 1; });
}

void Server::recover(std::uint32_t instance) {
  staffed_[instance].down = false;
  pull(instance);
}

void Server::fail(std::uint32_t instance) {
  Instance& found = staffed_[instance];
  found.down = true;
  if (found.job == kNobody) return idle_[found.kind].remove(instance);
  // The frontend notices at once, and the job is the next one of its line.
  const std::uint32_t job = std::exchange(found.job, kNobody);
  agenda_.clear(instance);
  answers_->busy_s += now_ - found.since;
  --running_;
  if (!policy_.is_wanted(*this, unpack(job))) {
    state(job) = State::kWithdrawn;
    return;
  }
  ++interrupted_[job];
  if (start_at_once(job, found.line)) return;
  state(job) = State::kQueued;
  ++waiting_;
  lines_[static_cast<std::size_t>(found.line)].push_front(job);
}

void Server::answer(Batch batch) {
  Seconds& time = answers_->proper[batch];
  time = std::min(time, now_);
}

void Server::substitute(Batch batch, Seconds after) {
  Seconds& time = answers_->substitute[batch];
  if (time == kNever) on_substitute(batch);
  time = std::min(time, now_ + after);
}

}  // namespace laggard::serving
