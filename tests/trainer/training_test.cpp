// Small trainings of LeNet-5 on images that are easy to tell apart.

#include "trainer/training.hpp"

#include "trainer/small_training.hpp"

namespace laggard::trainer {
namespace {

using Catch::Matchers::Contains;
using testing::Bands;
using testing::check_same;
using testing::curves;
using testing::interrupted;
using testing::quiet;
using testing::small;

TEST_CASE("a training lowers the loss, and twice the same gives the same bits", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(360), test(100, 2);
  const TrainConfig once = small(folder, "once"), again = small(folder, "again");
  const TrainOutcome outcome = train(once, data, &test, quiet());
  train(again, data, &test, quiet());
  check_same(once, again);

  const auto rows = curves(once);
  REQUIRE(rows.size() == 4);
  CHECK(rows.back().train_loss < 0.5 * rows.front().train_loss);
  CHECK(outcome.test_accuracy > 0.9);
  CHECK(outcome.validation_accuracy == rows[outcome.best_epoch - 1].validation_accuracy);
  for (const CurveRow& row : rows) CHECK(row.validation_accuracy <= outcome.validation_accuracy);

  const model::Weights weights = model::read_weights(once.weights_path());
  CHECK(weights.network.outputs == 4);
  CHECK(weights.origin.test_accuracy == outcome.test_accuracy);
  CHECK_THAT(weights.origin.fingerprint, Contains("sha256:"));
  CHECK_FALSE(std::filesystem::exists(once.checkpoint_path()));
}

TEST_CASE("another seed gives another network", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(100);
  TrainConfig one = small(folder, "one"), two = small(folder, "two");
  one.epochs = two.epochs = 1;
  two.seed = 2;
  train(one, data, nullptr, quiet());
  train(two, data, nullptr, quiet());
  CHECK(curves(one)[0].train_loss != curves(two)[0].train_loss);
}

TEST_CASE("an interrupted training ends with the bits of one that was not", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(360);
  const std::string optimizer = GENERATE("adam", "sgd");
  TrainConfig whole = small(folder, "whole"), parts = small(folder, "parts");
  whole.optimizer.kind = parts.optimizer.kind = optimizer;
  train(whole, data, nullptr, quiet());

  // 10 steps and one batch of validation rows an epoch.
  TrainEnvironment environment = quiet();
  interrupted(parts, data, environment, 27);
  CHECK(curves(parts).size() == 2);
  environment.mode = TrainMode::kResume;
  interrupted(parts, data, environment, 3);
  CHECK(curves(parts).size() == 2);
  train(parts, data, nullptr, environment);
  check_same(whole, parts);

  SECTION("resuming once more changes nothing") {
    CHECK(train(parts, data, nullptr, environment).was_finished);
    check_same(whole, parts);
  }
}

TEST_CASE("a training may end earlier or later than it was to", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(360);
  const auto with_epochs = [](TrainConfig config, std::uint32_t epochs) {
    config.epochs = epochs;
    config.name = "another";
    return config;
  };
  const auto environment = [](const TrainConfig& config) {
    TrainEnvironment result = quiet();
    result.config = resolved(config).dump();
    result.mode = TrainMode::kResume;
    return result;
  };
  TrainConfig changed = small(folder, "changed");
  changed.schedule.kind = GENERATE("constant", "cosine");
  interrupted(changed, data, environment(changed), 27);
  const auto go_on = [&](std::uint32_t epochs) {
    const TrainConfig config = with_epochs(changed, epochs);
    train(config, data, nullptr, environment(config));
  };
  if (changed.schedule.kind == "cosine") {
    CHECK_THROWS_WITH(go_on(5), Contains("/epochs is 4 there and 5 now"));
    return;
  }
  CHECK_THROWS_WITH(go_on(1), Contains("has 2 epochs already") && Contains("/epochs=2"));
  const std::uint32_t epochs = GENERATE(2U, 5U);
  go_on(epochs);
  TrainConfig whole = with_epochs(small(folder, "whole"), epochs);
  whole.schedule.kind = "constant";
  train(whole, data, nullptr, environment(whole));
  check_same(whole, changed);
  const hdf5::File file(changed.results_path(), hdf5::Access::kReadOnly);
  CHECK_THAT(file.text_attribute("config").value(),
             Contains("\"epochs\":" + std::to_string(epochs)));
}

TEST_CASE("a finished training goes on where its checkpoint was kept", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(360);
  std::vector<std::string> kept;
  const auto run = [&](TrainConfig config, std::uint32_t epochs) {
    config.schedule.kind = "constant";
    config.keep_checkpoint = true;
    config.epochs = epochs;
    TrainEnvironment environment = quiet();
    environment.config = resolved(config).dump();
    environment.mode = TrainMode::kResume;
    environment.kept = [&](const std::string&, const std::string& name) { kept.push_back(name); };
    return train(config, data, nullptr, environment);
  };
  const TrainConfig whole = small(folder, "whole"), parts = small(folder, "parts");
  run(whole, 3);
  const TrainOutcome first = run(parts, 2);
  CHECK(std::filesystem::exists(parts.checkpoint_path()));
  CHECK(run(parts, 2).validation_accuracy == first.validation_accuracy);
  CHECK(kept.empty());
  run(parts, 3);
  CHECK(kept == std::vector<std::string>{folder / "parts.1.h5"});
  check_same(whole, parts);
}

TEST_CASE("a training goes on on another device, and its files say so", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(360);
  const TrainConfig whole = small(folder, "whole"), moved = small(folder, "moved");
  TrainEnvironment environment = quiet();
  environment.config = resolved(whole).dump();
  train(whole, data, nullptr, environment);
  interrupted(moved, data, environment, 15);
  // As a machine with a GPU would have left it.
  Checkpoint checkpoint = read_checkpoint(moved.checkpoint_path()).value();
  const std::size_t epochs = checkpoint.curves.size();
  TrainConfig there = moved;
  there.device = "cuda";
  checkpoint.config = resolved(there).dump();
  write_checkpoint(moved.checkpoint_path(), checkpoint);

  environment.mode = TrainMode::kResume;
  train(moved, data, nullptr, environment);
  check_same(whole, moved);
  const std::string devices = "cuda to epoch " + std::to_string(epochs) + ", then cpu";
  CHECK(model::read_weights(moved.weights_path()).origin.devices == devices);
  CHECK(hdf5::File(moved.results_path(), hdf5::Access::kReadOnly).text_attribute("devices") ==
        devices);
  CHECK(model::read_weights(whole.weights_path()).origin.devices.empty());
}

TEST_CASE("resuming without a checkpoint starts from the beginning", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(100);
  TrainConfig config = small(folder, "new");
  config.epochs = 1;
  TrainEnvironment environment = quiet();
  environment.mode = TrainMode::kResume;
  CHECK_FALSE(train(config, data, nullptr, environment).was_finished);
}

TEST_CASE("nothing that was trained is overwritten unasked", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(100);
  TrainConfig config = small(folder, "net");
  config.epochs = 1;
  std::vector<std::string> kept;
  TrainEnvironment environment = quiet();
  environment.kept = [&](const std::string&, const std::string& name) { kept.push_back(name); };
  train(config, data, nullptr, environment);
  CHECK(kept.empty());
  const auto old_weights = model::read_weights(config.weights_path()).tensors[0].values;
  const auto old_curves = curves(config);
  config.seed = 2;
  SECTION("a second training keeps the weights and the curves of the first") {
    train(config, data, nullptr, environment);
    CHECK(kept == std::vector<std::string>{folder / "net-curves.1.h5", folder / "net.1.h5"});
    CHECK(model::read_weights(folder / "net.1.h5").tensors[0].values == old_weights);
    CHECK(model::read_weights(config.weights_path()).tensors[0].values != old_weights);
    CHECK(curves(config)[0].train_loss != old_curves[0].train_loss);
  }
  SECTION("one that diverges leaves the old weights in their place") {
    config.optimizer.kind = "sgd";
    config.optimizer.learning_rate = 1e30;
    CHECK_THROWS_AS(train(config, data, nullptr, environment), RunError);
    CHECK(model::read_weights(config.weights_path()).tensors[0].values == old_weights);
  }
  SECTION("asked to overwrite, it does") {
    environment.mode = TrainMode::kOverwrite;
    train(config, data, nullptr, environment);
    CHECK(kept.empty());
    CHECK(model::read_weights(config.weights_path()).tensors[0].values != old_weights);
  }
  SECTION("weights of another configuration cannot be resumed") {
    environment.mode = TrainMode::kResume;
    environment.config = R"({"seed": 2})";
    CHECK_THROWS_WITH(train(config, data, nullptr, environment),
                      Contains("another configuration: /seed is 1 there and 2 now"));
  }
  SECTION("weights of other rows cannot be resumed") {
    environment.mode = TrainMode::kResume;
    config.seed = 1;
    CHECK(train(config, data, nullptr, environment).was_finished);
    CHECK_THROWS_WITH(train(config, Bands(100, 9), nullptr, environment),
                      Contains("rows have changed"));
  }
  SECTION("a checkpoint that no training continues is kept") {
    std::filesystem::remove(config.weights_path());
    interrupted(config, data, environment, 0);
    kept.clear();
    config.epochs = 2;
    interrupted(config, data, environment, 4);
    train(config, data, nullptr, environment);
    CHECK(kept == std::vector<std::string>{folder / "net-curves.2.h5",
                                           folder / "net-curves.2.h5.checkpoint"});
  }
}

TEST_CASE("places that cannot be written are found before the work", "[train]") {
  const testing::TemporaryDirectory folder;
  TrainConfig config = small(folder, "net");
  const Bands data(100);
  SECTION("a directory") {
    config.weights = folder / ".";
    CHECK_THROWS_WITH(train(config, data, nullptr, quiet()), Contains("it is a directory"));
  }
  SECTION("the same file twice") {
    config.results = config.weights;
    CHECK_THROWS_WITH(train(config, data, nullptr, quiet()), Contains("/weights and /results"));
  }
}

TEST_CASE("a training that diverges is an error and writes no weights", "[train]") {
  const testing::TemporaryDirectory folder;
  const Bands data(100);
  TrainConfig config = small(folder, "wild");
  config.optimizer.kind = "sgd";
  config.optimizer.learning_rate = 1e30;
  config.epochs = 1000;
  CHECK_THROWS_WITH(train(config, data, nullptr, quiet()),
                    Catch::Contains("diverged (the loss is not finite in epoch 1)"));
  CHECK_FALSE(std::filesystem::exists(config.weights_path()));
}

TEST_CASE("checkpoints of something else are refused", "[train]") {
  const testing::TemporaryDirectory folder;
  const TrainConfig config = small(folder, "net");
  TrainEnvironment environment = quiet();
  interrupted(config, Bands(360), environment, 15);
  environment.mode = TrainMode::kResume;
  SECTION("another configuration") {
    environment.config = R"({"seed": 5})";
    CHECK_THROWS_WITH(train(config, Bands(360), nullptr, environment),
                      Contains("another configuration: /seed is 1 there and 5 now"));
  }
  SECTION("other data") {
    CHECK_THROWS_WITH(train(config, Bands(360, 9), nullptr, environment),
                      Contains("rows have changed"));
  }
  SECTION("a damaged file") {
    hdf5::File(config.checkpoint_path(), hdf5::Access::kReadWrite)
        .write("/optimizer", std::vector<std::uint8_t>{1, 2, 3});
    CHECK_THROWS_AS(train(config, Bands(360), nullptr, environment), DataError);
  }
}

TEST_CASE("a test set that cannot be used is found before the work", "[train]") {
  const testing::TemporaryDirectory folder;
  TrainConfig config = small(folder, "net");
  const Bands data(100);
  std::string why;
  Bands test(50);
  SECTION("no labels") {
    test.labelled = false;
    why = "no labels";
  }
  SECTION("a class too many") {
    test.labels[30] = 4;
    why = "the test rows have the label 4";
  }
  SECTION("rows that are trained on") {
    config.dataset = {"idx", R"({"images": "a", "holdout": 60, "limit": 0})", "/dataset"};
    config.test = {"idx", R"({"images": "a", "holdout": 0, "limit": 70})", "/test"};
    why = "/dataset and /test are the same rows";
  }
  CHECK_THROWS_WITH(train(config, data, &test, quiet()), Contains(why));
  CHECK_THROWS_WITH(plan(config, data, &test, quiet()), Contains(why));
  CHECK_FALSE(std::filesystem::exists(config.results_path()));
}

TEST_CASE("data that a network cannot be trained on is refused", "[train]") {
  const testing::TemporaryDirectory folder;
  TrainConfig config = small(folder, "net");
  Bands data(100);
  SECTION("no labels") {
    data.labelled = false;
    CHECK_THROWS_WITH(train(config, data, nullptr, quiet()), Contains("no labels"));
  }
  SECTION("fewer validation rows than a group") {
    config.task.kind = "parity";
    config.task.base = folder / "base.h5";
    train(small(folder, "base"), data, nullptr, quiet());
    config.validation = 1;
    CHECK_THROWS_WITH(train(config, data, nullptr, quiet()),
                      Contains("/validation is 1 (a group has 2 rows)"));
  }
  SECTION("images that are smaller than what is cut off") {
    config.augmentation.crop = 28;
    CHECK_THROWS_WITH(plan(config, data, nullptr, quiet()), Contains("/augmentation"));
  }
  SECTION("no rows left") {
    config.validation = 100;
    CHECK_THROWS_WITH(train(config, data, nullptr, quiet()), Contains("/validation is 100"));
  }
}

TEST_CASE("without validation rows the last epoch is taken", "[train]") {
  const testing::TemporaryDirectory folder;
  TrainConfig config = small(folder, "net");
  config.validation = 0;
  config.epochs = 2;
  const TrainOutcome outcome = train(config, Bands(100), nullptr, quiet());
  CHECK(outcome.best_epoch == 2);
  CHECK(std::isnan(outcome.validation_accuracy));
  CHECK(std::isnan(outcome.test_accuracy));
}

}  // namespace
}  // namespace laggard::trainer
