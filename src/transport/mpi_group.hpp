// All ranks of the launcher as a group.
#pragma once

#include <mpi.h>

#include "transport/group.hpp"

namespace laggard::transport {

/// Lives inside an MpiSession. Messages of more than 2^28 numbers go in pieces.
class MpiGroup final : public Group {
 public:
  MpiGroup();

  std::uint32_t rank() const override { return rank_; }
  std::uint32_t size() const override { return size_; }
  void send(std::uint32_t to, std::span<const float> numbers) override;
  void receive(std::uint32_t from, std::span<float> numbers) override;
  void broadcast(std::span<float> numbers) override;

 private:
  std::uint32_t rank_ = 0, size_ = 1;
};

}  // namespace laggard::transport
