#include "round/fitted_scheme.hpp"

#include <catch2/catch.hpp>

using namespace laggard;
using round::DataPath;
using round::FittedScheme;

namespace {

/// Adds the first row that it was made for.
class AddsFirst final : public schemes::Scheme {
 public:
  AddsFirst(bool path, bool looks, double first = 0.0)
      : path_(path), looks_(looks), first_(first) {}

  std::uint32_t active_workers() const override { return 3; }
  bool path_ordering() const override { return path_; }
  std::unique_ptr<schemes::Scheme> for_data(const Matrix& data) const override {
    return looks_ ? std::make_unique<AddsFirst>(path_, looks_, data(0, 0)) : nullptr;
  }
  schemes::Encoded encode(const Matrix& data) const override {
    return {Matrix(data.array() + first_), kNaN};
  }
  schemes::Decoded decode(MatrixView results, std::span<const WorkerId>) const override {
    return {results, 0, kNaN, {true, false, false}};
  }

 private:
  bool path_, looks_;
  double first_;
};

const Matrix data = (Matrix(3, 1) << 5, 1, 3).finished();

}  // namespace

TEST_CASE("A scheme that wants nothing of the data takes them as they are", "[round]") {
  std::optional<DataPath> found;
  const AddsFirst given(false, false);
  const FittedScheme scheme(given, data, found);
  CHECK(&*scheme == &given);
  CHECK(&scheme.data() == &data);
  CHECK(scheme.path() == nullptr);
  CHECK_FALSE(found);
  CHECK_FALSE(scheme.looks_at_data());
  CHECK(scheme.in_order(data) == data);
}

TEST_CASE("A scheme is fitted to the data as they stand on its path", "[round]") {
  std::optional<DataPath> found = DataPath{{2, 0, 1}, 0.5, 0.0};
  const AddsFirst given(true, true);
  const FittedScheme scheme(given, data, found);
  const Matrix threaded = (Matrix(3, 1) << 3, 5, 1).finished();
  CHECK(scheme.path() == &*found);
  CHECK(scheme.data() == threaded);
  CHECK(scheme.looks_at_data());
  CHECK(scheme->encode(scheme.data()).inputs == Matrix(threaded.array() + 3.0));
  schemes::Decoded decoded = scheme->decode(rows_of(threaded, 0, 3), {});
  scheme.restore_order(decoded);
  CHECK(decoded.estimates == data);
  CHECK(decoded.reconstructed == std::vector<bool>{false, false, true});
}

TEST_CASE("The next scheme has the path that was found for the one before", "[round]") {
  std::optional<DataPath> found;
  const AddsFirst given(true, false);
  const FittedScheme first(given, data, found);
  REQUIRE(found);
  CHECK(found->ratio == 4.0 / 6.0);  // |5 - 3| + |3 - 1| over |5 - 1| + |1 - 3|
  const DataPath kept = *found;
  const FittedScheme second(given, data, found);
  CHECK(second.path()->order == kept.order);
  CHECK(second.data() == first.data());
}
