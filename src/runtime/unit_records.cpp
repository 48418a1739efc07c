#include "runtime/unit_records.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace laggard::runtime {
namespace {

enum class Record : std::uint8_t { kTrial, kWorkers, kPrediction, kFailure };

}  // namespace

void Packer::put(const Matrix& matrix) {
  put(static_cast<std::int64_t>(matrix.rows()));
  put(static_cast<std::int64_t>(matrix.cols()));
  bytes_.append(reinterpret_cast<const char*>(matrix.data()),
                static_cast<std::size_t>(matrix.size()) * sizeof(double));
}

void Unpacker::copy(void* to, std::size_t size) {
  if (size > bytes_.size()) throw std::logic_error("a message between ranks is too short");
  if (size == 0) return;  // memcpy takes no null pointer, not even for nothing
  std::memcpy(to, bytes_.data(), size);
  bytes_.remove_prefix(size);
}

Matrix Unpacker::get_matrix() {
  const auto rows = get<std::int64_t>(), columns = get<std::int64_t>();
  Matrix matrix(rows, columns);
  copy(matrix.data(), static_cast<std::size_t>(matrix.size()) * sizeof(double));
  return matrix;
}

bool RecordPacker::has(std::uint32_t point, std::uint32_t) const {
  return std::find(finished_.begin(), finished_.end(), point) != finished_.end();
}

void RecordPacker::add(const TrialRecord& record, const TimingRecord& timing) {
  packer_.put(Record::kTrial);
  packer_.put(record);
  packer_.put(timing);
}

void RecordPacker::add(const std::vector<WorkerRecord>& records) {
  packer_.put(Record::kWorkers);
  packer_.put_all(records);
}

void RecordPacker::add(const FailureRecord& record) {
  packer_.put(Record::kFailure);
  packer_.put(record);
}

void RecordPacker::add(const PredictionRecord& record) {
  packer_.put(Record::kPrediction);
  packer_.put(record.point);
  packer_.put(record.trial);
  packer_.put(record.inputs);
  packer_.put(record.truth);
  packer_.put(record.decoded);
  packer_.put(record.coded == nullptr ? Matrix() : *record.coded);
  packer_.put_all(record.shape.extents);
  packer_.put_all(record.lost);
  packer_.put_all(record.used);
}

namespace {

void unpack_prediction(Unpacker& unpacker, ResultSink& sink) {
  const auto point = unpacker.get<std::uint32_t>(), trial = unpacker.get<std::uint32_t>();
  const Matrix inputs = unpacker.get_matrix(), truth = unpacker.get_matrix(),
               decoded = unpacker.get_matrix(), coded = unpacker.get_matrix();
  const Shape shape{unpacker.get_all<Index>()};
  const auto lost = unpacker.get_all<WorkerId>();
  const auto used = unpacker.get_all<WorkerId>();
  sink.add(PredictionRecord{point, trial, inputs, truth, decoded,
                            coded.size() == 0 ? nullptr : &coded, shape, lost, used});
}

}  // namespace

Unpacked unpack_records(std::string_view bytes, ResultSink& sink) {
  Unpacker unpacker(bytes);
  Unpacked found;
  while (!unpacker.empty()) {
    switch (unpacker.get<Record>()) {
      case Record::kTrial: {
        const auto record = unpacker.get<TrialRecord>();
        sink.add(record, unpacker.get<TimingRecord>());
        ++found.trials;
        break;
      }
      case Record::kWorkers:
        sink.add(unpacker.get_all<WorkerRecord>());
        break;
      case Record::kPrediction:
        unpack_prediction(unpacker, sink);
        break;
      case Record::kFailure:
        sink.add(unpacker.get<FailureRecord>());
        ++found.failures;
        break;
    }
  }
  return found;
}

}  // namespace laggard::runtime
