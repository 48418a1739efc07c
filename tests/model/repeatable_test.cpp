#include "model/repeatable.hpp"

#include <catch2/catch.hpp>
#include <functional>

#include "core/error.hpp"

namespace laggard::model {
namespace {

using Catch::Matchers::Contains;

/// The sum of an input in two outputs, and what a rule adds to the first: of the number of the call
/// and of the inputs of the batch.
class Sums final : public Model {
 public:
  using Rule = std::function<double(int call, MatrixView inputs)>;
  explicit Sums(Rule rule) : rule_(std::move(rule)) {}
  Index outputs() const override { return 2; }
  void forward(MatrixView inputs, MatrixSpan outputs) const override {
    const double added = rule_(++calls_, inputs);
    outputs.col(0) = inputs.rowwise().sum().array() + added;
    outputs.col(1) = inputs.rowwise().sum();
  }

 private:
  Rule rule_;
  mutable int calls_ = 0;
};

std::string verdict(const Sums::Rule& rule) {
  Matrix inputs(4, 3);
  inputs << 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1, 1;  // the largest output is 24
  try {
    require_repeatable(Sums(rule), inputs, "the model");
  } catch (const DataError& error) {
    return error.what();
  }
  return "repeatable";
}

TEST_CASE("A function of one input is repeatable, whatever its values", "[repeatable]") {
  CHECK(verdict([](int, MatrixView) { return 0.0; }) == "repeatable");
  CHECK(verdict([](int, MatrixView) { return kNaN; }) == "repeatable");
  CHECK(verdict([](int, MatrixView) { return 1.0 / 0.0; }) == "repeatable");
}

TEST_CASE("Outputs that change from call to call are refused", "[repeatable]") {
  for (const double step : {1.0, 1e-3, -1e3, kNaN}) {
    const std::string said = verdict([&](int call, MatrixView) { return call == 2 ? step : 0.0; });
    CHECK_THAT(said, Contains("the model gives other outputs whenever it is asked") &&
                         Contains("output 1 of input 1 was 6, then ") && Contains("model.eval()"));
  }
  // The last digits of single precision, as atomic additions leave them.
  CHECK(verdict([](int call, MatrixView) { return 2e-6 * call; }) == "repeatable");
}

TEST_CASE("Outputs that depend on the batch are refused, roundings are not", "[repeatable]") {
  CHECK_THAT(verdict([](int, MatrixView inputs) { return -inputs.mean(); }),
             Contains("when other inputs are in its batch") && Contains("model.eval()"));
  // Even where it is a small part of the output.
  CHECK_THAT(verdict([](int, MatrixView inputs) { return 1e-3 * inputs(inputs.rows() - 1, 0); }),
             Contains("when other inputs are in its batch"));
  CHECK_THAT(verdict([](int, MatrixView inputs) { return static_cast<double>(inputs.rows()); }),
             Contains("when it is alone than in a batch of 4") &&
                 Contains("output 1 of input 1 was 10, then 7"));
  // A sum in bfloat16 differs in its last binary digit, by 2^-7.
  CHECK(verdict([](int, MatrixView inputs) { return inputs.rows() > 1 ? 24.0 / 128 : 0.0; }) ==
        "repeatable");
}

}  // namespace
}  // namespace laggard::model
