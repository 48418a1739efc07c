#include "transport/mpi_session.hpp"

#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>

#include "core/text.hpp"

namespace laggard::transport {

bool started_by_launcher() {
  for (const char* name :
       {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID"})
    if (std::getenv(name) != nullptr) return true;
  return false;
}

std::optional<std::uint32_t> announced_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    const char* value = std::getenv(name);
    if (value == nullptr) continue;
    std::uint32_t rank = 0;
    if (convert(value, rank)) return rank;
  }
  return std::nullopt;
}

MpiSession::MpiSession() : exceptions_(std::uncaught_exceptions()) {
  int provided = 0;
  MPI_Init_thread(nullptr, nullptr, MPI_THREAD_MULTIPLE, &provided);  // for Pulse
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  rank_ = static_cast<std::uint32_t>(rank);
  size_ = static_cast<std::uint32_t>(size);
}

MpiSession::~MpiSession() {
  if (std::uncaught_exceptions() == exceptions_ && !given_up_) MPI_Finalize();
}

std::vector<std::string> MpiSession::hosts() const {
  constexpr int kLength = MPI_MAX_PROCESSOR_NAME;
  char name[kLength] = {};
  int length = 0;
  MPI_Get_processor_name(name, &length);
  std::vector<char> all(rank_ == 0 ? std::size_t{size_} * kLength : 0);
  MPI_Gather(name, kLength, MPI_CHAR, all.data(), kLength, MPI_CHAR, 0, MPI_COMM_WORLD);
  std::vector<std::string> names;
  for (std::size_t at = 0; at < all.size(); at += kLength) names.emplace_back(&all[at]);
  return names;
}

std::string host_name() {
  std::array<char, 256> name{};
  gethostname(name.data(), name.size() - 1);
  return name.data();
}

std::string mpi_version() {
  char text[MPI_MAX_LIBRARY_VERSION_STRING] = {};
  int length = 0;
  MPI_Get_library_version(text, &length);
  return short_version(text);
}

std::string short_version(std::string_view text) {
  std::string version(text.substr(0, text.find_first_of(",\n")));
  std::replace(version.begin(), version.end(), '\t', ' ');
  return version;
}

}  // namespace laggard::transport
