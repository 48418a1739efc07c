// What a trial hands to its sink, as bytes that travel between ranks of one program.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/result_sink.hpp"

namespace laggard::sweep {

/// Writes plain values one after the other.
class Packer {
 public:
  template <class Value>
  void put(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void put(const Matrix& matrix);
  void put(std::string_view text) {
    put(static_cast<std::uint64_t>(text.size()));
    bytes_ += text;
  }
  void put_bytes(const void* bytes, std::size_t count) {
    bytes_.append(static_cast<const char*>(bytes), count);
  }
  template <class Value>
  void put_all(const std::vector<Value>& values) {
    put(static_cast<std::uint64_t>(values.size()));
    bytes_.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
  }
  std::string take() { return std::exchange(bytes_, {}); }
  bool empty() const { return bytes_.empty(); }

 private:
  std::string bytes_;
};

/// Reads them back.
class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }

  template <class Value>
  Value get() {
    Value value;
    copy(&value, sizeof value);
    return value;
  }
  Matrix get_matrix();
  std::string_view get_text() { return get_bytes(get<std::uint64_t>()); }
  template <class Value>
  std::vector<Value> get_all() {
    std::vector<Value> values(get<std::uint64_t>());
    copy(values.data(), values.size() * sizeof(Value));
    return values;
  }
  std::string_view rest() const { return bytes_; }
  /// The next `count` bytes, which stay where they are.
  std::string_view get_bytes(std::size_t count);

 private:
  void copy(void* to, std::size_t size);

  std::string_view bytes_;
};

/// A sink on another rank than the file: keeps what it gets until somebody takes it away. Both
/// ranks know the same layout.
class RecordPacker final : public ResultSink {
 public:
  void set_layout(Layout layout) { layout_ = std::move(layout); }
  std::string take() { return packer_.take(); }

  void add(const TableSpec& table, const void* rows, std::size_t count) override;
  void add(Arrays arrays) override;
  void trial_done() override {}

 private:
  Layout layout_;
  Packer packer_;
};

struct Unpacked {
  std::uint32_t units = 0;    ///< rows of the table of units
  std::uint32_t entries = 0;  ///< rows of logs
};

/// Hands over what a RecordPacker took.
Unpacked unpack_records(std::string_view bytes, const Layout& layout, ResultSink& sink);

}  // namespace laggard::sweep
