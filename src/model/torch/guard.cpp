#include "model/torch/guard.hpp"

namespace laggard::model {

std::string one_line(const std::exception& error) {
  std::string text = error.what();
  if (const auto* own = dynamic_cast<const c10::Error*>(&error))
    text = own->what_without_backtrace();
  // The interpreter of TorchScript prints a traceback before the error.
  constexpr std::string_view kLast = "RuntimeError: ";
  if (const auto last = text.rfind(kLast); last != std::string::npos)
    text = text.substr(last + kLast.size());
  const auto first = text.find_first_not_of(" \n");
  text = first == std::string::npos ? "no reason given" : text.substr(first);
  text = text.substr(0, text.find('\n'));
  while (!text.empty() && (text.back() == '.' || text.back() == ' ' || text.back() == ':'))
    text.pop_back();
  return text;
}

}  // namespace laggard::model
