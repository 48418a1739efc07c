#include "transport/mpi_group.hpp"

#include <algorithm>

namespace laggard::transport {
namespace {

constexpr int kTag = 0;
constexpr std::size_t kPiece = std::size_t{1} << 28;

/// Calls `pass(first number, count as MPI wants it)` for pieces of a message.
template <class Number, class Pass>
void in_pieces(std::span<Number> numbers, Pass pass) {
  for (std::size_t done = 0; done < numbers.size(); done += kPiece)
    pass(numbers.data() + done, static_cast<int>(std::min(kPiece, numbers.size() - done)));
}

}  // namespace

MpiGroup::MpiGroup() {
  int rank = 0, size = 1;
  MPI_Comm_rank(MPI_COMM_WORLD, &rank);
  MPI_Comm_size(MPI_COMM_WORLD, &size);
  rank_ = static_cast<std::uint32_t>(rank);
  size_ = static_cast<std::uint32_t>(size);
}

void MpiGroup::send(std::uint32_t to, std::span<const float> numbers) {
  in_pieces(numbers, [to](const float* data, int count) {
    MPI_Send(data, count, MPI_FLOAT, static_cast<int>(to), kTag, MPI_COMM_WORLD);
  });
}

void MpiGroup::receive(std::uint32_t from, std::span<float> numbers) {
  in_pieces(numbers, [from](float* data, int count) {
    MPI_Recv(data, count, MPI_FLOAT, static_cast<int>(from), kTag, MPI_COMM_WORLD,
             MPI_STATUS_IGNORE);
  });
}

void MpiGroup::broadcast(std::span<float> numbers) {
  in_pieces(numbers,
            [](float* data, int count) { MPI_Bcast(data, count, MPI_FLOAT, 0, MPI_COMM_WORLD); });
}

}  // namespace laggard::transport
