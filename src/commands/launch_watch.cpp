#include "commands/launch_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "transport/pulse.hpp"

namespace laggard::commands {
namespace {

/// "rank 2", "ranks 2, 5 and 7 more"
std::string list(const std::vector<std::uint32_t>& ranks) {
  constexpr std::size_t kMost = 8;
  const std::size_t shown = std::min(ranks.size(), kMost);
  std::string text = fmt::format("rank{} {}", ranks.size() == 1 ? "" : "s",
                                 fmt::join(std::span(ranks).first(shown), ", "));
  if (shown < ranks.size()) text += fmt::format(" and {} more", ranks.size() - shown);
  return text;
}

}  // namespace

Seconds default_start_timeout(std::uint32_t ranks) {
  return 30.0 + 0.1 * ranks;
}

std::optional<Loss> LaunchWatch::look(const std::vector<RankStatus>& ranks, Seconds passed_s) {
  now_s_ += std::min(passed_s, kLongestLook_s);
  stages_.resize(std::max(stages_.size(), ranks.size()), Stage::kNotBegun);
  beats_.resize(stages_.size(), 0);
  heard_s_.resize(stages_.size(), now_s_);
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    const bool further = ranks[rank].stage != stages_[rank];
    if (further) progress_s_ = now_s_;
    if (further || ranks[rank].beats != beats_[rank]) heard_s_[rank] = now_s_;
    stages_[rank] = ranks[rank].stage;
    beats_[rank] = ranks[rank].beats;
  }
  started_ = ranks.front().stage >= Stage::kRunning;
  return started_ ? look_at_master(ranks.front()) : look_at_start(ranks);
}

std::optional<Loss> LaunchWatch::look_at_master(const RankStatus& master) {
  if (master.stage >= Stage::kExited) return std::nullopt;
  if (master.gone)
    return Loss{"the master died", fmt::format("rank 0 on {} was killed or crashed", master.host)};
  constexpr Seconds kGone_s = transport::Pulse::kMasterGone_s;  // the workers leave as well
  if (now_s_ - heard_s_.front() < kGone_s) return std::nullopt;
  return Loss{"the master hangs",
              fmt::format("rank 0 on {} gave no sign of life for {} s", master.host, kGone_s)};
}

std::optional<Loss> LaunchWatch::look_at_start(const std::vector<RankStatus>& ranks) {
  std::vector<std::uint32_t> dead;
  for (std::uint32_t rank = 0; rank < ranks.size(); ++rank)
    if (ranks[rank].gone && ranks[rank].stage < Stage::kExited) dead.push_back(rank);
  if (!dead.empty())
    return Loss{
        fmt::format("{} on {} died while the ranks started", list(dead), ranks[dead.front()].host),
        dead.size() == 1 ? "it was killed or crashed" : "they were killed or crashed"};
  if (now_s_ - progress_s_ < start_timeout_s_) return std::nullopt;
  return stalled_start(ranks);
}

Loss LaunchWatch::stalled_start(const std::vector<RankStatus>& ranks) const {
  constexpr Seconds kSilent_s = 5.0;  // several beats
  std::vector<std::uint32_t> absent, silent;
  for (std::uint32_t rank = 0; rank < ranks.size(); ++rank) {
    if (ranks[rank].stage == Stage::kNotBegun) absent.push_back(rank);
    // Who has joined leaves its signs of life to its pulse.
    const bool beats = ranks[rank].stage == Stage::kBegun || ranks[rank].stage == Stage::kInMpi;
    if (beats && now_s_ - heard_s_[rank] > std::min(kSilent_s, start_timeout_s_ / 2))
      silent.push_back(rank);
  }
  const std::string remedy =
      "if the start only takes longer, raise --start-timeout; else look at the nodes";
  if (absent.size() == ranks.size())
    return {"no rank started", fmt::format("mpirun had {:.3g} s for it", start_timeout_s_), remedy};
  if (!absent.empty())
    return {fmt::format("{} did not start", list(absent)),
            fmt::format("the others waited {:.3g} s", start_timeout_s_), remedy};
  if (!silent.empty())
    return {fmt::format("{} hung while the ranks started", list(silent)),
            fmt::format("no sign of life from {}; the others waited {:.3g} s",
                        ranks[silent.front()].host, start_timeout_s_),
            remedy};
  return {"the ranks did not find each other",
          fmt::format("all of them live, but MPI stood still for {:.3g} s", start_timeout_s_),
          remedy};
}

}  // namespace laggard::commands
