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
                   "MPI counts to 2^31 - 1",
                   "use a smaller /worker_block, or record less of each trial");
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

SendPool::Lane& SendPool::lane(int rank) {
  const auto at = static_cast<std::size_t>(rank);
  if (lanes_.size() <= at) lanes_.resize(at + 1);
  return lanes_[at];
}

void SendPool::post(const void* data, int count, int rank, Tag tag, Buffer buffer) {
  // Looking costs as much as there are sends in flight: once for as many again.
  constexpr std::size_t kLeast = 64;
  if (requests_.size() >= reap_at_) {
    collect();  // a send from here would come between a head and its payload
    reap_at_ = std::max(kLeast, 2 * requests_.size());
  }
  buffer.rank = rank;
  const bool payload = buffer.payload;
  buffers_.push_back(std::move(buffer));
  requests_.push_back(MPI_REQUEST_NULL);
  // A synchronous send is done when its receiver is there: then the next one may go.
  if (payload)
    MPI_Issend(data, count, MPI_DOUBLE, rank, tag, comm_, &requests_.back());
  else
    MPI_Isend(data, count, MPI_BYTE, rank, tag, comm_, &requests_.back());
}

void SendPool::send_block(int rank, Tag head_tag, Tag payload_tag, WireHeader header,
                          const double* values, const std::shared_ptr<const Matrix>& owner,
                          std::span<const Seconds> delays) {
  header.separate = header.values() * sizeof(double) > kInlineBytes ? 1 : 0;
  header.delayed = delays.empty() ? 0 : 1;
  if (header.separate == 0) return add_to_batch(rank, head_tag, header, values, delays);
  submit(rank, {header, head_tag, payload_tag, values, {}, owner, {delays.begin(), delays.end()}});
  if (header.shared != 0) advance(rank, /*whole=*/true);
}

void SendPool::send_block_owned(int rank, Tag head_tag, Tag payload_tag, WireHeader header,
                                std::vector<double> values) {
  const double* data = values.data();
  if (header.values() * sizeof(double) <= kInlineBytes) {
    send_block(rank, head_tag, payload_tag, header, data, nullptr);
    return keep(std::move(values));  // they were copied
  }
  header.separate = 1;
  header.delayed = 0;
  submit(rank, {header, head_tag, payload_tag, data, std::move(values), nullptr, {}});
}

void SendPool::add_to_batch(int rank, Tag tag, const WireHeader& header, const double* values,
                            std::span<const Seconds> delays) {
  const std::size_t size = sizeof header + header.tail_bytes();
  Lane& to = lane(rank);
  if (!to.batch.empty() && to.batch.size() + size > kLongestBatch) flush(rank);
  if (to.batch.empty()) {
    waiting_.push_back(rank);
    if (!spare_.empty()) {
      to.batch = std::move(spare_.back());
      spare_.pop_back();
      to.batch.clear();
    }
  }
  to.tag = tag;
  const auto append = [&](const void* data, std::size_t bytes) {
    const auto* from = static_cast<const std::byte*>(data);
    to.batch.insert(to.batch.end(), from, from + bytes);
  };
  append(&header, sizeof header);
  append(delays.data(), delays.size_bytes());
  if (header.separate == 0) append(values, header.values() * sizeof(double));
}

void SendPool::submit(int rank, Payload payload) {
  Lane& to = lane(rank);
  if (to.queued.empty() && to.payloads < kWindow) return send_payload(rank, std::move(payload));
  to.queued.push_back(std::move(payload));
  ++queued_;
}

void SendPool::send_payload(int rank, Payload payload) {
  add_to_batch(rank, payload.head_tag, payload.header, nullptr, payload.delays);
  flush(rank);
  ++lane(rank).payloads;
  Buffer buffer;
  buffer.values = std::move(payload.owned);
  buffer.owner = std::move(payload.owner);
  buffer.payload = true;
  post(payload.values, mpi_count(payload.header.values()), rank, payload.payload_tag,
       std::move(buffer));
}

void SendPool::advance(int rank, bool whole) {
  for (;;) {
    Lane& to = lane(rank);
    if (to.queued.empty() || (!whole && to.payloads >= kWindow)) return;
    Payload payload = std::move(to.queued.front());
    to.queued.pop_front();
    --queued_;
    send_payload(rank, std::move(payload));
  }
}

void SendPool::flush(int rank) {
  Lane& to = lane(rank);
  waiting_.erase(std::find(waiting_.begin(), waiting_.end(), rank));
  Buffer buffer;
  buffer.bytes = std::move(to.batch);
  to.batch.clear();
  const std::byte* data = buffer.bytes.data();
  const int size = mpi_count(buffer.bytes.size());
  post(data, size, rank, to.tag, std::move(buffer));
}

void SendPool::flush() {
  while (!waiting_.empty()) flush(waiting_.back());
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
  advance(rank, /*whole=*/true);  // messages keep their order
  flush();
  Buffer buffer;
  const auto bytes = std::as_bytes(std::span(text));
  buffer.bytes.assign(bytes.begin(), bytes.end());
  const std::byte* data = buffer.bytes.data();
  post(data, mpi_count(text.size()), rank, tag, std::move(buffer));
}

void SendPool::reap() {
  collect();
  if (queued_ == 0) return;
  for (std::size_t rank = 0; rank < lanes_.size(); ++rank) advance(static_cast<int>(rank), false);
}

void SendPool::collect() {
  if (requests_.empty()) return;
  done_.resize(requests_.size());
  int count = 0;
  MPI_Testsome(mpi_count(requests_.size()), requests_.data(), &count, done_.data(),
               MPI_STATUSES_IGNORE);
  if (count == MPI_UNDEFINED || count == 0) return;
  std::sort(done_.begin(), done_.begin() + count, std::greater<>());
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(done_[static_cast<std::size_t>(i)]);
    if (buffers_[at].payload) --lane(buffers_[at].rank).payloads;
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
  queued_ -= lane(rank).queued.size();
  lane(rank).queued.clear();
  flush();
  reap();
  for (std::size_t at = buffers_.size(); at-- > 0;) {
    if (buffers_[at].rank != rank) continue;
    given_up_.push_back(std::move(buffers_[at]));
    remove(at);
  }
  lane(rank).payloads = 0;
}

void SendPool::wait(const std::function<void()>& meanwhile) {
  flush();
  Backoff backoff;
  for (reap(); in_flight() > 0; reap()) {
    meanwhile();
    backoff.pause();
  }
}

}  // namespace laggard::transport
