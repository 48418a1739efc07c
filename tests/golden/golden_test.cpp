#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "config/reader.hpp"
#include "hdf5/file.hpp"
#include "places.hpp"
#include "schemes/scheme.hpp"

namespace laggard {
namespace {

/// One matrix of golden.h5; make_golden.py says how it was computed.
struct Golden {
  std::string kind;  ///< of the scheme
  bool decoder = false;
  std::uint32_t data_points = 0, workers = 0, degree = 0;
  double lambda = 0.0;
  std::string beta;
  std::vector<WorkerId> received;
  Matrix matrix;
};

/// `values`: K, N, lambda, degree of f (0: unknown), 1 for equispaced workers, |F|, the survivors
/// and the matrix, row by row.
Golden parse(const std::string& name, const std::vector<double>& values) {
  Golden golden;
  golden.kind = name.substr(0, name.find('-'));
  golden.decoder = name.find("decoder") != std::string::npos;
  golden.data_points = static_cast<std::uint32_t>(values.at(0));
  golden.workers = static_cast<std::uint32_t>(values.at(1));
  golden.lambda = values.at(2);
  golden.degree = static_cast<std::uint32_t>(values.at(3));
  golden.beta = values.at(4) > 0.0 ? "equispaced" : "chebyshev";
  constexpr std::ptrdiff_t kHead = 6;
  const auto survivors = static_cast<std::ptrdiff_t>(values.at(5));
  for (std::ptrdiff_t i = 0; i < survivors; ++i)
    golden.received.push_back(
        static_cast<WorkerId>(values.at(static_cast<std::size_t>(kHead + i))));
  const Index rows = golden.decoder ? golden.data_points : golden.workers;
  const Index columns = golden.decoder ? survivors : golden.data_points;
  REQUIRE(static_cast<Index>(values.size()) == kHead + survivors + rows * columns);
  golden.matrix = MatrixView(values.data() + kHead + survivors, rows, columns);
  return golden;
}

Matrix computed(const Golden& golden) {
  std::string parameters = fmt::format(R"({{"beta": "{}")", golden.beta);
  if (golden.kind == "nercc" || golden.kind == "letcc")
    parameters += fmt::format(R"(, "lambda_encode": {0}, "lambda_decode": {0})", golden.lambda);
  if (golden.kind == "letcc") parameters += R"(, "centre": false)";
  if (golden.degree > 0) parameters += fmt::format(R"(, "degree": {})", golden.degree);
  schemes::CodeContext context;
  context.data_points = golden.data_points;
  context.workers = golden.workers;
  const auto scheme = config::make(schemes::schemes(),
                                   Component{golden.kind, parameters + "}", "/golden"}, context);
  const auto& linear = dynamic_cast<const schemes::LinearScheme&>(*scheme);
  return golden.decoder ? linear.decoder_matrix(golden.received) : linear.encoder_matrix();
}

}  // namespace

TEST_CASE("encoder and decoder matrices equal those of SciPy and mpmath", "[golden]") {
  const hdf5::File file(testing::kSourceFolder + std::string("/tests/golden/golden.h5"),
                        hdf5::Access::kReadOnly);
  const std::vector<std::string> names = file.members("/");
  REQUIRE(names.size() > 40);
  for (const std::string& name : names) {
    const Golden golden = parse(name, file.read("/" + name));
    const Matrix matrix = computed(golden);
    REQUIRE(matrix.rows() == golden.matrix.rows());
    REQUIRE(matrix.cols() == golden.matrix.cols());
    const bool spline = golden.kind == "nercc" || golden.kind == "letcc";
    // Lagrange weights beyond gaps are large; they are compared relative to the largest.
    const double scale = std::max(1.0, golden.matrix.cwiseAbs().maxCoeff());
    const double difference = (matrix - golden.matrix).cwiseAbs().maxCoeff() / scale;
    INFO(name << ": K = " << golden.data_points << ", N = " << golden.workers
              << ", lambda = " << golden.lambda << ", scale = " << scale);
    CHECK(difference <= (spline ? 1e-8 : 1e-9));
  }
}

}  // namespace laggard
