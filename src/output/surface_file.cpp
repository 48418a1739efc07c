#include "output/surface_file.hpp"

#include "output/points.hpp"

namespace laggard::output {

SurfaceFile::SurfaceFile(const std::filesystem::path& path, const config::Json& resolved,
                         const std::vector<PointRecord>& points, const RunContext& context,
                         hdf5::Existing existing)
    : draft_(path),
      file_(draft_.path(), hdf5::Access::kCreate, path.string()),
      surface_(file_, "/surface"),
      optimum_(file_, "/optimum") {
  write_head(file_, resolved, context);
  write_points(file_, points);
  file_.flush();
  if (existing == hdf5::Existing::kKeep) kept_as_ = hdf5::keep_existing(path);
  file_.rename(path);
}

void SurfaceFile::add(const Surface& surface) {
  for (const SurfacePoint& point : surface.points) surface_.append(point);
  optimum_.append(surface.best);
  surface_.write();
  optimum_.write();
  file_.flush();
}

void SurfaceFile::finish() {
  file_.write_attribute("finished", timestamp());
  file_.flush();
}

}  // namespace laggard::output
