#include "model/expression.hpp"

#include <fmt/format.h>
#include <muParser.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "core/error.hpp"
#include "core/text.hpp"
#include "model/formula_names.hpp"

namespace laggard::model {
namespace {

void define_names(mu::Parser& parser) {
  for (const FormulaConstant& constant : formula_constants())
    parser.DefineConst(std::string(constant.name), constant.value);
  parser.ClearFun();
  for (const FormulaFunction& entry : formula_functions())
    std::visit([&](auto function) { parser.DefineFun(std::string(entry.name), function); },
               entry.function);
}

}  // namespace

/// muParser reads its variables through pointers bound when the formula is compiled, so a formula
/// owns the place where its input lies.
class Expression::Formula {
 public:
  Formula(const std::string& text, Index dimension) : input_(static_cast<std::size_t>(dimension)) {
    define_names(parser_);
    for (std::size_t i = 0; i < input_.size(); ++i)
      parser_.DefineVar(fmt::format("x{}", i + 1), &input_[i]);
    parser_.SetExpr(text);
    parser_.Eval(values_);
  }

  /// More than one where commas separate them, of which muParser returns the last.
  int values() const { return values_; }

  double operator()(const double* input) {
    std::copy(input, input + input_.size(), input_.begin());
    return parser_.Eval();
  }

 private:
  std::vector<double> input_;
  mu::Parser parser_;
  int values_ = 0;
};

namespace {

ConfigError wrong_formula(std::size_t output, const std::string& formula,
                          const mu::Parser::exception_type& error, Index dimension) {
  // muParser counts from 0 and says so at the end of its sentence.
  std::string why = error.GetMsg();
  for (const char* place : {" found at position", " at position"})
    why = why.substr(0, why.find(place));
  if (why.ends_with('.')) why.pop_back();
  const std::string token = error.GetToken();
  // Another one that is not there; one that is stands where an operator belongs.
  const bool coordinate =
      token.size() > 1 && token[0] == 'x' &&
      token.find_first_not_of("0123456789", 1) == std::string::npos &&
      (token[1] == '0' || std::strtod(token.c_str() + 1, nullptr) > static_cast<double>(dimension));
  const auto position = static_cast<std::size_t>(std::max(error.GetPos(), 0));
  const std::string place =
      position < formula.size() ? fmt::format("at character {}", position + 1) : "at its end";
  if (coordinate)
    why = fmt::format("{} {}, where inputs have {} coordinate{}", excerpt(token), place, dimension,
                      dimension == 1 ? "" : "s");
  else
    why = fmt::format("{} {}", clip(why, 120), place);
  return {fmt::format("/model/outputs/{} is {}", output, excerpt(formula)), why,
          fmt::format("use {} and what `laggard list functions` shows{}",
                      dimension == 1 ? "x1" : fmt::format("x1..x{}", dimension),
                      coordinate ? ", or choose data with more coordinates" : "")};
}

void refuse_list(std::size_t output, const std::string& formula, int values) {
  if (values != 1)
    throw ConfigError(fmt::format("/model/outputs/{} is {}", output, excerpt(formula)),
                      fmt::format("it has {} values", values),
                      "write one formula per element of /model/outputs");
}

/// muParser has an assignment, which would make an output a constant where "==" was meant.
void refuse_assignment(std::size_t output, const std::string& formula) {
  for (std::size_t at = formula.find('='); at != std::string::npos;
       at = formula.find('=', at + 1)) {
    if (formula.substr(at, 2) == "==") {
      ++at;
      continue;
    }
    if (at > 0 && std::string_view("<>!").find(formula[at - 1]) != std::string_view::npos) continue;
    throw ConfigError(fmt::format("/model/outputs/{} is {}", output, excerpt(formula)),
                      "it assigns a value", "write == to compare");
  }
}

}  // namespace

void Expression::Config::fields(Fields& fields) {
  fields.texts({"outputs", "one formula per output, in x1..xd; `laggard list functions`"}, outputs);
}

Expression::Expression(Config config, const ModelContext& context) {
  if (config.outputs.empty())
    throw ConfigError("/model/outputs is empty", "a model has at least one output",
                      "write for example [\"x1*sin(x1)\"]");
  for (std::size_t i = 0; i < config.outputs.size(); ++i) {
    refuse_assignment(i, config.outputs[i]);
    try {
      formulas_.push_back(std::make_unique<Formula>(config.outputs[i], context.input.size()));
    } catch (const mu::Parser::exception_type& error) {
      throw wrong_formula(i, config.outputs[i], error, context.input.size());
    }
    refuse_list(i, config.outputs[i], formulas_.back()->values());
  }
}

Expression::~Expression() = default;

Index Expression::outputs() const {
  return static_cast<Index>(formulas_.size());
}

void Expression::forward(MatrixView inputs, MatrixSpan outputs) const {
  for (Index row = 0; row < inputs.rows(); ++row)
    for (std::size_t output = 0; output < formulas_.size(); ++output)
      outputs(row, static_cast<Index>(output)) = (*formulas_[output])(inputs.row(row).data());
}

}  // namespace laggard::model
