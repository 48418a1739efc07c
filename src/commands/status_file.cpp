#include "commands/status_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sstream>
#include <thread>

#include "core/error.hpp"
#include "transport/mpi_session.hpp"
#include "transport/pulse.hpp"

namespace laggard::commands {
namespace {

constexpr const char* kVariable = "LAGGARD_STATUS";

/// The record of rank r, padded with blanks, begins at r * kRecord: "running 4711 node3 12".
constexpr std::size_t kRecord = 128;
/// In the order of Stage.
constexpr std::array<const char*, 8> kWords{"",        "begun",   "mpi",  "joined",
                                            "running", "writing", "exit", "no-workers"};

/// Locks lie beyond everything that is written, one byte each.
constexpr off_t kLauncherLock = off_t{1} << 40;
constexpr off_t lock_of(std::uint32_t rank) {
  return kLauncherLock + 1 + rank;
}

/// Locks of the open file, which end with the process. They are asked for without being taken, so
/// that nobody ever holds a lock of somebody else.
struct flock lock_at(off_t where) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = where;
  lock.l_len = 1;
  return lock;
}

void take_lock(int file, off_t where) {
  struct flock lock = lock_at(where);
  fcntl(file, F_OFD_SETLK, &lock);
}

enum class Lock { kFree, kHeld, kUnknown };

Lock state_of_lock(int file, off_t where) {
  struct flock lock = lock_at(where);
  if (fcntl(file, F_OFD_GETLK, &lock) != 0) return Lock::kUnknown;
  return lock.l_type == F_UNLCK ? Lock::kFree : Lock::kHeld;
}

/// A file under NFS is read and written anew where it is opened and closed. A file whose folder was
/// removed is still there for those who have it open.
class Reopened {
 public:
  Reopened(const std::string& path, int file, int flags)
      : opened_(open(path.c_str(), flags | O_CLOEXEC)), file_(opened_ < 0 ? file : opened_) {}
  ~Reopened() {
    if (opened_ >= 0) close(opened_);
  }
  Reopened(const Reopened&) = delete;
  Reopened& operator=(const Reopened&) = delete;

  int get() const { return file_; }

