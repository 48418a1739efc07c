// Formulas typed by the user, one per output.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "model/model.hpp"

namespace laggard::model {

/// f_o(x) for formulas in x1..xd, read by muParser, with the functions and constants of
/// formula_names.hpp. One formula costs about as much as its functions.
class Expression final : public Model {
 public:
  struct Config {
    std::vector<std::string> outputs{"x1*sin(x1)"};

    void fields(Fields& fields);
  };

  /// Errors: ConfigError naming the formula, the place in it and what muParser expected.
  Expression(Config config, const ModelContext& context);
  ~Expression() override;

  Index outputs() const override;
  void forward(MatrixView inputs, MatrixSpan outputs) const override;
  bool rowwise() const override { return true; }

 private:
  class Formula;
  std::vector<std::unique_ptr<Formula>> formulas_;
};

}  // namespace laggard::model
