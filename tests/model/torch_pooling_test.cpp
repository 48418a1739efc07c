#include <torch/nn/functional.h>

#include <catch2/catch.hpp>

#include "model/torch/pooling.hpp"

namespace laggard::model {
namespace {

TEST_CASE("pooling without a gradient has the values of libtorch's kernel", "[torch]") {
  torch::manual_seed(3);
  for (const std::int64_t batch : {1, 2, 7}) {
    torch::Tensor x = torch::randn({batch, 3, 6, 10});
    x.slice(3, 0, 2).fill_(-1.0);  // squares without a positive value
    x.index_put_({0, 1, 5, 8}, std::numeric_limits<float>::quiet_NaN());
    x.index_put_({0, 2, 0, 9}, std::numeric_limits<float>::infinity());
    const torch::Tensor expected = torch::max_pool2d(torch::relu(x), 2);
    const torch::Tensor with_gradient = rectified_max_pool(x.clone());
    const torch::NoGradGuard no_gradient;
    const torch::Tensor without = rectified_max_pool(x.clone());
    CHECK(without.sizes() == expected.sizes());
    CHECK(without.isnan().sum().item<int>() == 1);
    CHECK(torch::allclose(without, expected, 0.0, 0.0, /*equal_nan=*/true));
    CHECK(torch::allclose(with_gradient, expected, 0.0, 0.0, /*equal_nan=*/true));
  }
}

}  // namespace
}  // namespace laggard::model
