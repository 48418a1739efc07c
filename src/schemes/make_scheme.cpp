#include "schemes/make_scheme.hpp"

#include "config/reader.hpp"

namespace laggard::schemes {

std::unique_ptr<Scheme> make_scheme(const std::string& text, const CodeContext& context) {
  const Catalogue catalogue{role("schemes", "scheme", schemes())};
  const config::Json parameters = config::parse(text, "the scheme");
  return config::make(schemes(),
                      config::read_component(parameters, "/scheme", catalogue, "schemes"), context);
}

}  // namespace laggard::schemes
