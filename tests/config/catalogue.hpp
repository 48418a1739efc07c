// A small catalogue of made-up kinds with every role that a configuration needs, and one kind that
// has a field of every type.
#pragma once

#include "config/json.hpp"
#include "core/table.hpp"
#include "experiment/approximation/config.hpp"

namespace laggard::testing {

struct Product {
  virtual ~Product() = default;
};

/// A kind without behaviour: its Config is all there is to it.
template <class Configuration>
struct Made final : Product {
  using Config = Configuration;
  explicit Made(Config given) : config(std::move(given)) {}
  Config config;
};

struct UniformConfig {
  std::uint32_t dimension = 1;
  double low = -3.0;

  void fields(Fields& fields) {
    fields.integer({"dimension", "d"}, dimension, 1, 100);
    fields.number({"low", "lower end"}, low);
  }
};

struct ExpressionConfig {
  std::vector<std::string> outputs{"x1"};

  void fields(Fields& fields) { fields.texts({"outputs", "formulas"}, outputs); }
};

struct LetccConfig {
  std::string label;
  NumberOrRule lambda_decode{0.0, "theory"};

  void fields(Fields& fields) {
    fields.text({"label", "name in plots"}, label);
    fields.number_or_rule({"lambda_decode", "smoothing"}, lambda_decode, kNonNegative,
                          {"theory", "gcv"});
  }
};

struct CountConfig {
  std::uint32_t count = 1;

  void fields(Fields& fields) { fields.integer({"count", "how many"}, count); }
};

struct AnyOfConfig {
  std::vector<Component> waits{{"all", "{}", ""}};

  void fields(Fields& fields) { fields.components({"waits", "first of these"}, waits, "waits"); }
};

struct EverythingConfig {
  double number = 0.5;
  double positive = 1.0;
  std::uint32_t integer = 3;
  std::uint64_t large = 1;
  bool flag = false;
  std::string text = "any";
  std::string choice = "red";
  NumberOrRule lambda{0.25, ""};
  std::vector<double> numbers{1.0, 0.5};
  std::vector<std::uint32_t> integers{1, 2};
  std::vector<std::string> texts{"a"};
  double inner = 1.0;
  Component wait{"all", "{}", ""};
  std::vector<Component> waits{{"all", "{}", ""}, {"fastest", "{\"count\": 4}", ""}};

  void fields(Fields& fields) {
    fields.number({"number", "a probability"}, number, kProbability);
    fields.number({"positive", "open below"}, positive, kPositive);
    fields.integer({"integer", "small"}, integer, 2, 9);
    fields.integer({"large", "64 bits"}, large);
    fields.boolean({"flag", "yes or no"}, flag);
    fields.text({"text", "anything"}, text);
    fields.text({"choice", "one of a few"}, choice, {"red", "green"});
    fields.number_or_rule({"lambda", "or a rule"}, lambda, kNonNegative, {"theory", "gcv"});
    fields.numbers({"numbers", "probabilities"}, numbers, kProbability);
    fields.integers({"integers", "indices"}, integers);
    fields.texts({"texts", "formulas"}, texts);
    fields.object({"object", "nested"}, [this](Fields& members) {
      members.number({"inner", "of the object"}, inner, kPositive);
    });
    fields.component({"wait", "one component"}, wait, "waits");
    fields.components({"waits", "several components"}, waits, "waits");
  }
};

using Table = std::vector<Kind<Product>>;

template <class Configuration>
Kind<Product> made(std::string_view name) {
  return kind<Made<Configuration>, Product>(name, "made up");
}

inline const Table& models() {
  static const Table table{made<ExpressionConfig>("expression"),
                           made<EverythingConfig>("everything")};
  return table;
}

inline const Table& waits() {
  static const Table table{made<NoParameters>("all"), made<CountConfig>("fastest"),
                           made<AnyOfConfig>("any_of")};
  return table;
}

inline const Catalogue& catalogue() {
  static const Table datasets{made<UniformConfig>("uniform")};
  static const Table schemes{made<NoParameters>("bacc"), made<LetccConfig>("letcc"),
                             made<CountConfig>("replication")};
  static const Table stragglers{made<NoParameters>("none"), made<CountConfig>("random")};
  static const Table delays{made<NoParameters>("none")};
  static const Table noises{made<NoParameters>("none")};
  static const Table speeds{made<NoParameters>("equal")};
  static const Table adversaries{made<NoParameters>("none")};
  static const Catalogue all{role("datasets", "dataset", datasets),
                             role("models", "model", models()),
                             role("schemes", "scheme", schemes),
                             role("stragglers", "choice of stragglers", stragglers),
                             role("delays", "delay", delays),
                             role("waits", "wait policy", waits()),
                             role("speeds", "kind of speeds", speeds),
                             role("noises", "noise", noises),
                             role("adversaries", "kind of adversaries", adversaries)};
  return all;
}

inline config::Json json(std::string_view text) {
  return config::parse(text, "test");
}

/// With the kind of experiment that has most keys.
inline const config::Vocabulary& vocabulary() {
  static const config::Vocabulary all{
      catalogue(),
      {{"approximation", "", [] { return std::make_shared<approximation::Config>(); }}}};
  return all;
}

}  // namespace laggard::testing