 private:
  int opened_, file_;
};

/// A rank's side. It is never destroyed, because its thread lives as long as the process.
class Announcer {
 public:
  Announcer(std::string path, std::uint32_t rank) : path_(std::move(path)), rank_(rank) {
    file_ = open(path_.c_str(), O_RDWR | O_CLOEXEC);
    failure_ = file_ < 0 ? errno : 0;
    if (file_ < 0) return;
    take_lock(file_, lock_of(rank_));
    launcher_seen_ = state_of_lock(file_, kLauncherLock) == Lock::kHeld;
    say(Stage::kBegun, getpid());
    // Signals are for the thread that does the work.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread([this] { live(); }).detach();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  /// errno of opening the file, or 0.
  int failure() const { return failure_; }
  const std::string& path() const { return path_; }

  void say(Stage stage, int number) {
    const std::lock_guard lock(mutex_);
    if (file_ < 0 || stage < stage_) return;
    stage_ = stage;
    number_ = number;
    put();
  }

 private:
  /// Other ranks and the launcher see that this process lives, and this one that the launcher does.
  void live() {
    constexpr std::chrono::seconds kBeat{1};
    constexpr std::uint64_t kLookForLauncher = 4;  // beats
    for (;;) {
      std::this_thread::sleep_for(kBeat);
      if (launcher_seen_ && beats_ % kLookForLauncher == 0 &&
          state_of_lock(file_, kLauncherLock) == Lock::kFree)
        _exit(static_cast<int>(ExitCode::kFailed));
      const std::lock_guard lock(mutex_);
      ++beats_;
      const bool joins = stage_ == Stage::kInMpi && transport::Pulse::any();
      if (joins) stage_ = Stage::kJoined;
      if (joins || rank_ == 0 || stage_ < Stage::kJoined) put();
    }
  }

  void put() const {
    // Nothing is allocated here: the process may be about to end by a crash.
    std::array<char, kRecord> record;
    record.fill(' ');
    fmt::format_to_n(record.data(), kRecord - 1, "{} {} {:.64} {}",
                     kWords.at(static_cast<std::size_t>(stage_)), number_, host_, beats_);
    record.back() = '\n';
    const Reopened file(path_, file_, O_WRONLY);
    // One write of few bytes: whoever reads sees all of the record or nothing.
    [[maybe_unused]] const auto written =
        pwrite(file.get(), record.data(), record.size(), static_cast<off_t>(rank_ * kRecord));
  }

  std::string path_, host_ = transport::host_name();
  std::uint32_t rank_;
  int file_ = -1, failure_ = 0;
  bool launcher_seen_ = false;  // its lock; where locks do not reach other hosts, it never is
  std::mutex mutex_;
  Stage stage_ = Stage::kNotBegun;
  int number_ = 0;
  std::uint64_t beats_ = 0;
};

Announcer* announcer = nullptr;

void say(Stage stage, int number) {
  if (announcer != nullptr) announcer->say(stage, number);
}

}  // namespace

void announce_process() {
  const char* path = std::getenv(kVariable);
  if (path == nullptr) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  announcer = new Announcer(path, transport::announced_rank().value_or(0));
}

void announce_mpi() {
  say(Stage::kInMpi, getpid());
}

void announce_start() {
  if (announcer != nullptr && announcer->failure() != 0)
    throw RunError(fmt::format("cannot open the launcher's file '{}' on {}", announcer->path(),
                               transport::host_name()),
                   std::strerror(announcer->failure()),
                   "name an --output in a directory that this host shares with the launcher");
  say(Stage::kRunning, getpid());
}

void announce_file() {
  say(Stage::kWriting, getpid());
}

void announce_exit(int code) {
  say(Stage::kExited, code);
}

void announce_exit_without_workers(int code) {
  say(Stage::kNoWorkers, code);
}

StatusFile::StatusFile(const std::filesystem::path& folder, std::uint32_t ranks)
    : seen_alive_(ranks, 0) {
  std::error_code ignored;
  std::filesystem::create_directories(folder, ignored);
  std::string name = (std::filesystem::absolute(folder) / ".laggard-launch-XXXXXX").string();
  file_ = mkostemp(name.data(), O_CLOEXEC);
  if (file_ < 0)
    throw ConfigError(fmt::format("cannot write to the directory '{}'", folder.string()),
                      std::strerror(errno), "name another file with --output");
  path_ = name;
  take_lock(file_, kLauncherLock);
}

StatusFile::~StatusFile() {
  close(file_);
  std::error_code ignored;
  std::filesystem::remove(path_, ignored);
}

namespace {

RankStatus parse(const std::string& record) {
  std::istringstream line(record.substr(0, record.find('\n')));
  std::string word;
  RankStatus status;
  line >> word >> status.number >> status.host >> status.beats;
  const auto found = std::find(kWords.begin() + 1, kWords.end(), word);
  if (found == kWords.end()) return {};
  status.stage = static_cast<Stage>(found - kWords.begin());
  return status;
}

}  // namespace

std::vector<RankStatus> StatusFile::read(std::size_t ranks) const {
  const Reopened file(path_, file_, O_RDONLY);
  std::string text(ranks * kRecord, '\0');
  const auto size = pread(file.get(), text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  std::vector<RankStatus> found(ranks);
  for (std::size_t rank = 0; rank * kRecord < text.size(); ++rank)
    found[rank] = parse(text.substr(rank * kRecord, kRecord));
  return found;
}

std::vector<RankStatus> StatusFile::look(std::size_t ranks) {
  // A rank takes its lock before it writes, and one that is gone has written all that it will: the
  // look at the lock lies between two readings.
  const std::vector<RankStatus> before = read(ranks);
  std::vector<char> free(ranks, 0);
  for (std::uint32_t rank = 0; rank < ranks; ++rank) {
    if (before[rank].stage == Stage::kNotBegun) continue;
    const Lock lock = state_of_lock(file_, lock_of(rank));
    if (lock == Lock::kHeld) seen_alive_[rank] = 1;
    free[rank] = lock == Lock::kFree ? 1 : 0;
  }
  std::vector<RankStatus> after = read(ranks);
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    // Locks of other hosts may be invisible here.
    const bool told = seen_alive_[rank] != 0 || after[rank].host == transport::host_name();
    after[rank].gone = free[rank] != 0 && told;
  }
  return after;
}

}  // namespace laggard::commands
