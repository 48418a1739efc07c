#include "schemes/make_scheme.hpp"

#include "config/reader.hpp"
#include "schemes/robust/robust_decoder.hpp"

namespace laggard::schemes {

std::unique_ptr<Scheme> make_scheme(const std::string& text, const CodeContext& context) {
  const Catalogue catalogue{role("schemes", "scheme", schemes()),
                            role("robust", "robust decoder", robust_decoders())};
  const config::Json parameters = config::parse(text, "the scheme");
  return config::make(schemes(),
                      config::read_component(parameters, "/scheme", catalogue, "schemes"), context);
}

}  // namespace laggard::schemes
