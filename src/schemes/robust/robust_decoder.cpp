#include "schemes/robust/robust_decoder.hpp"

#include <fmt/format.h>

#include "schemes/robust/approxifer.hpp"
#include "schemes/robust/huber.hpp"
#include "schemes/robust/lambda_rule.hpp"
#include "schemes/robust/oracle.hpp"
#include "schemes/robust/peel.hpp"
#include "schemes/robust/trusting.hpp"

namespace laggard::schemes {

std::string too_many_liars(std::uint32_t liars, const CodeSizes& sizes) {
  if (liars < sizes.expected_answers) return {};
  return fmt::format(
      "robust/adversaries is {}, and {} answers are expected: nobody would be honest", liars,
      sizes.expected_answers);
}

const std::vector<RobustKind>& robust_decoders() {
  static const std::vector<RobustKind> table{
      kind<Trusting, RobustDecoder>("none", "every answer counts as it is"),
      kind<Peel, RobustDecoder>("peel", "rejects answers that a spline cannot predict"),
      kind<Approxifer, RobustDecoder>("approxifer",
                                      "ApproxIFER's error locator, then the scheme's decoder"),
      kind<Huber, RobustDecoder>("huber", "the spline of Huber's loss decodes"),
      kind<LambdaRule, RobustDecoder>(
          "rule", "the spline with lambda = c max((q / n)^p, n^(-4/5)) decodes"),
      kind<Oracle, RobustDecoder>("oracle", "is told who lies: the floor, for study"),
  };
  return table;
}

void robust_field(Fields& fields, Component& robust) {
  fields.component({"robust", "how lies among the answers are met"}, robust, "robust");
}

}  // namespace laggard::schemes
