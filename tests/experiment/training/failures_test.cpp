// Ranks that die in a step of a training.
#include <catch2/catch.hpp>

#include "experiment/training/gradients.hpp"
#include "experiment/training/trainings.hpp"
#include "round/mortal_transport.hpp"

namespace laggard::training {
namespace {

using testing::GradientBench;
using testing::MortalTransport;

constexpr std::uint32_t kRanks = 3, kDying = 2;
const std::vector<WorkerId> kWorkersOfDying{1, 4, 7, 10};

/// Lets a rank die once sums are asked for: it has said that its gradients are there.
class Killer final : public transport::BlockFunction {
 public:
  Killer(std::unique_ptr<transport::BlockFunction> inner, MortalTransport*& transport)
      : inner_(std::move(inner)), transport_(transport) {}

  void share(const transport::BlockId& round, MatrixView values) override {
    inner_->share(round, values);
  }
  void operator()(const transport::BlockId& block, MatrixView inputs,
                  MatrixSpan outputs) const override {
    if (inputs(0, 0) < 0.0 && !done_) transport_->dying.insert(kDying);
    done_ = done_ || inputs(0, 0) < 0.0;
    (*inner_)(block, inputs, outputs);
  }

 private:
  std::unique_ptr<transport::BlockFunction> inner_;
  MortalTransport*& transport_;
  mutable bool done_ = false;
};

enum class Death { kNone, kAtOnce, kWhenReady };

GradientBench::Transports mortal(Death death, bool reassign, MortalTransport*& place) {
  return [=, &place](const Setup& setup) {
    std::vector<MortalTransport::Function> functions;
    for (std::uint32_t rank = 1; rank <= kRanks; ++rank) {
      auto worker = make_worker(job_text(setup), rank);
      if (death == Death::kWhenReady && rank == 1)
        functions.push_back(std::make_shared<Killer>(std::move(worker), place));
      else
        functions.push_back(std::move(worker));
    }
    auto transport = std::make_unique<MortalTransport>(std::move(functions));
    place = transport.get();
    transport->set_failure_rule({1.0, reassign});
    if (death == Death::kAtOnce) transport->dying.insert(kDying);
    return transport;
  };
}

TEST_CASE("A rank that dies in a step is a straggler, or others compute for it",
          "[training][failures]") {
  const char* const decode = GENERATE("mean", "parts");
  config::Json json = config::parse(R"json({"schemes": [{"kind": "bacc"}, {"kind": "replication"},
      {"kind": "letcc", "label": "gcv", "lambda_decode": "gcv"}]})json",
                                    "the test");
  json["training"]["decode"] = decode;
  for (const Death death : {Death::kAtOnce, Death::kWhenReady})
    for (const bool reassign : {true, false})
      for (const std::size_t point : {0U, 1U, 2U}) {
        CAPTURE(decode, static_cast<int>(death), reassign, point);
        const auto setup = [&] { return testing::training_setup(json.dump()); };
        GradientBench calm(setup());
        const std::vector<double> weights = calm.weights();
        const Batch batch = calm.batch(point);
        const auto expected = calm.estimate(point, batch, weights,
                                            reassign ? std::vector<WorkerId>{} : kWorkersOfDying);
        MortalTransport* transport = nullptr;
        GradientBench hit(setup(), mortal(death, reassign, transport));
        const auto found = hit.estimate(point, batch, weights, {});
        CHECK(found.workers == expected.workers);
        CHECK(found.gradient == expected.gradient);
        REQUIRE(hit.failures.size() == 1);
        CHECK(hit.failures[0].rank == kDying);
        // The next step does without it as well.
        CHECK(hit.estimate(point, batch, weights, {}).gradient == expected.gradient);
        CHECK(hit.failures.size() == 1);
      }
}

}  // namespace
}  // namespace laggard::training
