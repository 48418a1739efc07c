#include "output/surface_file.hpp"

#include "output/rows.hpp"

namespace laggard::output {

using hdf5::Scalar;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

std::vector<hdf5::Column> SurfaceFile::Row::columns() {
  return {{"point", offsetof(Row, point), Scalar::kU32, ""},
          {"lambda_encode", offsetof(Row, lambda_encode), Scalar::kF64, ""},
          {"lambda_decode", offsetof(Row, lambda_decode), Scalar::kF64, ""},
          {"mse", offsetof(Row, mse), Scalar::kF64, ""},
          {"mse_ci_low", offsetof(Row, mse_ci_low), Scalar::kF64, ""},
          {"mse_ci_high", offsetof(Row, mse_ci_high), Scalar::kF64, ""}};
}

#pragma GCC diagnostic pop

SurfaceFile::SurfaceFile(const std::filesystem::path& path, const config::Json& resolved,
                         const std::vector<PointRecord>& points, const RunContext& context)
    : draft_(path),
      file_(draft_.path(), hdf5::Access::kCreate, path.string()),
      surface_(file_, "/surface"),
      optimum_(file_, "/optimum") {
  write_head(file_, resolved, context);
  write_points(file_, points);
  file_.flush();
  kept_as_ = hdf5::keep_existing(path);
  file_.rename(path);
}

void SurfaceFile::add(const Surface& surface) {
  for (const SurfacePoint& point : surface.points) surface_.append({point});
  optimum_.append({surface.best});
  surface_.write();
  optimum_.write();
  file_.flush();
}

void SurfaceFile::finish() {
  file_.write_attribute("finished", timestamp());
  file_.flush();
}

}  // namespace laggard::output
