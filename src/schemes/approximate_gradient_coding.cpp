#include "schemes/approximate_gradient_coding.hpp"

#include <fmt/format.h>

#include "core/random.hpp"

namespace laggard::schemes {
namespace {

Matrix regular_graph(Stream& stream, std::uint32_t workers, std::uint32_t degree) {
  // Of degrees above N/2, what is left out is regular, too.
  if (2 * degree > workers) return 1.0 - regular_graph(stream, workers, workers - degree).array();
  Matrix graph = Matrix::Zero(workers, workers);
  for (std::uint32_t i = 0; i < degree; ++i) {
    std::vector<std::uint32_t> part = random_permutation(stream, workers);
    // A part that a worker has already is exchanged with another worker. There is one that fits:
    // i workers hold one of the worker's i parts, i have the doubled part, and N > 2 i.
    for (std::uint32_t n = 0; n < workers; ++n)
      for (std::uint32_t step = 1; graph(n, part[n]) != 0.0; ++step) {
        const std::uint32_t other = (n + step) % workers;
        if (graph(n, part[other]) == 0.0 && graph(other, part[n]) == 0.0)
          std::swap(part[n], part[other]);
      }
    for (std::uint32_t n = 0; n < workers; ++n) graph(n, part[n]) = 1.0;
  }
  return graph;
}

Matrix circulant(std::uint32_t workers, std::uint32_t degree) {
  Matrix graph = Matrix::Zero(workers, workers);
  for (std::uint32_t n = 0; n < workers; ++n)
    for (std::uint32_t j = 0; j < degree; ++j) graph(n, (n + j) % workers) = 1.0;
  return graph;
}

Matrix bernoulli_graph(Stream& stream, std::uint32_t workers, std::uint32_t degree) {
  Matrix graph(workers, workers);
  for (Index i = 0; i < graph.size(); ++i)
    graph.data()[i] = uniform01(stream) * workers < degree ? 1.0 : 0.0;
  return graph;
}

}  // namespace

void ApproximateGradientCoding::Config::fields(Fields& fields) {
  label_field(fields, label);
  fields.text(
      {"code",
       "graph: each worker has `degree` parts, and each part `degree` workers, by chance; "
       "cyclic: the parts n, ..., n + degree - 1; bernoulli: each worker has each part with "
       "probability degree/N"},
      code, {"graph", "cyclic", "bernoulli"});
  fields.integer({"degree", "parts of a worker"}, degree, 1);
  fields.text({"weights",
               "optimal: as close to the mean over all parts as the answers allow; fixed: the same "
               "for every answer, by the expected number of lost workers"},
              weights, {"optimal", "fixed"});
  fields.boolean({"debias", "scale the weights to the parts that arrived"}, debias);
  fields.integer({"seed", "seed of the random graph"}, seed);
}

ApproximateGradientCoding::ApproximateGradientCoding(Config config, const CodeContext& context)
    : GradientScheme(context, "approximate_gradient_coding"),
      workers_(context.workers),
      config_(std::move(config)) {
  if (config_.degree > workers_)
    throw Inapplicable(fmt::format("degree = {} > N = {}: a worker has a part at most once",
                                   config_.degree, workers_));
  const double n = workers_;
  const double lost = context.mean_stragglers / n;
  fixed_weight_ = 1.0 / (n * config_.degree * (1.0 - lost));
  Stream stream({config_.seed, Purpose::kModel, 0, 0});
  if (config_.code == "graph") assignment_ = regular_graph(stream, workers_, config_.degree);
  if (config_.code == "cyclic") assignment_ = circulant(workers_, config_.degree);
  if (config_.code == "bernoulli") assignment_ = bernoulli_graph(stream, workers_, config_.degree);
}

GradientWeights ApproximateGradientCoding::gradient_weights(std::span<const WorkerId> received,
                                                            MatrixView /*answers*/) const {
  Vector weights = config_.weights == "optimal"
                       ? optimal_weights(assignment_, received)
                       : Vector::Constant(static_cast<Index>(received.size()), fixed_weight_);
  if (config_.debias) debias(assignment_, received, weights);
  return {std::move(weights)};
}

}  // namespace laggard::schemes
