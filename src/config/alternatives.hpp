// Members of a configuration that may be written in two ways.
#pragma once

#include <cstdint>
#include <functional>

#include "core/fields.hpp"

namespace laggard::config {

/// What every visitor of configurations can do beyond Fields. A parameter of a component has one
/// type; only the keys of an experiment may have two.
class Alternatives {
 public:
  virtual ~Alternatives() = default;
  /// Either a number or an object with members of its own; `is_object` says which.
  virtual void integer_or_object(Key key, std::uint32_t& value, std::uint32_t low, bool& is_object,
                                 const std::function<void(Fields&)>& members) = 0;
};

}  // namespace laggard::config
