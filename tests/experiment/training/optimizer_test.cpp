#include "experiment/training/optimizer.hpp"

#include <catch2/catch.hpp>
#include <cmath>

namespace laggard::training {
namespace {

TEST_CASE("SGD keeps a share of its last step", "[optimizer]") {
  Optimizer sgd("sgd", 0.1, 0.5, 2);
  std::vector<double> weights{1.0, 2.0};
  sgd.step(std::vector<double>{1.0, -2.0}, weights);
  CHECK(weights[0] == Approx(0.9));
  CHECK(weights[1] == Approx(2.2));
  sgd.step(std::vector<double>{1.0, 0.0}, weights);
  CHECK(weights[0] == Approx(0.9 - 0.1 * 1.5));
  CHECK(weights[1] == Approx(2.2 + 0.1 * 1.0));
}

TEST_CASE("Adam's first step has the length of the rate, whatever the gradient", "[optimizer]") {
  Optimizer adam("adam", 0.01, 0.0, 2);
  std::vector<double> weights{0.0, 0.0};
  adam.step(std::vector<double>{1e-3, -50.0}, weights);
  CHECK(weights[0] == Approx(-0.01).epsilon(1e-4));
  CHECK(weights[1] == Approx(0.01).epsilon(1e-4));
  // By hand: m = 0.9 m + 0.1 g and v = 0.999 v + 0.001 g^2, without their bias.
  adam.step(std::vector<double>{2e-3, -50.0}, weights);
  const double m = (0.09e-3 + 0.2e-3) / (1 - 0.81);
  const double v = (0.999 * 1e-9 + 4e-9) / (1 - 0.999 * 0.999);
  CHECK(weights[0] == Approx(-0.01 - 0.01 * m / (std::sqrt(v) + 1e-8)).epsilon(1e-4));
}

TEST_CASE("An optimizer that is restored makes the same steps", "[optimizer]") {
  for (const char* kind : {"sgd", "adam"}) {
    Optimizer one(kind, 0.01, 0.9, 3), other(kind, 0.01, 0.9, 3);
    std::vector<double> weights{1.0, 2.0, 3.0};
    one.step(std::vector<double>{0.3, -0.2, 0.1}, weights);
    std::vector<double> copy = weights;
    other.restore(one.state());
    for (int step = 0; step < 3; ++step) {
      one.step(std::vector<double>{0.1, 0.2, -0.4}, weights);
      other.step(std::vector<double>{0.1, 0.2, -0.4}, copy);
    }
    CHECK(copy == weights);
  }
}

}  // namespace
}  // namespace laggard::training
