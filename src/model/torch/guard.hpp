// Exceptions of libtorch end here: they carry stack traces that users should not see.
#pragma once

#include <c10/util/Exception.h>

#include <exception>
#include <string>

#include "core/error.hpp"

namespace laggard::model {

/// The sentence in a message of libtorch: without its stack trace, the traceback of the TorchScript
/// interpreter and line breaks.
std::string one_line(const std::exception& error);

/// Calls `work`; what libtorch throws becomes `Failure(problem, <its sentence>, remedy)`.
template <class Failure, class Work>
auto guarded(const std::string& problem, const std::string& remedy, Work&& work) {
  try {
    return work();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw Failure(problem, one_line(error), remedy);
  }
}

}  // namespace laggard::model
