// The file of `laggard tune`: the error over (lambda_encode, lambda_decode).
#pragma once

#include <filesystem>
#include <vector>

#include "config/json.hpp"
#include "core/records.hpp"
#include "hdf5/place.hpp"
#include "hdf5/replace.hpp"
#include "hdf5/table.hpp"
#include "output/provenance.hpp"

namespace laggard::output {

/// /points as in a result file, /surface with every pair, /optimum with the best pair of each
/// point. Made beside the file and given its name when it has its head; complete points are safe
/// after each add().
class SurfaceFile {
 public:
  /// Errors: WriteError, RunError.
  SurfaceFile(const std::filesystem::path& path, const config::Json& resolved,
              const std::vector<PointRecord>& points, const RunContext& context,
              hdf5::Existing existing);

  void add(const Surface& surface);
  void finish();

  /// Where an existing file was moved to; empty if there was none, or if it was replaced.
  const std::string& kept_as() const { return kept_as_; }

 private:
  hdf5::Draft draft_;
  hdf5::File file_;
  hdf5::Table<SurfacePoint> surface_;
  hdf5::Table<SurfacePoint> optimum_;
  std::string kept_as_;
};

}  // namespace laggard::output
