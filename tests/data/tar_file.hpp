// Small tar archives for tests.
#pragma once

#include <algorithm>
#include <cstdio>

#include "files.hpp"

namespace laggard::data::test {

inline Bytes tar_header(const std::string& name, unsigned long size, char type = '0') {
  Bytes header(512, 0);
  const auto put = [&](std::size_t offset, const std::string& text) {
    std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(offset));
  };
  char octal[16];
  put(0, name);
  put(100, "0000644");
  std::snprintf(octal, sizeof octal, "%011lo", size);
  put(124, octal);
  put(148, "        ");
  header[156] = static_cast<std::uint8_t>(type);
  put(257, "ustar");
  put(263, "00");
  unsigned long sum = 0;
  for (const std::uint8_t byte : header) sum += byte;
  std::snprintf(octal, sizeof octal, "%06lo", sum);
  put(148, octal);
  header[154] = 0;
  return header;
}

inline Bytes tar_entry(const std::string& name, const Bytes& content, char type = '0') {
  return tar_header(name, content.size(), type) + content +
         Bytes((512 - content.size() % 512) % 512, 0);
}

}  // namespace laggard::data::test
