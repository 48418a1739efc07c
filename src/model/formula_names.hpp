// What formulas may call.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace laggard::model {

struct FormulaConstant {
  std::string_view name;
  double value;
  std::string_view meaning;
};

struct FormulaFunction {
  using OfOne = double (*)(double);
  using OfTwo = double (*)(double, double);
  using OfMany = double (*)(const double*, int);

  std::string_view name;
  std::string_view arguments;  ///< as they are written
  std::variant<OfOne, OfTwo, OfMany> function;
  std::string_view meaning;
};

/// To the last bit of a double.
const std::vector<FormulaConstant>& formula_constants();

/// All of them: the library's own are not used, since some lose digits (asinh, acosh, atanh, log2)
/// or round to the wrong neighbour (rint).
const std::vector<FormulaFunction>& formula_functions();

/// The operators, from the weakest to the strongest.
std::string_view formula_operators();

}  // namespace laggard::model
