#include "hdf5/format.hpp"

#include <fmt/format.h>

namespace laggard::hdf5 {
namespace {

std::string who_reads(const File& file) {
  if (const auto version = file.text_attribute("version"))
    return fmt::format("use laggard {}, which wrote it, or a newer one", *version);
  const auto commit = file.text_attribute("git_commit");
  if (commit && !commit->empty())
    return fmt::format("use laggard of commit {}, which wrote it, or a newer one", *commit);
  return "use the version of laggard that wrote it, or a newer one";
}

}  // namespace

std::uint64_t check_format(const File& file, const Format& format) {
  const std::string problem = fmt::format("{} '{}'", format.problem, file.path());
  if (file.text_attribute("format") != format.name)
    throw DataError(problem, fmt::format("it is not {}", format.what), format.source);
  const auto version = file.integer_attribute("format_version");
  if (version && *version >= format.oldest && *version <= format.newest) return *version;
  const std::string known = format.oldest == format.newest
                                ? fmt::format("{}", format.newest)
                                : fmt::format("{} to {}", format.oldest, format.newest);
  throw DataError(problem,
                  fmt::format("its format version is {}, this program reads {}",
                              version ? std::to_string(*version) : "missing", known),
                  who_reads(file));
}

}  // namespace laggard::hdf5
