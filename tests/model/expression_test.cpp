#include "model/expression.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numbers>

#include "core/error.hpp"
#include "model/formula_names.hpp"

using namespace laggard;
using namespace laggard::model;

namespace {

Expression compiled(const std::string& formula, Index dimension = 2) {
  return Expression({{formula}}, {Shape{{dimension}}, 1});
}

double value(const std::string& formula, double x1 = 0.0, double x2 = 0.0) {
  const Matrix inputs = (Matrix(1, 2) << x1, x2).finished();
  Matrix outputs(1, 1);
  compiled(formula).forward(rows_of(inputs, 0, 1), MatrixSpan(outputs.data(), 1, 1));
  return outputs(0, 0);
}

}  // namespace

TEST_CASE("constants of formulas have all bits") {
  CHECK(value("pi") == std::numbers::pi);
  CHECK(value("_pi") == std::numbers::pi);
  CHECK(value("e") == std::numbers::e);
  CHECK(value("_e") == std::numbers::e);
  CHECK(value("sin(pi)") == std::sin(std::numbers::pi));
  CHECK(value("e^x1", 2.0) == std::pow(std::numbers::e, 2.0));
  CHECK(value("1e3 + 2*e - 1E-2") == Approx(1000.0 + 2.0 * std::numbers::e - 0.01));
}

TEST_CASE("functions of formulas are those of the mathematical library") {
  // The compiler's own value of a constant may differ in the last bit.
  CHECK(value("asinh(x1)", -1e9) == Approx(std::asinh(-1e9)).epsilon(1e-15));
  CHECK(value("asinh(x1)", 1e-12) == Approx(1e-12).epsilon(1e-15));
  CHECK(value("acosh(x1)", 1.0 + 0x1p-40) == Approx(std::acosh(1.0 + 0x1p-40)).epsilon(1e-15));
  CHECK(value("atanh(x1)", 1e-17) == 1e-17);
  for (int power = -60; power <= 60; ++power)
    CHECK(value("log2(x1)", std::ldexp(1.0, power)) == power);
  CHECK(value("log(x1)", 5.0) == value("ln(x1)", 5.0));
  CHECK(value("ln(x1)", 5.0) == Approx(std::log(5.0)).epsilon(1e-15));
  CHECK(value("expm1(x1)", 1e-20) == 1e-20);
  CHECK(value("erf(x1)", 0.5) == Approx(std::erf(0.5)).epsilon(1e-15));
  CHECK(value("gamma(x1)", 5.0) == Approx(24.0));
  CHECK(value("hypot(x1, x2)", 3e200, 4e200) == Approx(5e200).epsilon(1e-15));
  CHECK(value("atan2(x1, x2)", 1.0, -1.0) == Approx(std::atan2(1.0, -1.0)).epsilon(1e-15));
}

TEST_CASE("rounding and remainders") {
  CHECK(value("floor(x1)", -1.5) == -2.0);
  CHECK(value("ceil(x1)", -1.5) == -1.0);
  CHECK(value("trunc(x1)", -1.5) == -1.0);
  CHECK(value("round(x1)", 2.5) == 3.0);
  CHECK(value("round(x1)", -2.5) == -3.0);
  CHECK(value("rint(x1)", 2.5) == 2.0);
  CHECK(value("rint(x1)", 0.49999999999999994) == 0.0);
  CHECK(value("mod(x1, x2)", 5.5, 2.0) == 1.5);
  CHECK(value("mod(x1, x2)", -5.5, 2.0) == 0.5);
  CHECK(value("mod(x1, x2)", 5.5, -2.0) == -0.5);
  CHECK(value("mod(x1, x2)", 4.0, -2.0) == 0.0);
}

TEST_CASE("operators bind as in mathematics") {
  CHECK(value("-x1^2", 3.0) == -9.0);
  CHECK(value("2^3^2") == 512.0);
  CHECK(value("1 - 2 - 3") == -4.0);
  CHECK(value("x1 > 0 && x2 < 0 ? 1 : 2", 1.0, -1.0) == 1.0);
  CHECK(value("max(x1, x2, 0.5)", -1.0, 0.25) == 0.5);
  CHECK(value("sum(1, 2, 3) + avg(1, 2) + min(4, 5)") == 11.5);
}

TEST_CASE("every listed name works as it is listed") {
  for (const FormulaFunction& entry : formula_functions()) {
    std::string call(entry.name);
    if (entry.arguments == "x")
      call += "(0.5)";
    else
      call += "(0.5, 0.25)";
    INFO(call);
    CHECK_FALSE(std::isinf(value(call)));
    CHECK_THROWS_AS(compiled(std::string(entry.name) + "()"), ConfigError);
  }
  for (const FormulaConstant& constant : formula_constants())
    CHECK(value(std::string(constant.name)) == constant.value);
}

TEST_CASE("a name that formulas do not know is an error that says where the list is") {
  CHECK_THROWS_WITH(compiled("fraction(x1)"), Catch::Contains("laggard list functions"));
  CHECK_THROWS_WITH(compiled("x1 x3"),
                    Catch::Contains("'x3' at character 4, where inputs have 2") &&
                        Catch::Contains("data with more coordinates"));
  // Here an operator is missing.
  CHECK_THROWS_WITH(compiled("x1 x2"), !Catch::Contains("where inputs have"));
}
