#include "schemes/matrices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "math/pseudo_inverse.hpp"
#include "schemes/curve.hpp"

namespace laggard::schemes {
namespace {

/// Errors: DataError.
void check_sizes(const StoredCode& code, const CodeContext& context) {
  const auto refuse = [&](const std::string& has, const std::string& is,
                          const std::string& remedy) {
    throw DataError(fmt::format("{}: {} {}", context.where, code.source, has), is, remedy);
  };
  const Index points = code.encoder.cols(), workers = code.encoder.rows();
  if (points != Index{context.data_points})
    refuse(fmt::format("is a code of {} data points", points),
           fmt::format("/data_points is {}", context.data_points),
           fmt::format("set /data_points to {}, or name another file", points));
  if (workers > Index{context.workers})
    refuse(fmt::format("is a code of {} workers", workers),
           fmt::format("/workers is {}", context.workers),
           fmt::format("set /workers to {} or more, or name another file", workers));
}

}  // namespace

void Matrices::Config::fields(Fields& fields) {
  label_field(fields, label);
  fields.text({"file",
               "HDF5 file with the code: /NAME/encoder (N x K), and if you like /NAME/decoder (K x "
               "|F|) with the workers that it is for, /NAME/received"},
              file);
  fields.text({"code", "NAME of the code in the file; empty: the only one"}, code);
  ordering_field(fields, ordering);
  missing_field(fields, missing);
}

Matrices::Matrices(Config config, const CodeContext& context)
    : missing_(missing_rule(config.missing, context.data_points)),
      path_ordering_(on_path(config.ordering, context)) {
  refuse_training(context);
  if (context.stored == nullptr) throw std::logic_error("matrices has nobody to ask for its code");
  code_ = context.stored->code({config.file, config.code, context.where});
  check_sizes(*code_, context);
}

std::uint32_t Matrices::active_workers() const {
  return static_cast<std::uint32_t>(code_->encoder.rows());
}

std::unique_ptr<Scheme> Matrices::for_data(const Matrix& data) const {
  if (!looks_at_data(missing_)) return nullptr;
  auto own = std::make_unique<Matrices>(*this);
  own->data_ = &data;
  return own;
}

bool Matrices::has_decoder_for(std::span<const WorkerId> received) const {
  return code_->decoder.size() > 0 && std::equal(received.begin(), received.end(),
                                                 code_->received.begin(), code_->received.end());
}

std::vector<bool> Matrices::unavailable(std::span<const WorkerId> received) const {
  std::vector<bool> nothing(static_cast<std::size_t>(code_->encoder.cols()), true);
  for (const WorkerId worker : received)
    for (std::size_t k = 0; k < nothing.size(); ++k)
      if (code_->encoder(worker, static_cast<Index>(k)) != 0.0) nothing[k] = false;
  return nothing;
}

Matrix Matrices::decoder_matrix(std::span<const WorkerId> received) const {
  if (has_decoder_for(received)) return code_->decoder;
  const std::vector<Index> rows(received.begin(), received.end());
  Matrix decoder = math::pseudo_inverse(code_->encoder(rows, Eigen::all));
  Decoded scored{std::move(decoder)};  // the rules combine rows, be they estimates or weights
  score_missing(missing_, unavailable(received), data_, scored);
  return std::move(scored.estimates);
}

Decoded Matrices::decode(MatrixView results, std::span<const WorkerId> received) const {
  const std::vector<bool> lost = unavailable(received);
  if (has_decoder_for(received))
    return {code_->decoder * results,
            static_cast<std::uint32_t>(std::count(lost.begin(), lost.end(), true)), kNaN};
  const std::vector<Index> rows(received.begin(), received.end());
  Decoded decoded{math::pseudo_inverse(code_->encoder(rows, Eigen::all)) * results, 0, kNaN};
  score_missing(missing_, lost, data_, decoded);
  return decoded;
}

}  // namespace laggard::schemes
