#include "transport/wire.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "core/error.hpp"
#include "transport/backoff.hpp"

namespace laggard::transport {
namespace {

/// Below Open MPI's eager limit of 4 KiB, and enough for a header with the longest inline values.
constexpr std::size_t kLongestBatch = sizeof(WireHeader) + kInlineBytes;

}  // namespace

int mpi_count(std::size_t count) {
  if (count > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    throw RunError(fmt::format("a message of {} values is too large", count),
                   "MPI counts to 2^31 - 1", "use a smaller /worker_block");
  return static_cast<int>(count);
}

void receive_bytes(MPI_Comm comm, const MPI_Status& found, std::vector<std::byte>& bytes) {
  int size = 0;
  MPI_Get_count(&found, MPI_BYTE, &size);
  bytes.resize(static_cast<std::size_t>(size));
  MPI_Recv(bytes.data(), size, MPI_BYTE, found.MPI_SOURCE, found.MPI_TAG, comm, MPI_STATUS_IGNORE);
}

WireHeader header_of(const std::vector<std::byte>& message, std::size_t at) {
  WireHeader header;
  std::memcpy(&header, message.data() + at, sizeof header);
  return header;
}

std::string text_of(const std::vector<std::byte>& bytes, std::size_t from) {
  return {reinterpret_cast<const char*>(bytes.data()) + from, bytes.size() - from};
}

void SendPool::post(const void* data, int count, MPI_Datatype type, int rank, Tag tag,
                    Buffer buffer) {
  constexpr std::size_t kReapAbove = 64;
  if (requests_.size() >= kReapAbove) reap();
  buffer.number = posted_++;
  buffer.rank = rank;
  buffers_.push_back(std::move(buffer));
  requests_.push_back(MPI_REQUEST_NULL);
  MPI_Isend(data, count, type, rank, tag, comm_, &requests_.back());
}

void SendPool::send_block(int rank, Tag head_tag, Tag payload_tag, WireHeader header,
                          const double* values, std::span<const Seconds> delays) {
  const std::size_t payload = header.values() * sizeof(double);
  header.separate = payload > kInlineBytes ? 1 : 0;
  header.delays = static_cast<std::uint32_t>(delays.size());
  const std::size_t size = sizeof header + header.tail_bytes();
  if (batches_.size() <= static_cast<std::size_t>(rank)) batches_.resize(rank + 1U);
  Batch& batch = batches_[static_cast<std::size_t>(rank)];
  if (!batch.bytes.empty() && batch.bytes.size() + size > kLongestBatch) flush(rank);
  if (batch.bytes.empty()) {
    waiting_.push_back(rank);
    if (!spare_.empty()) {
      batch.bytes = std::move(spare_.back());
      spare_.pop_back();
      batch.bytes.clear();
    }
  }
  batch.tag = head_tag;
  const auto append = [&](const void* data, std::size_t bytes) {
    const auto* from = static_cast<const std::byte*>(data);
    batch.bytes.insert(batch.bytes.end(), from, from + bytes);
  };
  append(&header, sizeof header);
  append(delays.data(), delays.size_bytes());
  if (header.separate == 0) return append(values, payload);
  flush(rank);
  post(values, mpi_count(header.values()), MPI_DOUBLE, rank, payload_tag, {});
}

void SendPool::flush(int rank) {
  Batch& batch = batches_[static_cast<std::size_t>(rank)];
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), rank));
  Buffer buffer;
  buffer.bytes = std::move(batch.bytes);
  batch.bytes.clear();
  const std::byte* data = buffer.bytes.data();
  const int size = mpi_count(buffer.bytes.size());
  post(data, size, MPI_BYTE, rank, batch.tag, std::move(buffer));
}

void SendPool::flush() {
  while (!waiting_.empty()) flush(waiting_.back());
}

void SendPool::send_block_owned(int rank, Tag head_tag, Tag payload_tag, WireHeader header,
                                std::vector<double> values) {
  const double* data = values.data();
  send_block(rank, head_tag, payload_tag, header, data);
  // The last buffer belongs to the payload, if there is one; an inline copy no longer needs it.
  if (header.values() * sizeof(double) > kInlineBytes)
    buffers_.back().values = std::move(values);
  else
    keep(std::move(values));
}

std::vector<double> SendPool::buffer(std::size_t values) {
  if (spare_values_.empty()) reap();
  std::vector<double> result;
  if (!spare_values_.empty()) {
    result = std::move(spare_values_.back());
    spare_values_.pop_back();
  }
  result.resize(values);
  return result;
}

void SendPool::keep(std::vector<double> values) {
  constexpr std::size_t kSpare = 4;  // they can be large
  if (spare_values_.size() < kSpare) spare_values_.push_back(std::move(values));
}

void SendPool::send_text(int rank, Tag tag, const std::string& text) {
  flush();  // messages keep their order
  Buffer buffer;
  const auto bytes = std::as_bytes(std::span(text));
  buffer.bytes.assign(bytes.begin(), bytes.end());
  const std::byte* data = buffer.bytes.data();
  post(data, mpi_count(text.size()), MPI_BYTE, rank, tag, std::move(buffer));
}

void SendPool::reap() {
  if (requests_.empty()) return;
  done_.resize(requests_.size());
  int count = 0;
  MPI_Testsome(mpi_count(requests_.size()), requests_.data(), &count, done_.data(),
               MPI_STATUSES_IGNORE);
  if (count == MPI_UNDEFINED || count == 0) return;
  std::sort(done_.begin(), done_.begin() + count, std::greater<>());
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(done_[static_cast<std::size_t>(i)]);
    constexpr std::size_t kSpare = 64;
    if (!buffers_[at].bytes.empty() && spare_.size() < kSpare)
      spare_.push_back(std::move(buffers_[at].bytes));
    if (!buffers_[at].values.empty()) keep(std::move(buffers_[at].values));
    remove(at);
  }
}

void SendPool::remove(std::size_t at) {
  requests_[at] = requests_.back();
  if (at + 1 != buffers_.size()) buffers_[at] = std::move(buffers_.back());
  requests_.pop_back();
  buffers_.pop_back();
}

void SendPool::give_up(int rank) {
  flush();
  reap();
  for (std::size_t at = buffers_.size(); at-- > 0;) {
    if (buffers_[at].rank != rank) continue;
    given_up_.push_back(std::move(buffers_[at]));
    remove(at);
  }
}

std::uint64_t SendPool::oldest() const {
  std::uint64_t oldest = posted_;
  for (const Buffer& buffer : buffers_) oldest = std::min(oldest, buffer.number);
  return oldest;
}

void SendPool::wait() {
  flush();
  Backoff backoff;
  for (reap(); in_flight() > 0; reap()) backoff.pause();
}

}  // namespace laggard::transport
