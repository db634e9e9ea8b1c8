#include "store/sealed_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "store/entropy.hpp"

namespace securebase::store {
namespace SECUREBASE_THIS_FILE {

namespace fs = std::filesystem;

constexpr std::size_t header = 12 + 24;
constexpr std::size_t sealed_chunk = sealed_chunk_bytes + 17;

class SealedFile : public testing::Test {
 protected:
  SealedFile() { fs::create_directories(folder_); }
  ~SealedFile() override { fs::remove_all(folder_); }

  std::string at(const std::string& name) const { return (folder_ / name).string(); }
  std::string put(const std::string& name, const std::string& bytes) const {
    std::ofstream(at(name), std::ios::binary) << bytes;
    return at(name);
  }
  std::string get(const std::string& name) const {
    std::ifstream in(at(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  std::string sealed(const std::string& bytes) {
    const std::string to = at("sealed" + std::to_string(++count_));
    EXPECT_TRUE(seal_file(key_, SealedKind::backup, put("clear", bytes), to));
    return get("sealed" + std::to_string(count_));
  }
  /// The code of what goes wrong, or "none"; then the file has come back.
  std::string fault_of(const std::string& bytes) {
    const std::string to = at("opened" + std::to_string(++count_));
    const auto opened = unseal_file(key_, SealedKind::backup, put("input", bytes), to);
    EXPECT_EQ(fs::exists(to), opened.has_value());
    return opened ? "none" : opened.error().code;
  }
  /// Names that are left.
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : fs::directory_iterator(folder_))
      found.push_back(entry.path().filename().string());
    std::sort(found.begin(), found.end());
    return found;
  }

  fs::path folder_ = fs::temp_directory_path() / ("securebase-sealed-" + random_id_text());
  SecretKey key_ = SecretKey::random();
  int count_ = 0;
};

TEST_F(SealedFile, ComesBackWhateverItsLength) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, sealed_chunk_bytes - 1, sealed_chunk_bytes, sealed_chunk_bytes + 1,
        2 * sealed_chunk_bytes, 3 * sealed_chunk_bytes + 5}) {
    const std::string bytes = random_bytes(size);
    const std::string sealed_bytes = sealed(bytes);
    const std::size_t chunks = std::max<std::size_t>(1, (size + sealed_chunk_bytes - 1) / sealed_chunk_bytes);
    EXPECT_EQ(sealed_bytes.size(), header + size + 17 * chunks);
    EXPECT_EQ(fault_of(sealed_bytes), "none");
    EXPECT_EQ(get("opened" + std::to_string(count_)), bytes);
  }
}

