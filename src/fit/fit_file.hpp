// A file with measured and fitted tails, for plotting.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/columns.hpp"
#include "fit/delay_fit.hpp"
#include "hdf5/replace.hpp"
#include "hdf5/table.hpp"

namespace laggard::fit {

/// A kind of delay.
struct FitRow {
  static constexpr std::string_view kTable = "/fits";
  static std::vector<Column> columns();

  std::uint32_t fit = 0;
  std::string kind;
  std::string parameters;
  double log_likelihood = kNaN;
  double aic = kNaN;
  double distance = kNaN;
};

/// Share of the times above a time, as measured.
struct MeasuredRow {
  static constexpr std::string_view kTable = "/measured";
  static std::vector<Column> columns();

  double seconds = 0.0;
  double above = 0.0;
};

/// The same by one of the fits.
struct TailRow {
  static constexpr std::string_view kTable = "/tails";
  static std::vector<Column> columns();

  std::uint32_t fit = 0;
  double seconds = 0.0;
  double above = 0.0;
};

/// Returns the name under which an older file of that name is kept, or "". Errors: RunError.
std::string write_fits(const std::filesystem::path& path, const Measured& measured,
                       const std::vector<DelayFit>& fits, const std::string& source,
                       hdf5::Existing existing);

}  // namespace laggard::fit
