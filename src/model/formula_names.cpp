#include "model/formula_names.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace laggard::model {
namespace {

double sign(double x) {
  return x < 0.0 ? -1.0 : x > 0.0 ? 1.0 : 0.0;
}

/// The remainder with the sign of the divisor, as in Python and NumPy.
double mod(double x, double y) {
  const double rest = std::fmod(x, y);
  return rest != 0.0 && (rest < 0.0) != (y < 0.0) ? rest + y : rest;
}

double sum(const double* values, int count) {
  return std::accumulate(values, values + count, 0.0);
}
double average(const double* values, int count) {
  return sum(values, count) / count;
}
/// The parser sees to it that there is an argument.
double smallest(const double* values, int count) {
  return *std::min_element(values, values + count);
}
double largest(const double* values, int count) {
  return *std::max_element(values, values + count);
}

}  // namespace

const std::vector<FormulaConstant>& formula_constants() {
  using std::numbers::e;
  using std::numbers::pi;
  static const std::vector<FormulaConstant> table{{"pi", pi, "3.14159..., also _pi"},
                                                  {"e", e, "2.71828..., also _e"},
                                                  {"_pi", pi, "the same as pi"},
                                                  {"_e", e, "the same as e"}};
  return table;
}

const std::vector<FormulaFunction>& formula_functions() {
  using One = FormulaFunction::OfOne;
  using Two = FormulaFunction::OfTwo;
  static const std::vector<FormulaFunction> table{
      {"sin", "x", One{std::sin}, "sine, x in radians"},
      {"cos", "x", One{std::cos}, "cosine"},
      {"tan", "x", One{std::tan}, "tangent"},
      {"asin", "x", One{std::asin}, "inverse sine"},
      {"acos", "x", One{std::acos}, "inverse cosine"},
      {"atan", "x", One{std::atan}, "inverse tangent"},
      {"atan2", "y, x", Two{std::atan2}, "angle of the point (x, y)"},
      {"sinh", "x", One{std::sinh}, "hyperbolic sine"},
      {"cosh", "x", One{std::cosh}, "hyperbolic cosine"},
      {"tanh", "x", One{std::tanh}, "hyperbolic tangent"},
      {"asinh", "x", One{std::asinh}, "inverse hyperbolic sine"},
      {"acosh", "x", One{std::acosh}, "inverse hyperbolic cosine"},
      {"atanh", "x", One{std::atanh}, "inverse hyperbolic tangent"},
      {"exp", "x", One{std::exp}, "e to the power x"},
      {"expm1", "x", One{std::expm1}, "exp(x) - 1 without loss of digits"},
      {"ln", "x", One{std::log}, "natural logarithm"},
      {"log", "x", One{std::log}, "natural logarithm, as ln"},
      {"log1p", "x", One{std::log1p}, "ln(1 + x) without loss of digits"},
      {"log2", "x", One{std::log2}, "logarithm to base 2"},
      {"log10", "x", One{std::log10}, "logarithm to base 10"},
      {"sqrt", "x", One{std::sqrt}, "square root"},
      {"cbrt", "x", One{std::cbrt}, "cube root"},
      {"pow", "x, y", Two{std::pow}, "x to the power y, as x^y"},
      {"hypot", "x, y", Two{std::hypot}, "sqrt(x^2 + y^2)"},
      {"abs", "x", One{std::fabs}, "absolute value"},
      {"sign", "x", One{sign}, "-1, 0 or 1"},
      {"floor", "x", One{std::floor}, "largest whole number that is at most x"},
      {"ceil", "x", One{std::ceil}, "smallest whole number that is at least x"},
      {"round", "x", One{std::round}, "nearest whole number, halves away from 0"},
      {"rint", "x", One{std::nearbyint}, "nearest whole number, halves to the even one"},
      {"trunc", "x", One{std::trunc}, "x without its fraction"},
      {"mod", "x, y", Two{mod}, "remainder of x / y with the sign of y: x - y floor(x / y)"},
      {"erf", "x", One{std::erf}, "error function"},
      {"erfc", "x", One{std::erfc}, "1 - erf(x) without loss of digits"},
      {"gamma", "x", One{std::tgamma}, "gamma function: gamma(n + 1) = n!"},
      {"lgamma", "x", One{std::lgamma}, "logarithm of |gamma(x)|"},
      {"min", "x, y, ...", smallest, "smallest argument"},
      {"max", "x, y, ...", largest, "largest argument"},
      {"sum", "x, y, ...", sum, "sum of the arguments"},
      {"avg", "x, y, ...", average, "mean of the arguments"},
  };
  return table;
}

std::string_view formula_operators() {
  return "? :  ||  &&  == != < <= > >=  + -  * /  -x  ^ (from the right)";
}

}  // namespace laggard::model
