// The examples of src/README: how a scheme is added, and how a program of one's own uses the codes.
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <schemes/make_scheme.hpp>
#include <sstream>

#include "config/reader.hpp"
#include "places.hpp"
#include "schemes/assigned_code.hpp"
#include "schemes/shepard.hpp"

using namespace laggard;
using namespace laggard::schemes;
using Catch::Matchers::Contains;

namespace {

/// A table like that of scheme.cpp, with the line of the page.
const std::vector<SchemeKind>& table() {
  static const std::vector<SchemeKind> kinds{
      curve_kind<Shepard>("shepard", "weighted means of the answers"),
  };
  return kinds;
}

std::unique_ptr<Scheme> shepard(const std::string& members, const CodeContext& context) {
  const Catalogue catalogue{role("schemes", "scheme", table()),
                            role("robust", "robust decoder", robust_decoders())};
  const config::Json parameters =
      config::parse(R"({"kind": "shepard")" + members + "}", "the scheme");
  return config::make(table(), config::read_component(parameters, "/scheme", catalogue, "schemes"),
                      context);
}

CodeContext sizes(std::uint32_t data_points, std::uint32_t workers) {
  CodeContext context;
  context.data_points = data_points;
  context.workers = workers;
  return context;
}

std::string text_of(const std::string& file) {
  std::ifstream stream(std::string(testing::kSourceFolder) + "/" + file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Without spaces, so that only words and signs are compared.
std::string packed(std::string text) {
  text.erase(std::remove_if(text.begin(), text.end(), [](char c) { return c == ' ' || c == '\n'; }),
             text.end());
  return text;
}

Matrix compute(const Matrix& inputs, const std::vector<WorkerId>& received) {
  return inputs(received, Eigen::all);
}

/// The lines of the page for programs of one's own.
Matrix own_program(const Matrix& data, std::uint32_t workers,
                   const std::vector<WorkerId>& received) {
  const auto data_points = static_cast<std::uint32_t>(data.rows());
  const auto code = laggard::schemes::make_scheme(R"({"kind": "letcc"})", {data_points, workers});
  const laggard::Matrix inputs = code->encode(data).inputs;   // one row for each worker
  const laggard::Matrix answers = compute(inputs, received);  // one row for each that came back
  const laggard::Matrix estimates =
      code->decode(laggard::rows_of(answers, 0, answers.rows()), received).estimates;
  return estimates;
}

}  // namespace

TEST_CASE("A scheme that was added as the page says codes and decodes", "[schemes]") {
  const CodeContext context = sizes(5, 40);
  const Matrix data = Matrix::Random(5, 3);
  std::vector<WorkerId> received;
  for (WorkerId worker = 0; worker < 40; ++worker)
    if (worker % 7 != 3) received.push_back(worker);

  const auto code = shepard(R"(, "power": 6)", context);
  const Matrix inputs = code->encode(data).inputs;
  REQUIRE(inputs.rows() == 40);
  const Matrix answers = inputs(received, Eigen::all);
  const Matrix estimates = code->decode(rows_of(answers, 0, answers.rows()), received).estimates;
  CHECK((estimates - data).cwiseAbs().maxCoeff() < 0.3);

  // Means of equal answers are equal to them, and the power has a say in other means.
  const Matrix ones = Matrix::Ones(answers.rows(), 2);
  const Matrix same = code->decode(rows_of(ones, 0, ones.rows()), received).estimates;
  CHECK((same - Matrix::Ones(5, 2)).cwiseAbs().maxCoeff() < 1e-14);
  const auto flat = shepard(R"(, "power": 1)", context);
  const Matrix others = flat->decode(rows_of(answers, 0, answers.rows()), received).estimates;
  CHECK((others - data).norm() > 2 * (estimates - data).norm());
}

TEST_CASE("An added scheme has the members of all curve codes, and no others", "[schemes]") {
  const CodeContext context = sizes(3, 8);
  CHECK(shepard(R"(, "ordering": "path")", context)->path_ordering());
  CHECK_THROWS_AS(shepard("", sizes(9, 8)), Inapplicable);
  CHECK_THROWS_WITH(shepard(R"(, "power": -1)", context), Contains("/scheme/power"));
  CHECK_THROWS_WITH(shepard(R"(, "colour": 1)", context), Contains("/scheme/colour"));

  // Workers stand at other points: curve_kind sees to the member "assignment".
  const Matrix data = Matrix::Random(3, 2);
  const Matrix in_order = shepard("", context)->encode(data).inputs;
  const Matrix assigned = shepard(R"(, "assignment": "reliability")", context)->encode(data).inputs;
  CHECK(in_order != assigned);
}

TEST_CASE("The page shows the scheme that is tested here", "[schemes]") {
  const std::string page = text_of("src/README.md");
  const std::size_t begin = page.find("    class ShepardDecoder");
  const std::size_t end = page.find("    // src/schemes/scheme.cpp", begin);
  REQUIRE(end != std::string::npos);
  const std::string header = packed(text_of("tests/schemes/shepard.hpp"));
  CHECK_THAT(header, Contains(packed(page.substr(begin, end - begin))));
  const std::string line = R"(curve_kind<Shepard>("shepard", "weighted means of the answers"),)";
  CHECK_THAT(page, Contains(line));
  CHECK_THAT(text_of("tests/schemes/added_scheme_test.cpp"), Contains(line));
}

TEST_CASE("The page shows how a program of one's own codes and decodes", "[schemes]") {
  const Matrix data = Matrix::Random(4, 3);
  std::vector<WorkerId> received;
  for (WorkerId worker = 1; worker < 40; ++worker) received.push_back(worker);
  CHECK((own_program(data, 40, received) - data).cwiseAbs().maxCoeff() < 0.1);

  const std::string page = text_of("src/README.md");
  const std::size_t include = page.find("    #include <schemes/make_scheme.hpp>\n");
  const std::size_t begin = page.find("    const auto code", include);
  const std::size_t end = page.find("\n\n", begin);
  REQUIRE(end != std::string::npos);
  const std::string compiled = packed(text_of("tests/schemes/added_scheme_test.cpp"));
  CHECK_THAT(compiled, Contains(packed(page.substr(begin, end - begin))));
}
