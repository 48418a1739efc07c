#include "experiment/serving/arrivals.hpp"

#include <fmt/format.h>

#include <cmath>
#include <fstream>

#include "core/error.hpp"
#include "core/readable.hpp"
#include "core/text.hpp"
#include "faults/distributions.hpp"

namespace laggard::serving {
namespace {

double standard_exponential(Stream& stream) {
  return -std::log(uniform01_open_low(stream));
}

class PoissonProcess final : public ArrivalProcess {
 public:
  PoissonProcess(Stream stream, double rate) : stream_(stream), gap_(1.0 / rate) {}
  Seconds next() override { return time_ += gap_ * standard_exponential(stream_); }

 private:
  Stream stream_;
  Seconds gap_;
  Seconds time_ = 0.0;
};

class MmppProcess final : public ArrivalProcess {
 public:
  /// Gaps between queries and mean stays, by state: 0 is calm, 1 is a burst.
  MmppProcess(Stream stream, std::array<Seconds, 2> gaps, std::array<Seconds, 2> stays,
              double share)
      : stream_(stream), gaps_(gaps), stays_(stays), state_(uniform01(stream_) < share ? 1 : 0) {
    change_ = stays_[state_] * standard_exponential(stream_);
  }

  Seconds next() override {
    double left = standard_exponential(stream_);  // expected arrivals until the next one
    while (time_ + left * gaps_[state_] > change_) {
      left -= (change_ - time_) / gaps_[state_];
      time_ = change_;
      state_ = 1 - state_;
      change_ += stays_[state_] * standard_exponential(stream_);
    }
    return time_ += left * gaps_[state_];
  }

 private:
  Stream stream_;
  std::array<Seconds, 2> gaps_, stays_;
  std::size_t state_;
  Seconds time_ = 0.0, change_ = 0.0;
};

class TraceProcess final : public ArrivalProcess {
 public:
  TraceProcess(std::shared_ptr<const std::vector<Seconds>> times, Seconds period)
      : times_(std::move(times)), period_(period) {}

  Seconds next() override {
    const Seconds time = start_ + (*times_)[next_++];
    if (next_ == times_->size()) {
      next_ = 0;
      start_ += period_;
    }
    return time;
  }

 private:
  std::shared_ptr<const std::vector<Seconds>> times_;
  Seconds period_, start_ = 0.0;
  std::size_t next_ = 0;
};

constexpr std::string_view kTraceRemedy =
    "give a text file with one time in seconds, at least 0, on each line, in ascending order";

Seconds read_time(std::string_view line, const std::string& where) {
  Seconds time = 0.0;
  if (!convert(line, time))
    throw DataError(where, excerpt(line) + " is not a time", std::string(kTraceRemedy));
  if (!faults::kDuration.contains(time))
    throw DataError(where, fmt::format("{} is not a time from 0 to {} s", line, faults::kLongest),
                    std::string(kTraceRemedy));
  return time;
}

std::vector<Seconds> read_arrivals(const std::string& path) {
  if (const std::string why = why_unreadable(path); !why.empty())
    throw DataError(fmt::format("cannot read the arrivals '{}'", path), why,
                    "check /serving/arrivals/file");
  std::ifstream file(path);
  std::vector<Seconds> times;
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
    if (line.empty()) continue;
    const std::string where = fmt::format("{}:{}", path, number);
    const Seconds time = read_time(line, where);
    if (!times.empty() && time < times.back())
      throw DataError(where, fmt::format("{} s is earlier than the line before", line),
                      std::string(kTraceRemedy));
    times.push_back(time);
  }
  if (times.size() < 2 || times.back() == times.front())
    throw DataError(path, fmt::format("it has {} arrivals, which span no time", times.size()),
                    std::string(kTraceRemedy));
  return times;
}

}  // namespace

std::unique_ptr<ArrivalProcess> Poisson::start(const faults::Occasion& trial, double rate) const {
  return std::make_unique<PoissonProcess>(trial.stream(kArrivals), rate);
}

void Mmpp::Config::fields(Fields& fields) {
  fields.number({"factor", "rate within a burst over the rate between bursts"}, factor,
                {1.0, 1e6, false});
  fields.number({"share", "of the time that is within bursts"}, share, {1e-6, 1.0 - 1e-6, false});
  fields.number({"queries", "mean number of queries from the beginning of one burst to the next"},
                queries, {1.0, 1e9, false});
}

std::unique_ptr<ArrivalProcess> Mmpp::start(const faults::Occasion& trial, double rate) const {
  const double share = config_.share;
  const double calm_rate = rate / (share * config_.factor + (1.0 - share));
  const Seconds cycle = config_.queries / rate;
  return std::make_unique<MmppProcess>(
      trial.stream(kArrivals), std::array{1.0 / calm_rate, 1.0 / (calm_rate * config_.factor)},
      std::array{(1.0 - share) * cycle, share * cycle}, share);
}

void TraceArrivals::Config::fields(Fields& fields) {
  fields.text({"file",
               "text file with a time in seconds on each line, ascending; it is repeated "
               "if there are more queries, and /serving/rate does not count"},
              file);
}

TraceArrivals::TraceArrivals(Config config) {
  std::vector<Seconds> times = read_arrivals(config.file);
  const Seconds first = times.front();
  for (Seconds& time : times) time -= first;
  const auto count = static_cast<double>(times.size());
  period_ = times.back() * count / (count - 1.0);
  times_ = std::make_shared<const std::vector<Seconds>>(std::move(times));
}

std::unique_ptr<ArrivalProcess> TraceArrivals::start(const faults::Occasion&, double) const {
  return std::make_unique<TraceProcess>(times_, period_);
}

const std::vector<ArrivalKind>& arrivals() {
  static const std::vector<ArrivalKind> table{
      kind<Poisson, Arrivals>("poisson", "queries come independently of each other"),
      kind<Mmpp, Arrivals>("mmpp", "calm times and bursts alternate (Markov-modulated Poisson)"),
      kind<TraceArrivals, Arrivals>("trace", "recorded times from a file"),
  };
  return table;
}

}  // namespace laggard::serving
