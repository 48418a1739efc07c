#include "round/relaunch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <queue>
#include <tuple>

namespace laggard::round {
namespace {

/// What happens next, in this order at the same moment.
enum class What : std::uint8_t {
  kAnswer,  ///< an answer asks for the master's link
  kDone,    ///< a worker's answer is with the master, so that it can have a copy
  kCopies,  ///< the moment from which on tasks are sent again
  kSend     ///< a copy asks for the master's link
};

struct Event {
  Seconds at_s;
  What what;
  std::uint32_t place;  ///< among those of the same kind at the same moment
  WorkerId task = 0;
  WorkerId worker = 0;  ///< that has it

  bool operator>(const Event& other) const {
    return std::tie(at_s, what, place) > std::tie(other.at_s, other.what, other.place);
  }
};

/// What happens next. Nearly all events are known in their order: the first answers of the workers,
/// and who is done with them. Only the others need a heap.
class Events {
 public:
  /// Answers ascending in time.
  explicit Events(std::vector<Reply> answers) : answers_(std::move(answers)) {}

  /// Of all events that are pushed, those of this kind must come in the order of time.
  void push_done(const Event& event) {
    const bool begun = sorted_ > done_first_ && event.at_s == done_[done_first_].at_s;
    if (begun)
      push(event);
    else
      done_.push_back(event);
  }
  void push(const Event& event) { others_.push(event); }

  /// The earliest one, if there is any.
  std::optional<Event> pop() {
    std::optional<Event> first;
    if (next_answer_ < answers_.size()) {
      const Reply& reply = answers_[next_answer_];
      first = {reply.at_s, What::kAnswer, next_answer_, reply.worker, reply.worker};
    }
    const bool answer = first.has_value();
    if (done_first_ < done_.size()) {
      if (sorted_ == done_first_) sort_the_next();
      if (!first || *first > done_[done_first_]) first = done_[done_first_];
    }
    if (!others_.empty() && (!first || *first > others_.top())) {
      first = others_.top();
      others_.pop();
    } else if (first && first->what == What::kDone) {
      ++done_first_;
    } else if (answer) {
      ++next_answer_;
    }
    return first;
  }

 private:
  /// Those at the next moment, by their places.
  void sort_the_next() {
    const auto begin = done_.begin() + static_cast<std::ptrdiff_t>(done_first_);
    const auto end = std::find_if(begin, done_.end(),
                                  [&](const Event& event) { return event.at_s != begin->at_s; });
    if (end - begin > 1)
      std::sort(begin, end, [](const Event& a, const Event& b) { return a.place < b.place; });
    sorted_ = static_cast<std::size_t>(end - done_.begin());
  }

  std::vector<Reply> answers_;
  std::uint32_t next_answer_ = 0;
  std::vector<Event> done_;  // behind `done_first_` they are to come, and sorted up to `sorted_`
  std::size_t done_first_ = 0, sorted_ = 0;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> others_;
};

/// The events of a round, one after the other.
class Simulation {
 public:
  Simulation(const TimeModel& model, const Relaunch& relaunch, const RoundWork& work,
             const Arrivals& drawn, Backlog* backlog, const std::vector<WorkerId>& unreachable,
             Seconds until_s)
      : model_(model),
        relaunch_(relaunch),
        work_(work),
        drawn_(drawn),
        backlog_(backlog),
        until_s_(until_s),
        link_(model.link_after_dispatch(work)),
        half_((work.active + 1) / 2),
        again_(work.active, 1),
        events_(model.replies(work, drawn, backlog)),
        places_(work.active) {
    for (const WorkerId worker : unreachable)
      if (worker < work.active) again_[worker] = 0;
    result_ = {drawn.delay_s, {}, {}};
    for (WorkerId worker = 0; worker < work.active; ++worker)
      result_.delay_s[worker] = std::numeric_limits<Seconds>::infinity();
  }

  Arrivals run() {
    while (const auto event = events_.pop()) {
      if (event->what == What::kAnswer) answer(*event);
      if (event->what == What::kDone) done(event->worker, event->at_s);
      if (event->what == What::kCopies) begin_copies(event->at_s);
      if (event->what == What::kSend) send(*event);
    }
    return std::move(result_);
  }

 private:
  void answer(const Event& event) {
    const Seconds at_s = link_.pass(event.at_s, work_.bytes_out);
    events_.push_done({at_s, What::kDone, event.worker, event.task, event.worker});
    Seconds& first_s = result_.delay_s[event.task];
    if (std::isfinite(first_s)) return;
    first_s = at_s;
    result_.order.push_back(event.task);
    if (result_.order.size() == half_) events_.push({relaunch_.factor * at_s, What::kCopies, 0});
  }

  void done(WorkerId worker, Seconds now_s) {
    if (copies_have_begun_)
      give_copy(worker, now_s);
    else
      idle_.push_back(worker);
  }

  void begin_copies(Seconds now_s) {
    copies_have_begun_ = true;
    std::sort(idle_.begin(), idle_.end());
    for (const WorkerId worker : idle_) give_copy(worker, now_s);
  }

  /// Of the next task that is still missing.
  void give_copy(WorkerId worker, Seconds now_s) {
    if (now_s >= until_s_) return;
    const auto is_missing = [&](WorkerId task) {
      return again_[task] != 0 && result_.delay_s[task] > now_s;
    };
    while (next_ < work_.active && !is_missing(next_)) ++next_;
    if (next_ == work_.active) return;
    events_.push({now_s, What::kSend, places_++, next_++, worker});
  }

  void send(const Event& event) {
    Seconds at_s = link_.pass(event.at_s, work_.bytes_in) + model_.there_s(work_);
    at_s += model_.compute_s(work_, event.task, event.worker) +
            drawn_.copy_delay_s(event.task, event.worker);
    if (backlog_ != nullptr) backlog_->free_s[event.worker] = backlog_->now_s + at_s;
    events_.push({at_s + model_.back_s(work_), What::kAnswer, places_++, event.task, event.worker});
  }

  const TimeModel& model_;
  const Relaunch relaunch_;
  const RoundWork work_;
  const Arrivals& drawn_;
  Backlog* backlog_;
  const Seconds until_s_;
  Link link_;
  const std::size_t half_;   // so many answers are the median
  std::vector<char> again_;  // by task: whether it may be sent again
  WorkerId next_ = 0;        // first task that no copy was made of
  bool copies_have_begun_ = false;
  std::vector<WorkerId> idle_;  // before that
  Events events_;
  std::uint32_t places_;  // so many events have one
  Arrivals result_;
};

}  // namespace

Arrivals arrivals_with_copies(const TimeModel& model, const Relaunch& relaunch,
                              const RoundWork& work, const Arrivals& drawn, Backlog* backlog,
                              const std::vector<WorkerId>& unreachable, Seconds until_s) {
  return Simulation(model, relaunch, work, drawn, backlog, unreachable, until_s).run();
}

}  // namespace laggard::round
