// Messages between the master and the worker ranks, and the pool that owns them in flight.
#pragma once

#include <mpi.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "transport/transport.hpp"

namespace laggard::transport {

enum Tag : int { kTask = 1, kTaskPayload, kResult, kResultPayload, kJob, kStop, kError, kMessage };

/// Text of kStop once a rank has died: MPI_Finalize would wait for it.
inline constexpr const char* kStopWithoutFinalize = "without finalize";

/// In front of every task and result. The values follow in the same message if they are few, else
/// in one of their own, straight from the memory where they lie. Small blocks share messages.
struct WireHeader {
  BlockId block;
  std::uint32_t columns = 0;
  std::uint32_t outputs = 0;       ///< of a task: columns of its results
  std::uint32_t shared = 0;        ///< 1: no task, but what all blocks of the round share
  std::uint32_t separate = 0;      ///< 1: the values come in a second message
  std::uint32_t delayed = 0;       ///< 1: a delay per worker, 8 bytes each, follows the header
  std::uint32_t oldest_round = 0;  ///< of a task: all rounds before this one are over
  double compute_s = 0.0;          ///< no byte before it is left unset

  std::size_t values() const { return std::size_t{block.count} * columns; }
  std::size_t delay_bytes() const { return delayed * block.count * sizeof(Seconds); }
  /// What follows the header in its message.
  std::size_t tail_bytes() const {
    return delay_bytes() + (separate != 0 ? 0 : values() * sizeof(double));
  }
};
static_assert(sizeof(WireHeader) == 56);

/// Values up to this size ride with the header: below Open MPI's eager limit of 4 KiB.
inline constexpr std::size_t kInlineBytes = 3584;

/// Checked narrowing at the boundary of MPI. Errors: RunError for 2^31 elements or more.
int mpi_count(std::size_t count);

/// Takes the whole message that a probe found.
void receive_bytes(MPI_Comm comm, const MPI_Status& found, std::vector<std::byte>& bytes);

/// The header that begins at byte `at`.
WireHeader header_of(const std::vector<std::byte>& message, std::size_t at = 0);
std::string text_of(const std::vector<std::byte>& bytes, std::size_t from = 0);

/// Sends in flight with the buffers that they read. No send is ever cancelled.
class SendPool {
 public:
  explicit SendPool(MPI_Comm comm) : comm_(comm) {}
  SendPool(const SendPool&) = delete;
  SendPool& operator=(const SendPool&) = delete;

  /// Header and few values are copied, and leave with the next flush() or when they fill a message;
  /// many values are sent from where they are, in `owner`, which is held until they are sent. No
  /// rank has more than kWindow of those on their way, because MPI slows down where messages pile
  /// up; the others wait for a reap(). No block overtakes values that it shares with others.
  void send_block(int rank, Tag head_tag, Tag payload_tag, WireHeader header, const double* values,
                  const std::shared_ptr<const Matrix>& owner, std::span<const Seconds> delays = {});
  void send_text(int rank, Tag tag, const std::string& text);
  /// Sends the blocks that wait for others to share a message with.
  void flush();

  /// The same for values in a buffer of the pool.
  void send_block_owned(int rank, Tag head_tag, Tag payload_tag, WireHeader header,
                        std::vector<double> values);

  /// A buffer for send_block_owned, one that came back if there is one; its values are arbitrary.
  std::vector<double> buffer(std::size_t values);

  /// Gives a buffer back that was not sent after all.
  void recycle(std::vector<double> values) { keep(std::move(values)); }

  /// Waits no longer for what a rank that failed does not take; keeps the buffers for ever.
  void give_up(int rank);

  /// Forgets what is done, and sends what waited for it.
  void reap();
  std::size_t in_flight() const { return requests_.size() + queued_; }
  /// Blocks that wait for others to arrive.
  std::size_t queued() const { return queued_; }
  /// Reaps until nothing is in flight, yielding in between; `meanwhile` may give ranks up.
  void wait(const std::function<void()>& meanwhile = [] {});

 private:
  /// What a send in flight reads: one of the three.
  struct Buffer {
    std::vector<std::byte> bytes;
    std::vector<double> values;
    std::shared_ptr<const Matrix> owner;
    int rank = 0;
    bool payload = false;
  };

  /// A block whose values travel alone.
  struct Payload {
    WireHeader header;
    Tag head_tag, payload_tag;
    const double* values;
    std::vector<double> owned;            // where they lie, or
    std::shared_ptr<const Matrix> owner;  // who has them
    std::vector<Seconds> delays;
  };

  /// What is on its way to one rank.
  struct Lane {
    Tag tag = kTask;               // of the batch
    std::vector<std::byte> batch;  // small blocks
    std::deque<Payload> queued;
    std::size_t payloads = 0;  // in flight
  };

  static constexpr std::size_t kWindow = 32;

  Lane& lane(int rank);
  void add_to_batch(int rank, Tag tag, const WireHeader& header, const double* values,
                    std::span<const Seconds> delays);
  void submit(int rank, Payload payload);
  void send_payload(int rank, Payload payload);
  /// Sends what waits as far as the window allows; all of it if `whole`.
  void advance(int rank, bool whole);
  void flush(int rank);
  /// Forgets what is done and sends nothing.
  void collect();
  void remove(std::size_t at);
  void keep(std::vector<double> values);
  void post(const void* data, int count, int rank, Tag tag, Buffer buffer);

  MPI_Comm comm_;
  std::vector<MPI_Request> requests_;
  std::vector<Buffer> buffers_;
  std::vector<Buffer> given_up_;
  std::vector<Lane> lanes_;   // by rank
  std::vector<int> waiting_;  // ranks with a batch that is not empty
  std::size_t queued_ = 0;    // in all lanes
  std::size_t reap_at_ = 0;
  std::vector<int> done_;
  std::vector<std::vector<std::byte>> spare_;
  std::vector<std::vector<double>> spare_values_;
};

}  // namespace laggard::transport
