// Codes that give every k queries r parities of their own: the layout of their groups on the
// workers, and what is lost of them.
#pragma once

#include "schemes/missing.hpp"

namespace laggard::schemes {

/// What codes of groups are told.
struct GroupConfig {
  std::string label;
  std::uint32_t k = 2;
  std::uint32_t r = 1;
  std::string missing = "mean";

  void fields(Fields& fields);
};

/// Worker g (k + r) + i gets query g k + i for i < k and parity i - k of group g otherwise. Queries
/// that are answered are answered exactly. The lost ones of a group are reconstructed if no more
/// than r of its k + r workers are lost; else they have no estimate, are counted, and are scored by
/// the rule `missing`. Surplus workers stay idle.
class GroupScheme : public Scheme {
 public:
  std::uint32_t active_workers() const override { return groups_ * size(); }
  Encoded encode(const Matrix& data) const final;
  Decoded decode(MatrixView results, std::span<const WorkerId> received) const final;
  bool decodes_nothing() const final { return true; }
  std::unique_ptr<Scheme> for_data(const Matrix& data) const final;
  /// 2 r K d for the parities, 2 k m for each missing answer, and the rule for lost points. A
  /// learned code counts the same: how many operations its networks need is not known here.
  CodecCost cost(const CodecSizes& sizes) const final;

 protected:
  /// Errors: Inapplicable unless k divides K and N >= (K / k) (k + r); ConfigError if the model
  /// does not give logits.
  GroupScheme(const GroupConfig& config, const CodeContext& context);

  /// A group that is to be reconstructed.
  struct LostGroup {
    Index group = 0;
    std::vector<Index> lost;    ///< of its k queries, ascending
    std::vector<Index> row_of;  ///< in the results, of its k + r workers; -1: lost
  };

  std::uint32_t k() const { return k_; }
  std::uint32_t r() const { return r_; }
  std::uint32_t size() const { return k_ + r_; }
  std::uint32_t groups() const { return groups_; }

 private:
  /// K x d -> K / k r x d, row g r + p.
  virtual Matrix parities(const Matrix& data) const = 0;
  /// Overwrites the rows of the lost queries; the rows of the others hold their answers.
  virtual void reconstruct(MatrixView results, const std::vector<LostGroup>& groups,
                           Matrix& estimates) const = 0;

  virtual std::unique_ptr<GroupScheme> copy() const = 0;

  std::uint32_t k_, r_, groups_;
  MissingRule missing_;
  const Matrix* data_ = nullptr;  // of the trial, if the rule looks at them
};

}  // namespace laggard::schemes
