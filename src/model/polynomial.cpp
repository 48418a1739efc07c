#include "model/polynomial.hpp"

#include <fmt/format.h>

#include <span>

#include "core/error.hpp"
#include "core/random.hpp"

namespace laggard::model {
namespace {

void fill(Matrix& matrix, Stream& stream) {
  fill_standard_normal(stream, {matrix.data(), static_cast<std::size_t>(matrix.size())});
}

}  // namespace

void Polynomial::Config::fields(Fields& fields) {
  fields.integer({"degree", "total degree"}, degree, 0, 1000);
  fields.integer({"outputs", "m, values per input"}, outputs, 1, 100'000'000);
  fields.numbers({"coefficients", "c_0..c_degree; empty: standard normals from the seed"},
                 coefficients);
}

Polynomial::Polynomial(Config config, const ModelContext& context)
    : degree_(config.degree),
      directions_(config.outputs, context.input.size()),
      coefficients_(config.outputs, config.degree + 1) {
  if (!config.coefficients.empty() && config.coefficients.size() != config.degree + 1)
    throw ConfigError(fmt::format("/model/coefficients has {} numbers", config.coefficients.size()),
                      fmt::format("a polynomial of degree {} has {}", degree_, degree_ + 1),
                      "list c_0 to c_degree or leave the list empty");
  Stream stream({context.seed, Purpose::kModel, 0, 0});
  fill(coefficients_, stream);
  fill(directions_, stream);
  directions_.rowwise().normalize();
  if (directions_.cols() == 1) directions_.setOnes();
  if (!config.coefficients.empty())
    coefficients_.rowwise() =
        Eigen::Map<const Eigen::RowVectorXd>(config.coefficients.data(), coefficients_.cols());
}

void Polynomial::forward(MatrixView inputs, MatrixSpan outputs) const {
  const Matrix argument = inputs * directions_.transpose();
  outputs.rowwise() = coefficients_.col(degree_).transpose();
  for (Index power = degree_; power-- > 0;)
    outputs = (outputs.array() * argument.array()).rowwise() +
              coefficients_.col(power).transpose().array();
}

}  // namespace laggard::model