TEST_F(SealedFile, HoldsNothingInTheClear) {
  const std::string bytes = sealed("a canary in a coal mine");
  EXPECT_EQ(bytes.find("canary"), std::string::npos);
  EXPECT_EQ(bytes.substr(0, 6), "SBSEAL");
  EXPECT_EQ(hex(bytes.substr(8, 4)), to_text(key_.id()));
  EXPECT_EQ(*sealed_file_key(at("sealed1")), key_.id());
  struct stat about {};
  ASSERT_EQ(stat(at("sealed1").c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(SealedFile, EveryChangedByteIsFound) {
  const std::string bytes = sealed("short");
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 4);
    EXPECT_EQ(fault_of(changed), i < 6    ? "sealed.not_sealed"
                                 : i == 6 ? "sealed.version"
                                 : i == 7 ? "sealed.kind"
                                 : i < 12 ? "sealed.wrong_key"
                                          : "sealed.damaged")
        << i;
  }
}

TEST_F(SealedFile, CutOffAnywhereIsFound) {
  const std::string bytes = sealed(std::string(2 * sealed_chunk_bytes + 10, 'x'));
  for (const std::size_t size : {std::size_t{12}, header - 1, header, header + 1, header + 17,
                                 header + sealed_chunk - 1, header + sealed_chunk, header + sealed_chunk + 1,
                                 header + 2 * sealed_chunk, header + 2 * sealed_chunk + 16, bytes.size() - 1})
    EXPECT_EQ(fault_of(bytes.substr(0, size)), "sealed.damaged") << size;
  for (std::size_t size = 0; size < 12; ++size)
    EXPECT_EQ(fault_of(bytes.substr(0, size)), "sealed.not_sealed") << size;
}

TEST_F(SealedFile, ChunksStayWhereTheyAre) {
  const std::string bytes = sealed(std::string(3 * sealed_chunk_bytes, 'x') + "end");
  const std::string start = bytes.substr(0, header);
  const auto chunk = [&](std::size_t i) { return bytes.substr(header + i * sealed_chunk, sealed_chunk); };
  EXPECT_EQ(fault_of(start + chunk(0) + chunk(1) + chunk(2) + chunk(3)), "none");
  EXPECT_EQ(fault_of(start + chunk(1) + chunk(0) + chunk(2) + chunk(3)), "sealed.damaged");
  EXPECT_EQ(fault_of(start + chunk(0) + chunk(2) + chunk(3)), "sealed.damaged");
  EXPECT_EQ(fault_of(start + chunk(0) + chunk(0) + chunk(1) + chunk(2) + chunk(3)), "sealed.damaged");
  EXPECT_EQ(fault_of(start + chunk(0) + chunk(1) + chunk(3)), "sealed.damaged");
  EXPECT_EQ(fault_of(bytes + "x"), "sealed.damaged");
  EXPECT_EQ(fault_of(bytes + chunk(3)), "sealed.damaged");
  EXPECT_EQ(fault_of(bytes + bytes), "sealed.damaged");
  const std::string full = sealed(std::string(sealed_chunk_bytes, 'x'));
  EXPECT_EQ(fault_of(full + "x"), "sealed.damaged") << "after a last chunk that is as long as any";
  const std::string other = sealed(std::string(3 * sealed_chunk_bytes, 'x') + "end");
  EXPECT_EQ(fault_of(start + other.substr(header, sealed_chunk) + bytes.substr(header + sealed_chunk)),
            "sealed.damaged");
}

TEST_F(SealedFile, AskForTheRightKeyAndKind) {
  sealed("x");
  const auto other_key = unseal_file(SecretKey::random(), SealedKind::backup, at("sealed1"), at("to"));
  EXPECT_EQ(other_key.error().code, "sealed.wrong_key");
  const auto other_kind = unseal_file(key_, SealedKind::copy_of_record, at("sealed1"), at("to"));
  EXPECT_EQ(other_kind.error().code, "sealed.kind");
  EXPECT_EQ(unseal_file(key_, SealedKind::backup, at("absent"), at("to")).error().kind, ErrorKind::not_found);
  EXPECT_EQ(seal_file(key_, SealedKind::backup, at("absent"), at("to")).error().code, "file.not_found");
  EXPECT_EQ(seal_file(key_, SealedKind::backup, folder_.string(), at("to")).error().code, "file.read");
  EXPECT_EQ(sealed_file_key(put("text", "just a text, long enough")).error().code, "sealed.not_sealed");
}

TEST_F(SealedFile, ReplacesNoFileAndLeavesNoParts) {
  put("there", "old");
  const auto refused = seal_file(key_, SealedKind::backup, put("clear", "new"), at("there"));
  EXPECT_EQ(refused.error().code, "file.exists");
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_EQ(get("there"), "old");
  EXPECT_EQ(seal_file(key_, SealedKind::backup, at("clear"), at("no/folder")).error().code, "file.write");
  EXPECT_EQ(names(), (std::vector<std::string>{"clear", "there"}));
}

TEST_F(SealedFile, AFileThatIsNotCommittedNeverAppears) {
  {
    auto writer = SealedWriter::create(key_, SealedKind::backup, at("never"));
    ASSERT_TRUE(writer);
    ASSERT_TRUE(writer->write(std::string(200000, 'x')));
    EXPECT_FALSE(fs::exists(at("never")));
    EXPECT_EQ(names().size(), 1U);
  }
  EXPECT_TRUE(names().empty());
}

TEST_F(SealedFile, TwoWhoWriteTheSameNameDoNotMix) {
  auto first = NewFile::create(at("name"));
  auto second = NewFile::create(at("name"));
  ASSERT_TRUE(first->write("first"));
  ASSERT_TRUE(second->write("second"));
  EXPECT_TRUE(first->commit());
  EXPECT_EQ(second->commit().error().code, "file.exists");
  EXPECT_EQ(get("name"), "first");
}

TEST_F(SealedFile, AFullDiskIsAnErrorAndLeavesNothing) {
  const std::string bytes(1U << 20U, 'x');
  put("clear", bytes);
  const pid_t child = fork();
  if (child == 0) {
    // The size of files stands in for a full disk: write() fails in the middle.
    signal(SIGXFSZ, SIG_IGN);
    const rlimit small{300000, 300000};
    setrlimit(RLIMIT_FSIZE, &small);
    const auto outcome = seal_file(key_, SealedKind::backup, at("clear"), at("sealed"));
    _exit(!outcome && outcome.error().code == "file.write" ? 0 : 1);
  }
  int status = 1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(names(), (std::vector<std::string>{"clear"}));
}

TEST_F(SealedFile, WritesInAnyPortionsAndReadsChunks) {
  auto writer = SealedWriter::create(key_, SealedKind::copy_of_record, at("sealed"));
  std::string all;
  for (std::size_t size = 0; size < 1000; size += 7) {
    const std::string part(size, static_cast<char>('a' + size % 26));
    ASSERT_TRUE(writer->write(part));
    all += part;
  }
  ASSERT_TRUE(writer->commit());
  auto reader = SealedReader::open(key_, SealedKind::copy_of_record, at("sealed"));
  std::string read;
  for (;;) {
    const auto chunk = reader->read();
    ASSERT_TRUE(chunk);
    if (chunk->empty()) break;
    EXPECT_LE(chunk->size(), sealed_chunk_bytes);
    read += *chunk;
  }
  EXPECT_EQ(read, all);
  EXPECT_TRUE(reader->read()->empty());
}

TEST_F(SealedFile, AReaderThatFoundDamageStaysThere) {
  std::string bytes = sealed(std::string(2 * sealed_chunk_bytes, 'x'));
  bytes[header + 5] = static_cast<char>(bytes[header + 5] ^ 1);
  auto reader = SealedReader::open(key_, SealedKind::backup, put("input", bytes));
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->read().error().code, "sealed.damaged");
  EXPECT_EQ(reader->read().error().code, "sealed.damaged");
}

}  // namespace SECUREBASE_THIS_FILE
}  // namespace securebase::store
