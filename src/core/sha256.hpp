// SHA-256, for checking downloads.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace laggard {

/// SHA-256 (FIPS 180-4) of a message that comes in pieces. O(bytes), one 64-byte block in memory.
/// Serves integrity, not secrecy: nothing here is constant-time.
class Sha256 {
 public:
  /// Appends to the message.
  void update(std::span<const std::uint8_t> bytes);

  /// The digest of everything so far as 64 lower-case hexadecimal digits; the message may go on.
  std::string hex() const;

 private:
  static constexpr std::size_t kBlock = 64;

  void compress(const std::uint8_t* block);
  std::array<std::uint32_t, 8> finish();

  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::uint8_t, kBlock> pending_{};
  std::size_t pending_size_ = 0;
  std::uint64_t message_bytes_ = 0;
};

/// The digest of one text.
std::string sha256_of(std::string_view text);

}  // namespace laggard
