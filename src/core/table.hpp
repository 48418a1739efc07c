// Tables of kinds: one explicit list per role, from a name in the JSON to a factory (R5).
#pragma once

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/fields.hpp"

namespace laggard {

/// What a kind is called and which parameters it has.
struct KindInfo {
  std::string_view name;
  std::string_view summary;
  /// Lets each visitor in turn see the same configuration, which starts with its defaults: a
  /// reader followed by a writer yields the resolved JSON.
  std::function<void(std::initializer_list<Fields*>)> visit;
};

template <class Product, class... Context>
struct Kind : KindInfo {
  std::function<std::unique_ptr<Product>(Fields& reader, Context...)> make;
};

/// A kind whose class `X` has a nested `Config` with `fields(Fields&)` and a constructor
/// `X(Config, Context...)` (R6).
template <class X, class Product, class... Context>
Kind<Product, Context...> kind(std::string_view name, std::string_view summary) {
  Kind<Product, Context...> result;
  result.name = name;
  result.summary = summary;
  result.visit = [](std::initializer_list<Fields*> visitors) {
    typename X::Config config;
    for (Fields* visitor : visitors) config.fields(*visitor);
  };
  result.make = [](Fields& reader, Context... context) -> std::unique_ptr<Product> {
    typename X::Config config;
    config.fields(reader);
    return std::make_unique<X>(std::move(config), context...);
  };
  return result;
}

/// For kinds without parameters.
struct NoParameters {
  void fields(Fields&) {}
};

/// The table of one role, as the configuration reader and `laggard list` see it.
struct Role {
  std::string_view name;  ///< plural, as in `laggard list delays`
  std::string_view noun;  ///< singular, for messages
  std::vector<const KindInfo*> kinds;
};

template <class Table>
Role role(std::string_view name, std::string_view noun, const Table& table) {
  Role result{name, noun, {}};
  for (const auto& entry : table) result.kinds.push_back(&entry);
  return result;
}

using Catalogue = std::vector<Role>;

}  // namespace laggard
