#include "experiment/approximation/stored_codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.hpp"
#include "core/text.hpp"

namespace laggard::approximation {
namespace {

using schemes::StoredCode;
using schemes::StoredCodeRequest;

/// The names of the codes in a file; that of one at the root is empty.
std::vector<std::string> codes_in(const hdf5::File& file) {
  std::vector<std::string> codes;
  if (file.exists("/encoder")) codes.emplace_back();
  for (const std::string& name : file.members("/"))
    if (file.exists("/" + name + "/encoder")) codes.push_back(name);
  return codes;
}

std::string listed(std::vector<std::string> codes) {
  if (codes.empty()) return "it has no dataset /NAME/encoder";
  for (std::string& code : codes) code = excerpt(code);
  return fmt::format("it has {}", fmt::join(codes, ", "));
}

/// The one that is asked for. Errors: ConfigError, DataError.
std::string chosen(const hdf5::File& file, const StoredCodeRequest& request) {
  const std::vector<std::string> codes = codes_in(file);
  if (request.code.empty() && codes.size() > 1)
    throw ConfigError(
        fmt::format("{}/code is empty", request.where),
        fmt::format("'{}' has several codes: {}", printable(file.path()), listed(codes).substr(7)),
        "name one of them");
  if (!codes.empty() && request.code.empty()) return codes.front();
  if (std::find(codes.begin(), codes.end(), request.code) == codes.end())
    throw DataError(fmt::format("{}: '{}' has no code{}", request.where, printable(file.path()),
                                request.code.empty() ? "" : " " + excerpt(request.code)),
                    listed(codes), "name a file and a code as `laggard matrices` writes them");
  return request.code;
}

class CodeReader {
 public:
  CodeReader(const hdf5::File& file, const std::string& code)
      : file_(file), group_(code.empty() ? "" : "/" + code) {}

  StoredCode read() const {
    StoredCode code;
    code.source = fmt::format("'{}:{}'", printable(file_.path()), printable(group_ + "/encoder"));
    code.encoder = matrix("/encoder", "an encoder has a row per worker and K columns");
    const bool decoder = file_.exists(group_ + "/decoder");
    const bool received = file_.exists(group_ + "/received");
    if (decoder != received)
      refuse(decoder ? "/decoder" : "/received",
             fmt::format("there is no {} beside it", decoder ? "received" : "decoder"),
             "a decoder and the workers that it is for belong together");
    if (!decoder) return code;
    code.decoder = matrix("/decoder", "a decoder has K rows and a column per answer");
    code.received = workers(static_cast<WorkerId>(code.encoder.rows()));
    if (code.decoder.rows() != code.encoder.cols() ||
        code.decoder.cols() != static_cast<Index>(code.received.size()))
      refuse("/decoder",
             fmt::format("it is {} x {}, for {} data points and {} answers", code.decoder.rows(),
                         code.decoder.cols(), code.encoder.cols(), code.received.size()),
             "a decoder has K rows and a column per answer");
    return code;
  }

 private:
  [[noreturn]] void refuse(const char* dataset, const std::string& why,
                           const std::string& remedy) const {
    throw DataError(
        fmt::format("cannot use '{}:{}'", printable(file_.path()), printable(group_ + dataset)),
        why, remedy);
  }

  Matrix matrix(const char* dataset, const char* shape) const {
    const hdf5::DatasetInfo info = file_.info(group_ + dataset);
    if (info.extents.size() != 2)
      refuse(dataset, fmt::format("it has {} dimensions", info.extents.size()), shape);
    if (info.elements() == 0) refuse(dataset, "it has no values", shape);
    const std::vector<double> values = file_.read(group_ + dataset);
    const auto columns = static_cast<Index>(info.extents[1]);
    const auto bad = std::find_if(values.begin(), values.end(),
                                  [](double value) { return !std::isfinite(value); });
    if (bad != values.end())
      refuse(dataset,
             fmt::format("row {}, column {} is {}", (bad - values.begin()) / columns,
                         (bad - values.begin()) % columns, *bad),
             "give it a finite number");
    return MatrixView(values.data(), static_cast<Index>(info.extents[0]), columns);
  }

  /// /received, numbers below `count`.
  std::vector<WorkerId> workers(WorkerId count) const {
    const char* const dataset = "/received";
    const char* const shape = "it lists workers by their numbers, from 0, ascending";
    const hdf5::DatasetInfo info = file_.info(group_ + dataset);
    if (info.extents.size() != 1 || !info.integer)
      refuse(dataset,
             info.integer ? fmt::format("it has {} dimensions", info.extents.size())
                          : std::string("it does not hold integers"),
             shape);
    std::vector<WorkerId> received;
    for (const double value : file_.read(group_ + dataset)) {
      if (value < 0.0 || value >= count)
        refuse(dataset, fmt::format("it has {}, and the code has {} workers", value, count), shape);
      received.push_back(static_cast<WorkerId>(value));
      if (received.size() > 1 && received.end()[-1] <= received.end()[-2])
        refuse(dataset, fmt::format("{} follows {}", received.end()[-1], received.end()[-2]),
               shape);
    }
    return received;
  }

  const hdf5::File& file_;
  std::string group_;
};

}  // namespace

std::shared_ptr<const StoredCode> CodesInFiles::code(const StoredCodeRequest& request) const {
  if (request.file.empty())
    throw ConfigError(fmt::format("{}/file is empty", request.where),
                      "it names the HDF5 file with the matrices of the code",
                      "name one, such as a file that `laggard matrices` writes");
  std::shared_ptr<const StoredCode>& code = read_[{request.file, request.code}];
  if (code) return code;
  const std::string where = request.where + "/file";
  const hdf5::File file =
      named(where, [&] { return hdf5::File(request.file, hdf5::Access::kReadOnly); });
  const std::string name = chosen(file, request);
  code = named(where, [&] { return std::make_shared<StoredCode>(CodeReader(file, name).read()); });
  return code;
}

}  // namespace laggard::approximation
