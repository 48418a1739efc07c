// What /time adds to a server on the virtual clock: computing, messages, and the frontend's own
// work.
#pragma once

#include "core/types.hpp"

namespace laggard::serving {

class Config;

/// The costs of one job, which is a batch of queries or a coded batch of the same size. All zero:
/// nothing takes time but what /serving says.
struct JobCosts {
  Seconds compute_s = 0.0;          ///< of the deployed model, on an instance of factor 1
  Seconds there_s = 0.0;            ///< from the frontend's link to an instance
  Seconds back_s = 0.0;             ///< and back
  double bytes_in = 0.0;            ///< of the message to an instance
  double bytes_out = 0.0;           ///< of its answer
  double frontend_bandwidth = 0.0;  ///< of the frontend's link, bytes/s; 0: without limit
  double numbers_in = 0.0, numbers_out = 0.0;
  double codec_flops = 0.0;  ///< at which the frontend encodes and decodes; 0: at once

  /// On the frontend's link, in both directions, without waiting for it.
  Seconds link_s() const {
    return frontend_bandwidth > 0.0 ? (bytes_in + bytes_out) / frontend_bandwidth : 0.0;
  }
  /// All messages of a job, without waiting for the frontend's link.
  Seconds messages_s() const { return there_s + back_s + link_s(); }
  /// k batches become so many coded ones: 2 k coded d operations for d numbers.
  Seconds encode_s(double k, double coded) const { return codec_s(2.0 * k * coded * numbers_in); }
  /// So many answers give so many missing ones: 2 answers missing m operations for m numbers.
  Seconds decode_s(double answers, double missing) const {
    return codec_s(2.0 * answers * missing * numbers_out);
  }

 private:
  Seconds codec_s(double flops) const { return codec_flops > 0.0 ? flops / codec_flops : 0.0; }
};

/// Of a configuration. A query is a row of its dataset, and an answer has the outputs of its model;
/// both are made only where their sizes count. Errors: those of their factories.
JobCosts job_costs(const Config& config);

}  // namespace laggard::serving
