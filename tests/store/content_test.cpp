#include "store/content.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "store/embedded.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

TEST(Content, sha256_of_published_examples) {
  // FIPS 180-4 examples: the empty text and "abc".
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Content, what_is_embedded_is_what_stands_in_the_source_tree) {
  const auto embedded = embedded_documents();
  ASSERT_TRUE(embedded);
  ASSERT_GT(embedded->size(), 30U);
  for (const auto& document : *embedded) {
    std::ifstream in(std::string(SECUREBASE_SOURCE_DIR) + "/content/" + document.name, std::ios::binary);
    EXPECT_EQ(document.bytes, std::string(std::istreambuf_iterator<char>(in), {})) << document.name;
  }
}

TEST(Content, changed_bytes_are_noticed) {
  EmbeddedFile file = embedded_files().front();
  EXPECT_TRUE(verify(std::span(&file, 1)));
  std::string changed(file.begin, file.end);
  changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
  file.begin = changed.data();
  file.end = changed.data() + changed.size();
  const auto damaged = verify(std::span(&file, 1));
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, "content.damaged");
  EXPECT_EQ(damaged.error().where.name, file.path);
}

TEST(Content, a_folder_is_read_in_the_order_of_its_paths) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("securebase-content-" + std::to_string(getpid()));
  std::filesystem::create_directories(folder / "b/1");
  std::filesystem::create_directories(folder / "a/1");
  std::ofstream(folder / "b/1/instrument.toml") << "b";
  std::ofstream(folder / "a/1/instrument.toml") << "a";
  std::ofstream(folder / "a/1/notes.txt") << "not a definition";
  const auto documents = documents_below(folder.string());
  ASSERT_TRUE(documents);
  ASSERT_EQ(documents->size(), 2U);
  EXPECT_EQ((*documents)[0].bytes, "a");
  EXPECT_EQ((*documents)[1].bytes, "b");
  std::filesystem::resize_file(folder / "a/1/instrument.toml", 5U << 20U);
  EXPECT_EQ(documents_below(folder.string()).error().code, "file.too_large");
  std::filesystem::remove_all(folder);
  EXPECT_EQ(documents_below(folder.string()).error().kind, ErrorKind::not_found);
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
