// Components by name, made as the program makes them: strict JSON, table, factory.
#pragma once

#include <string>

#include "config/reader.hpp"
#include "faults/adversaries.hpp"
#include "faults/delay.hpp"
#include "faults/noise.hpp"
#include "faults/speeds.hpp"
#include "faults/stragglers.hpp"

namespace laggard::testing {

template <class Table>
auto make_from(const Table& table, const std::string& name, const std::string& where,
               const std::string& json) {
  const Catalogue catalogue{role(name, "kind", table)};
  const auto component =
      config::read_component(config::parse(json, "test"), where, catalogue, name);
  return config::make(table, component);
}

inline auto make_delay(const std::string& json) {
  return make_from(faults::delays(), "delays", "/delay", json);
}
inline auto make_stragglers(const std::string& json) {
  return make_from(faults::stragglers(), "stragglers", "/stragglers", json);
}
inline auto make_speeds(const std::string& json) {
  return make_from(faults::speeds(), "speeds", "/speeds", json);
}
inline auto make_adversaries(const std::string& json) {
  return make_from(faults::adversaries(), "adversaries", "/adversaries", json);
}
inline auto make_noise(const std::string& json) {
  return make_from(faults::noises(), "noises", "/noise", json);
}

}  // namespace laggard::testing
