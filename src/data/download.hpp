// Fetching the public datasets.
#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "data/tar.hpp"

namespace laggard::data {

/// One file to fetch, and how to know that it is the right one.
struct Download {
  std::string dataset;            ///< "mnist", ...: the name of its directory
  std::string name;               ///< of the file
  std::vector<std::string> urls;  ///< complete addresses, tried in this order
  std::string sha256;             ///< of the file, 64 hexadecimal digits
  /// Of what the gzip file contains, or "". A file with this content is right even if somebody
  /// compressed it again, as Debian did with Fashion-MNIST.
  std::string content_sha256;
  std::vector<Member> members;  ///< what to unpack from a tar archive

  /// The members that a manifest may give: dataset, name, urls, sha256 and content_sha256.
  void fields(Fields& fields);
};

/// The files of MNIST, Fashion-MNIST and CIFAR-10 (binary version) with their mirrors.
std::vector<Download> known_downloads();

/// Checks a download from a manifest: names without directories, sums of 64 hexadecimal digits, at
/// least one URL that is http, https or file. `where` is its JSON pointer. Sums become lower case.
/// If it replaces a known file, it unpacks the same members, without checking their sums.
/// Errors: ConfigError.
void check_manifest_entry(Download& download, const std::string& where);

using Report = std::function<void(const std::string& line)>;

/// Fetches a file into `directory`, which is created, and unpacks its members there. Nothing is
/// done for a file that is there and right. The file is written under NAME.part and gets its name
/// only after its sum was found right. `mirrors`, if not empty, are base URLs that replace
/// `download.urls`: the file is at MIRROR/NAME. file:// is copied in the process; http and https
/// need the program curl. `report` gets a line per step.
/// Errors: DataError if no mirror gave the right file, with both sums if one gave a wrong one.
void fetch(const Download& download, const std::filesystem::path& directory,
           std::span<const std::string> mirrors, const Report& report);

}  // namespace laggard::data
