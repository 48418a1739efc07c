#include "commands/data_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>
#include <memory>

#include "commands/command.hpp"
#include "config/json.hpp"
#include "config/reader.hpp"
#include "core/error.hpp"
#include "core/text.hpp"

namespace laggard::commands {
namespace {

struct DataOptions {
  std::vector<std::string> names;
  std::string directory = "datasets";
  std::vector<std::string> mirrors;
  std::string manifest;

  std::vector<data::Download> read_manifest() const {
    return manifest.empty() ? std::vector<data::Download>{} : commands::read_manifest(manifest);
  }
};

/// Known files and those of the manifest, which win.
std::vector<data::Download> all_downloads(const std::vector<data::Download>& manifest) {
  std::vector<data::Download> all = data::known_downloads();
  for (const data::Download& entry : manifest) {
    const auto known = std::find_if(all.begin(), all.end(), [&](const data::Download& other) {
      return other.dataset == entry.dataset && other.name == entry.name;
    });
    if (known == all.end())
      all.push_back(entry);
    else
      *known = entry;
  }
  return all;
}

void fetch(const DataOptions& options) {
  const std::vector<data::Download> manifest = options.read_manifest();
  std::vector<data::Download> wanted;
  for (const std::string& name : options.names)
    for (data::Download& download : downloads_of(name, manifest))
      wanted.push_back(std::move(download));
  for (const data::Download& download : wanted)
    data::fetch(download, std::filesystem::path(options.directory) / download.dataset,
                options.mirrors,
                [](const std::string& line) { std::cout << printable(line) << std::endl; });
}

void list(const DataOptions& options) {
  for (const data::Download& download : all_downloads(options.read_manifest())) {
    std::cout << fmt::format("{}/{}  sha256 {}\n", printable(download.dataset),
                             printable(download.name), download.sha256);
    for (const std::string& url : download.urls) std::cout << "    " << printable(url) << '\n';
  }
}

}  // namespace

std::vector<data::Download> read_manifest(const std::filesystem::path& path) {
  static const Catalogue nothing;
  const config::Json document = config::read_file(path, "manifest");
  if (!document.is_array())
    throw ConfigError(
        fmt::format("the manifest '{}' is {}", path.string(), config::describe_type(document)),
        "it must be a list of files",
        "write [{\"dataset\": ..., \"name\": ..., \"urls\": [...], \"sha256\": ...}]");
  std::vector<data::Download> downloads;
  for (const config::Json& element : document) {
    const std::string where = fmt::format("{}: /{}", path.string(), downloads.size());
    data::Download download;
    config::JsonReader reader(element, where, nothing);
    download.fields(reader);
    reader.finish();
    data::check_manifest_entry(download, where);
    downloads.push_back(std::move(download));
  }
  return downloads;
}

std::vector<data::Download> downloads_of(const std::string& dataset,
                                         const std::vector<data::Download>& manifest) {
  const std::vector<data::Download> all = all_downloads(manifest);
  std::vector<data::Download> wanted;
  std::vector<std::string_view> names;
  for (const data::Download& download : all) {
    if (download.dataset == dataset) wanted.push_back(download);
    if (std::find(names.begin(), names.end(), download.dataset) == names.end())
      names.push_back(download.dataset);
  }
  if (wanted.empty())
    throw ConfigError(fmt::format("cannot fetch '{}'", dataset), "there is no such dataset",
                      suggestion(dataset, names));
  return wanted;
}

void add_data_command(CLI::App& program) {
  const auto options = std::make_shared<DataOptions>();
  CLI::App* command = program.add_subcommand("data", "fetch the public datasets");
  command->require_subcommand(1);

  CLI::App* fetching = command->add_subcommand(
      "fetch", "fetch datasets into DIR/NAME, checking every file; safe to repeat");
  fetching->add_option("names", options->names, "mnist, fashion-mnist, cifar10")->required();
  fetching->add_option("--directory", options->directory, "where the datasets are kept")
      ->capture_default_str();
  // One value per --mirror, or it would take the names that follow for mirrors.
  fetching
      ->add_option("--mirror", options->mirrors,
                   "base URL instead of the built-in ones (http, https or file); may be repeated")
      ->allow_extra_args(false);
  fetching->add_option("--manifest", options->manifest,
                       "JSON list of more files: dataset, name, urls, sha256, content_sha256");
  fetching->callback([options] { fetch(*options); });

  CLI::App* listing =
      command->add_subcommand("list", "print every known file and the addresses that have it");
  listing->add_option("--manifest", options->manifest, "JSON list of more files");
  listing->callback([options] { list(*options); });
}

}  // namespace laggard::commands
