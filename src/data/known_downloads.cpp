// The list of public datasets. The sums of the files are those that many projects publish for them
// (e.g. TensorFlow Datasets for MNIST); those of the contents of MNIST and Fashion-MNIST were
// computed from other copies (Debian's package dataset-fashion-mnist) and agree with published
// ones, so either of them would notice a mistake in the other. The sums of CIFAR-10 come from the
// torchvision gem and agree with other projects; its MD5 on the authors' page is
// c32a1d4ab5d03f1284b67883e8d87530.
#include "data/download.hpp"

namespace laggard::data {
namespace {

struct GzipFile {
  const char* name;
  const char* sha256;
  const char* content_sha256;
};

void append(std::vector<Download>& list, const std::string& dataset,
            const std::vector<std::string>& mirrors, const std::vector<GzipFile>& files) {
  for (const GzipFile& file : files) {
    Download download{dataset, file.name, {}, file.sha256, file.content_sha256, {}};
    for (const std::string& mirror : mirrors) download.urls.push_back(mirror + file.name);
    list.push_back(download);
  }
}

Download cifar10() {
  constexpr std::uint64_t kBatchBytes = std::uint64_t{10'000} * 3073;
  const auto batch = [](const std::string& name, const std::string& sha256) {
    return Member{"cifar-10-batches-bin/" + name, name, kBatchBytes, sha256};
  };
  return {"cifar10",
          "cifar-10-binary.tar.gz",
          {"https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
           "https://cave.cs.toronto.edu/kriz/cifar-10-binary.tar.gz"},
          "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
          "",
          {batch("data_batch_1.bin",
                 "cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5"),
           batch("data_batch_2.bin",
                 "a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed"),
           batch("data_batch_3.bin",
                 "bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67"),
           batch("data_batch_4.bin",
                 "014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48"),
           batch("data_batch_5.bin",
                 "755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add"),
           batch("test_batch.bin",
                 "8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b")}};
}

}  // namespace

std::vector<Download> known_downloads() {
  std::vector<Download> list;
  append(list, "mnist",
         {"https://ossci-datasets.s3.amazonaws.com/mnist/",
          "https://storage.googleapis.com/cvdf-datasets/mnist/"},
         {{"train-images-idx3-ubyte.gz",
           "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
           "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
          {"train-labels-idx1-ubyte.gz",
           "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
           "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
          {"t10k-images-idx3-ubyte.gz",
           "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
           "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
          {"t10k-labels-idx1-ubyte.gz",
           "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
           "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}});
  append(list, "fashion-mnist",
         {"file:///usr/share/datasets/fashion-mnist/",
          "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
          "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"},
         {{"train-images-idx3-ubyte.gz",
           "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
           "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
          {"train-labels-idx1-ubyte.gz",
           "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
           "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
          {"t10k-images-idx3-ubyte.gz",
           "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
           "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
          {"t10k-labels-idx1-ubyte.gz",
           "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
           "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}});
  list.push_back(cifar10());
  return list;
}

}  // namespace laggard::data
